import { bytesToHex, concatBytes as concat, hexToBytes } from '@noble/hashes/utils.js';
import type { Hex } from '../units.js';

/** Lower-case 0x-prefixed hex of `bytes`. */
export const toHex = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`;

/** Bytes of 0x-prefixed hex. TypeError if it is not that, or has an odd number of digits. */
export const fromHex = (hex: string): Uint8Array => {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(hex)) throw new TypeError(`bytes must be 0x-prefixed hex of whole bytes, not "${hex.slice(0, 80)}"`);
  return hexToBytes(hex.slice(2));
};

/** All parts, one after the other, in a new array. */
export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => concat(...parts);

/** Whether both hold the same bytes. Not constant-time: for public values only. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** `value` as `width` bytes, big endian. RangeError if it is negative or does not fit. */
export const uintBytes = (value: bigint | number, width: number): Uint8Array => {
  const bytes = new Uint8Array(width);
  let rest = BigInt(value);
  if (rest < 0n || rest >> BigInt(8 * width) !== 0n) throw new RangeError(`value must fit ${width} bytes, unsigned; it is ${rest}`);
  for (let i = width - 1; i >= 0 && rest > 0n; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
};

/** Unsigned big-endian integer of all `bytes`; zero for none. */
export const uintOf = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`));
