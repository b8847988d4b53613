import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { hash, leaves, type Hash } from '../../core/units.js';
import type { RowCodec } from '../rows/row-codec.js';
import type { Entry } from './sector-entry.js';

/*
 * Rows of the index of sectors: a byte that is the version, then fields of fixed width. There are two for each sector, and signing
 * looks at many at once.
 */

/** What is counted of all sectors together. */
export interface SectorCounts {
  readonly sectors: number;
  /** Bytes of sectors. */
  readonly bytes: number;
  /** Bytes of the disk that they take beside packs. */
  readonly own: number;
  /** Where the next one stands in the order. */
  readonly next: number;
}

/** What is known of a pack. */
export interface PackCounts {
  /** Bytes up to where all entries are known. */
  readonly length: number;
  /** Bytes of entries that are still named. */
  readonly live: number;
}

const VERSION = 1;
const FIELD_BYTES = 6;

const fixedRow = <Value>(bytes: number, write: (value: Value, row: Buffer) => void, read: (row: Buffer) => Value): RowCodec<Value> => ({
  version: VERSION,
  encode: (value) => {
    const row = Buffer.alloc(1 + bytes, VERSION);
    write(value, row);
    return row;
  },
  decode: (row, path, key) => {
    if (row.length === 1 + bytes && row[0] === VERSION) return read(Buffer.from(row.buffer, row.byteOffset, row.length));
    throw new HoldfastError('STORE_CORRUPT', { path, detail: `row ${key} is not of this format` });
  },
});

/** Rows of numbers below 2^48. */
const numbersRow = <Value>(fields: number, toNumbers: (value: Value) => readonly number[], of: (numbers: number[]) => Value) =>
  fixedRow<Value>(
    fields * FIELD_BYTES,
    (value, row) => {
      toNumbers(value).forEach((number, field) => row.writeUIntBE(number, 1 + field * FIELD_BYTES, FIELD_BYTES));
    },
    (row) => of(Array.from({ length: fields }, (_, field) => row.readUIntBE(1 + field * FIELD_BYTES, FIELD_BYTES))),
  );

/** An entry without its root, which its key says. */
export type EntryBody = Omit<Entry, 'root'>;

export const sectorFormats = {
  /** Zero stands for no pack, and for a file that was not found to be wrong. */
  sector: numbersRow<EntryBody>(
    5,
    ({ leaves: count, sequence, pack, found }) => [
      count,
      sequence,
      pack === undefined ? 0 : pack.number + 1,
      pack?.offset ?? 0,
      found === undefined ? 0 : found + 1,
    ],
    ([count = 0, sequence = 0, pack = 0, offset = 0, found = 0]) => ({
      leaves: leaves(count),
      sequence,
      pack: pack === 0 ? undefined : { number: pack - 1, offset },
      ...(found > 0 && { found: found - 1 }),
    }),
  ),
  stored: fixedRow<Hash>(
    32,
    (root, row) => void row.write(root.slice(2), 1, 'hex'),
    (row) => hash(`0x${row.toString('hex', 1)}`),
  ),
  counts: numbersRow<SectorCounts>(
    4,
    ({ sectors, bytes, own, next }) => [sectors, bytes, own, next],
    ([sectors = 0, bytes = 0, own = 0, next = 0]) => ({ sectors, bytes, own, next }),
  ),
  pack: numbersRow<PackCounts>(
    2,
    ({ length, live }) => [length, live],
    ([length = 0, live = 0]) => ({ length, live }),
  ),
} as const;
