import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Bytes of the Reed–Solomon module, for `createErasure`, from where the package manager put its package. */
export const loadErasureWasm = async (): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(createRequire(import.meta.url).resolve('@digitaldefiance/reed-solomon-erasure.wasm/wasm')));
