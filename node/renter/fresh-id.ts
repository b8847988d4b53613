import { toHex } from '../core/data/bytes.js';

/** 16 random bytes as hex: no two objects or crates have the same, and what is encrypted for one is for no other. */
export const freshId = (): string => toHex(crypto.getRandomValues(new Uint8Array(16))).slice(2);
