import { createCipheriv, createSecretKey } from 'node:crypto';

/** What Node enciphers into a buffer of its own at once, before it is put back: small enough to stay in a core's cache. */
const PIECE_BYTES = 64 << 10;

/** AES-256-CTR under one key: encrypts or decrypts bytes in place, from that counter block (16 bytes) on. */
export const createCtr = (key: Uint8Array): ((bytes: Uint8Array, counter: Uint8Array) => Promise<void>) => {
  const secret = createSecretKey(key);
  return async (bytes, counter) => {
    const cipher = createCipheriv('aes-256-ctr', secret, counter);
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      const piece = cipher.update(bytes.subarray(from, from + PIECE_BYTES));
      bytes.set(piece, from);
      // Memory that is transferred to no length is free at once, and the next piece lies in it: a collector would let a slab's worth pile up.
      piece.buffer.transfer(0);
    }
  };
};
