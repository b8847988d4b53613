import { decode, encode } from 'cborg';
import { z } from 'zod/v4';
import type { SectorRef } from '../core/data/data-set.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { OpenRequest } from '../core/market/deal.js';
import { hash, leaves, type Leaves, type Wei } from '../core/units.js';
import type { ObjectRecord, PendingSector, ProviderEgress, ProviderRevision, RenterDeal } from '../ports/store.js';
import { addressText, dealText, decimalText, hashText, leavesNumber, periodNumber, signatureText, weiText } from '../disk/unit-schemas.js';

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

/** Bodies of rows, by what they hold. */
const bodies = {
  providerRevision: signedField.extend({ sectors: sectorsField }),
  pending: sectorField.extend({ deal: dealText, receivedAt: z.number() }),
  held: leavesNumber,
  numbers: z.literal(true),
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
  renterDeal: z
    .object({
      id: dealText,
      provider: addressText,
      current: signedField.optional(),
      sectors: sectorsField,
      proposed: z.object({ revision: revisionField, renterSignature: signatureText, sectors: sectorsField }).optional(),
    })
    .transform(({ current, proposed, ...rest }) => ({ ...rest, ...(current && { current }), ...(proposed && { proposed }) })),
  openings: z.array(
    z
      .object({
        provider: addressText,
        salt: hashText,
        signer: addressText,
        maxPrice: weiText,
        maxEgressPrice: weiText,
        maxEgress: weiText.optional(),
        maxEnd: periodNumber,
        maxLeaves: leavesNumber,
        escrow: weiText,
      })
      // Before vouchers had a bound of their own, the escrow was it.
      .transform(({ maxEgress, ...rest }) => ({ ...rest, maxEgress: maxEgress ?? rest.escrow })),
  ),
} as const;

type Plain = string | number | boolean | Uint8Array | readonly Plain[] | { readonly [field: string]: Plain };

const isSectorList = (field: string, value: unknown): value is readonly SectorRef[] => field === 'sectors' && Array.isArray(value);

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

/** Rows of CBOR: `[version, body]`. */
const rowsOf = <Value>(version: number, body: z.ZodType<Value>): RowCodec<Value> => {
  const row = z.tuple([z.literal(version), z.unknown()]);
  return {
    version,
    encode: (value) => encode([version, toPlain(value)]),
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
const nothing: RowCodec<void> = { version: 1, encode: () => new Uint8Array(), decode: () => undefined };

/** Formats of the rows of journal and catalogue. */
export const formats = {
  providerRevision: rowsOf<ProviderRevision>(1, bodies.providerRevision),
  pending: rowsOf<PendingSector>(1, bodies.pending),
  held: rowsOf<Leaves>(1, bodies.held),
  numbers: rowsOf<true>(1, bodies.numbers),
  egress: rowsOf<ProviderEgress>(1, bodies.egress),
  promised: rowsOf<Wei>(1, bodies.promised),
  object: rowsOf<ObjectRecord>(1, bodies.object),
  renterDeal: rowsOf<RenterDeal>(1, bodies.renterDeal),
  openings: rowsOf<readonly OpenRequest[]>(1, bodies.openings),
  nothing,
} as const;
