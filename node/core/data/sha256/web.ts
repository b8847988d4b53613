import { sha256 as portable } from '@noble/hashes/sha2.js';
import type { Sha256 } from './hasher.js';

/** SHA-256 of bytes that come in parts. */
export const createSha256 = (state = portable.create()): Sha256 => ({
  update: (bytes) => void state.update(bytes),
  clone: () => createSha256(state.clone()),
  digest: () => state.digest(),
});

/** SHA-256 of bytes that are all there. */
export const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource));
