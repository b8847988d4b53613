import { toHex } from '../core/data/bytes.js';

/** 16 random bytes as hex: no two objects or crates have the same, and what is encrypted for one is for no other. */
export const freshId = (): string => toHex(crypto.getRandomValues(new Uint8Array(16))).slice(2);

/**
 * A random number of 31 bits, from which a run counts its placements: a copy of this catalogue that goes on with the same object, and a backup of it
 * that is brought back, have others, so that no key meets two contents.
 */
export const freshAttempt = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] as number) >>> 1;
