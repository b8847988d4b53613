import { decode, encode } from 'cborg';
import { z } from 'zod/v4';
import type { SectorRef } from '../../core/data/data-set.js';
import { packSectors } from '../../core/data/packed-sectors.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';

type Plain = string | number | boolean | Uint8Array | readonly Plain[] | { readonly [field: string]: Plain };

const SECTOR_LISTS: readonly string[] = ['sectors', 'removed', 'appended'];
const isSectorList = (field: string, value: unknown): value is readonly SectorRef[] => SECTOR_LISTS.includes(field) && Array.isArray(value);

const toPlain = (value: unknown): Plain => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) throw new TypeError(`a row cannot hold ${String(value)}`);
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(fields.map(([field, inner]) => [field, isSectorList(field, inner) ? packSectors(inner) : toPlain(inner)]));
};

/** How the rows of one kind are written. */
export interface RowCodec<Value> {
  /** Stands in each row. */
  readonly version: number;
  encode(value: Value): Uint8Array;
  /** STORE_CORRUPT names the row `key` of the store at `path`. */
  decode(bytes: Uint8Array, path: string, key: string): Value;
}

/** Rows of CBOR: `[version, body]`. `toRow` names a value's fields as `body` does, where they have other names. */
export const rowsOf = <Value>(
  version: number,
  body: z.ZodType<Value>,
  toRow: (value: Value) => unknown = (value) => value,
): RowCodec<Value> => {
  const row = z.tuple([z.literal(version), z.unknown()]);
  return {
    version,
    encode: (value) => encode([version, toPlain(toRow(value))]),
    decode: (bytes, path, key) => {
      try {
        return body.parse(row.parse(decode(bytes))[1]);
      } catch (error) {
        throw new HoldfastError('STORE_CORRUPT', { path, detail: `row ${key} is not of this format` }, { cause: error });
      }
    },
  };
};

/** Empty rows, whose keys say everything. */
export const nothing: RowCodec<void> = { version: 1, encode: () => new Uint8Array(), decode: () => undefined };

/** Bytes as they are, behind the version. */
export const rawBytes: RowCodec<Uint8Array> = {
  version: 1,
  encode: (value) => Uint8Array.of(1, ...value),
  decode: (bytes, path, key) => {
    if (bytes[0] !== 1) throw new HoldfastError('STORE_CORRUPT', { path, detail: `row ${key} is not of this format` });
    return bytes.subarray(1);
  },
};
