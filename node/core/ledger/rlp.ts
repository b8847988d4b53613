import { concatBytes, uintBytes } from '../data/bytes.js';

/** What RLP encodes: bytes, or a list of such. */
export type RlpItem = Uint8Array | readonly RlpItem[];

/** Big-endian bytes of `value` without leading zeros, as RLP writes integers: zero is no byte at all. */
export const integerBytes = (value: bigint | number): Uint8Array => {
  const digits = BigInt(value).toString(16);
  return value === 0n || value === 0 ? new Uint8Array(0) : uintBytes(value, Math.ceil(digits.length / 2));
};

const prefix = (length: number, offset: number): Uint8Array => {
  if (length < 56) return Uint8Array.of(offset + length);
  const digits = integerBytes(length);
  return concatBytes(Uint8Array.of(offset + 55 + digits.length), digits);
};

const isBytes = (item: RlpItem): item is Uint8Array => item instanceof Uint8Array;

/** Recursive length prefix encoding (Ethereum's yellow paper, appendix B). */
export const encodeRlp = (item: RlpItem): Uint8Array => {
  if (!isBytes(item)) {
    const parts = item.map(encodeRlp);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    return concatBytes(prefix(length, 0xc0), ...parts);
  }
  const [first = 0x80] = item;
  return item.length === 1 && first < 0x80 ? item : concatBytes(prefix(item.length, 0x80), item);
};
