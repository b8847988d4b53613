import { keccak256 } from '../../../node/core/data/keccak.js';
import { createKeySigner, type KeySigner } from '../../../node/core/keys/signing.js';
import type { Hash } from '../../../node/core/units.js';

/** Keccak of a text: a fixed hash to call something by in a test. */
export const hashOf = (text: string): Hash => keccak256(new TextEncoder().encode(text));

/** A person of the stories, always with the same key. Alice rents, Bob provides, Mallory lies. */
export const actor = (name: string): KeySigner => createKeySigner(hashOf(name));

/** `length` bytes that look random and depend on `seed` alone. */
export const bytesOf = (seed: string, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += 32) {
    const block = Buffer.from(hashOf(`${seed} ${offset}`).slice(2), 'hex');
    bytes.set(block.subarray(0, Math.min(32, length - offset)), offset);
  }
  return bytes;
};
