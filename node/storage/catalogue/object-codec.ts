import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { hash } from '../../core/units.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { RowCodec } from '../rows/row-codec.js';
import type { Numbered } from '../rows/row-formats.js';

/*
 * An object's row: version (1 byte), number of its change (6), plaintext bytes (6), milliseconds of `storedAt` (6), slabs (4), k (2), n (2), flags (1),
 * then SHA-256 of the plaintext (32) if it is known, and id, name and, if there is one, origin, each behind its length in bytes (2). All big endian.
 * Packed and read by hand, since a list reads all of them.
 */

const VERSION = 1;
const HEAD_BYTES = 28;
const HASH_BYTES = 32;
const FLAGS = { stored: 1, sha256: 2, origin: 4 } as const;

const textBytes = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const packObject = ({ number, value }: Numbered<ObjectRecord>): Uint8Array => {
  const { id, name, bytes, storedAt, slabs, k, n, state, sha256, origin } = value;
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = VERSION;
  head.writeUIntBE(number, 1, 6);
  head.writeUIntBE(bytes, 7, 6);
  head.writeUIntBE(Math.floor(storedAt), 13, 6);
  head.writeUInt32BE(slabs, 19);
  head.writeUInt16BE(k, 23);
  head.writeUInt16BE(n, 25);
  head[27] =
    (state === 'stored' ? FLAGS.stored : 0) | (sha256 === undefined ? 0 : FLAGS.sha256) | (origin === undefined ? 0 : FLAGS.origin);
  const digest = sha256 === undefined ? [] : [Buffer.from(sha256.slice(2), 'hex')];
  return Buffer.concat([head, ...digest, textBytes(id), textBytes(name), ...(origin === undefined ? [] : [textBytes(origin)])]);
};

const unpackObject = (row: Buffer): Numbered<ObjectRecord> => {
  const flags = row.readUInt8(HEAD_BYTES - 1);
  let at = HEAD_BYTES;
  const bytes = (length: number): number => {
    const from = at;
    at += length;
    if (at > row.length) throw new RangeError('it is cut short');
    return from;
  };
  const text = (): string => {
    const length = row.readUInt16BE(bytes(2));
    const from = bytes(length);
    return row.toString('utf8', from, at);
  };
  if (row[0] !== VERSION || flags > 7) throw new RangeError('its version or flags are others');
  const digestAt = (flags & FLAGS.sha256) === 0 ? undefined : bytes(HASH_BYTES);
  const sha256 = digestAt === undefined ? undefined : hash(`0x${row.toString('hex', digestAt, at)}`);
  const facts = {
    id: text(),
    name: text(),
    bytes: row.readUIntBE(7, 6),
    storedAt: row.readUIntBE(13, 6),
    k: row.readUInt16BE(23),
    n: row.readUInt16BE(25),
    slabs: row.readUInt32BE(19),
  };
  const origin = (flags & FLAGS.origin) === 0 ? {} : { origin: text() };
  const number = row.readUIntBE(1, 6);
  if (at !== row.length) throw new RangeError('it is too long');
  if ((flags & FLAGS.stored) === 0) return { number, value: { ...facts, ...origin, state: 'placing', ...(sha256 && { sha256 }) } };
  if (sha256 === undefined) throw new RangeError('what is stored has a hash');
  return { number, value: { ...facts, ...origin, state: 'stored', sha256 } };
};

/** Rows of objects. */
export const objectCodec: RowCodec<Numbered<ObjectRecord>> = {
  version: VERSION,
  encode: packObject,
  decode: (bytes, path, key) => {
    try {
      return unpackObject(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    } catch (error) {
      throw new HoldfastError('STORE_CORRUPT', { path, detail: `row ${key} is not of this format` }, { cause: error });
    }
  },
};
