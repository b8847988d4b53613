import { decode, encode } from 'cborg';
import { z } from 'zod/v4';
import type { SectorRef } from '../core/data/data-set.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { hash, leaves } from '../core/units.js';
import { addressText, dealText, decimalText, hashText, leavesNumber, periodNumber, signatureText, weiText } from '../disk/unit-schemas.js';

/** Version of all rows; the first element of each. */
const ROW_VERSION = 1;

/** Bytes of one sector in a row: root 32, leaves uint24 big endian. */
const PACKED_SECTOR_BYTES = 35;

const packSectors = (sectors: readonly SectorRef[]): Uint8Array => {
  const packed = Buffer.alloc(sectors.length * PACKED_SECTOR_BYTES);
  sectors.forEach(({ root, leaves: count }, index) => {
    packed.write(root.slice(2), index * PACKED_SECTOR_BYTES, 'hex');
    packed.writeUIntBE(count, index * PACKED_SECTOR_BYTES + 32, 3);
  });
  return packed;
};

const unpackSectors = (bytes: Uint8Array): SectorRef[] => {
  if (bytes.length % PACKED_SECTOR_BYTES !== 0) throw new RangeError('the list of sectors is cut short');
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: packed.length / PACKED_SECTOR_BYTES }, (_, index) => {
    const at = index * PACKED_SECTOR_BYTES;
    return { root: hash(`0x${packed.toString('hex', at, at + 32)}`), leaves: leaves(packed.readUIntBE(at + 32, 3)) };
  });
};

/** Fields as they lie in rows: hashes as hex, amounts as decimal text, lists of sectors packed. */
const sectorsField = z.instanceof(Uint8Array).transform(unpackSectors);
const sectorField = z.object({ root: hashText, leaves: leavesNumber });
const revisionField = z.object({
  deal: dealText,
  number: decimalText(78),
  root: hashText,
  leaves: leavesNumber,
  sectors: z.number().int(),
  end: periodNumber,
  price: weiText,
  validUntil: periodNumber,
});
const signedField = z.object({ revision: revisionField, renterSignature: signatureText, providerSignature: signatureText });

/** Schemas of the rows of journal and catalogue. */
export const rowSchemas = {
  providerRevision: signedField.extend({ sectors: sectorsField }),
  pending: sectorField.extend({ deal: dealText, receivedAt: z.number() }),
  held: leavesNumber,
  egress: z.object({
    deal: dealText,
    served: z.number().int().nonnegative(),
    voucher: z.object({ amount: weiText, signature: signatureText, signer: addressText }).optional(),
  }),
  promised: weiText,
  object: z.object({
    id: z.string(),
    name: z.string(),
    bytes: z.number().int().nonnegative(),
    sha256: hashText,
    storedAt: z.number(),
    k: z.number().int(),
    n: z.number().int(),
    state: z.enum(['placing', 'stored']),
    slabs: z.array(
      z.object({
        length: z.number().int(),
        shards: z.array(z.object({ shard: z.number().int(), deal: dealText, sector: sectorField, attempt: z.number().int() })),
      }),
    ),
  }),
  renterDeal: z.object({
    id: dealText,
    provider: addressText,
    current: signedField.optional(),
    sectors: sectorsField,
    proposed: z.object({ revision: revisionField, renterSignature: signatureText, sectors: sectorsField }).optional(),
  }),
  openings: z.array(
    z.object({
      provider: addressText,
      salt: hashText,
      signer: addressText,
      maxPrice: weiText,
      maxEgressPrice: weiText,
      maxEnd: periodNumber,
      maxLeaves: leavesNumber,
      escrow: weiText,
    }),
  ),
} as const;

type Plain = string | number | Uint8Array | readonly Plain[] | { readonly [field: string]: Plain };

const isSectorList = (field: string, value: unknown): value is readonly SectorRef[] => field === 'sectors' && Array.isArray(value);

const toPlain = (value: unknown): Plain => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) throw new TypeError(`a row cannot hold ${String(value)}`);
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(fields.map(([field, inner]) => [field, isSectorList(field, inner) ? packSectors(inner) : toPlain(inner)]));
};

/** A row's bytes: CBOR of `[version, body]`. */
export const encodeRow = (body: unknown): Uint8Array => encode([ROW_VERSION, toPlain(body)]);

/** The body of a row, checked against `schema`; STORE_CORRUPT names the row. `path` is the store's. */
export const decodeRow = <Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array, path: string, key: string): z.output<Schema> => {
  try {
    const [, body] = z.tuple([z.literal(ROW_VERSION), z.unknown()]).parse(decode(bytes));
    return schema.parse(body);
  } catch (error) {
    throw new HoldfastError('STORE_CORRUPT', { path, detail: `row ${key} is not of this format` }, { cause: error });
  }
};
