import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Bytes of the Reed–Solomon module, as a BufferSource. */
export const erasureWasm = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('@digitaldefiance/reed-solomon-erasure.wasm/wasm')));
