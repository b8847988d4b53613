import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** Writes fields one after the other, numbers big endian, into room that grows. */
export interface ByteWriter {
  /** Bytes so far. */
  readonly length: number;
  /** An unsigned integer of `width` bytes, at most 6. RangeError if it does not fit. */
  uint(value: number, width: number): void;
  raw(bytes: Uint8Array): void;
  /** Digits without a prefix. */
  hex(digits: string): void;
  /** UTF-8 behind its length in bytes (2 bytes). RangeError for more than 65,535 bytes. */
  text(value: string): void;
  /** A copy of all of it. */
  bytes(): Uint8Array;
}

export const createByteWriter = (): ByteWriter => {
  let room = new Uint8Array(1_024);
  let length = 0;
  const grow = (more: number): number => {
    const at = length;
    length += more;
    if (length > room.length) {
      const larger = new Uint8Array(Math.max(length, 2 * room.length));
      larger.set(room.subarray(0, at));
      room = larger;
    }
    return at;
  };
  const uint = (value: number, width: number): void => {
    if (!Number.isInteger(value) || value < 0 || value >= 256 ** width)
      throw new RangeError(`value must fit ${width} bytes, unsigned; it is ${value}`);
    let at = grow(width) + width;
    for (let rest = value, i = 0; i < width; i++, rest = Math.floor(rest / 256)) room[--at] = rest % 256;
  };
  const raw = (bytes: Uint8Array): void => {
    const at = grow(bytes.length);
    room.set(bytes, at);
  };
  return {
    get length() {
      return length;
    },
    uint,
    raw,
    hex: (digits) => raw(hexToBytes(digits)),
    text: (value) => {
      const bytes = new TextEncoder().encode(value);
      uint(bytes.length, 2);
      raw(bytes);
    },
    bytes: () => room.slice(0, length),
  };
};

/** Reads what a {@link ByteWriter} wrote. RangeError for what is cut short. */
export interface ByteReader {
  /** Bytes that are left. */
  readonly left: number;
  uint(width: number): number;
  raw(length: number): Uint8Array;
  hex(length: number): string;
  text(): string;
}

export const createByteReader = (bytes: Uint8Array): ByteReader => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let at = 0;
  const raw = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('it is cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const uint = (width: number): number => raw(width).reduce((value, byte) => value * 256 + byte, 0);
  return {
    get left() {
      return bytes.length - at;
    },
    uint,
    raw,
    hex: (length) => bytesToHex(raw(length)),
    text: () => decoder.decode(raw(uint(2))),
  };
};
