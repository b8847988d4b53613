import { keccak_256 } from '@noble/hashes/sha3.js';
import { fromHex } from '../data/bytes.js';

/** Bytes of a bloom filter over logs. */
export const BLOOM_BYTES = 256;

/** The part of a log that a receipt commits to. */
export interface LogContent {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

/** The three bits that `value` sets: low 11 bits of the first three pairs of its hash (yellow paper, section 4.4.1). */
const bitsOf = (value: Uint8Array): readonly number[] => {
  const hash = keccak_256(value);
  return [0, 2, 4].map((at) => (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & 2047);
};

const placeOf = (bit: number): readonly [byte: number, mask: number] => [BLOOM_BYTES - 1 - (bit >> 3), 1 << (bit & 7)];

/** The filter of `logs`: addresses and topics. */
export const bloomOf = (logs: readonly LogContent[]): Uint8Array => {
  const bloom = new Uint8Array(BLOOM_BYTES);
  for (const value of logs.flatMap(({ address, topics }) => [address, ...topics])) {
    for (const [byte, mask] of bitsOf(fromHex(value)).map(placeOf)) bloom[byte] = (bloom[byte] ?? 0) | mask;
  }
  return bloom;
};

/** Asks filters whether they may hold all of `values` (hex). A filter that says no is right. */
export const bloomQuestion = (values: readonly string[]): ((bloom: Uint8Array) => boolean) => {
  const places = values.flatMap((value) => bitsOf(fromHex(value)).map(placeOf));
  return (bloom) => places.every(([byte, mask]) => ((bloom[byte] ?? 0) & mask) !== 0);
};
