import { createHash, hash } from 'node:crypto';
import type { Sha256 } from './hasher.js';

/** SHA-256 of bytes that come in parts. */
export const createSha256 = (state = createHash('sha256')): Sha256 => ({
  update: (bytes) => void state.update(bytes),
  clone: () => createSha256(state.copy()),
  digest: () => new Uint8Array(state.digest()),
});

/** SHA-256 of bytes that are all there. */
export const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> => new Uint8Array(hash('sha256', bytes, 'buffer'));
