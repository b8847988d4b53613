import { z } from 'zod/v4';
import type { SectorRef } from '../../core/data/data-set.js';
import { unpackSectors } from '../../core/data/packed-sectors.js';
import type { SectorTree } from '../../core/data/sector-tree.js';
import type { OpenRequest, SignedRevision } from '../../core/market/deal.js';
import type { Leaves, Wei } from '../../core/units.js';
import type { DealHealing, ObjectRecord, RenewalPayment, RenterDeal, SectorPlace } from '../../ports/catalogue.js';
import type { PendingSector, ProviderEgress, ProviderRevision } from '../../ports/journal.js';
import { revisionField, sectorField, signedField } from '../../disk/revision-schemas.js';
import {
  addressText,
  dealText,
  decimalText,
  hashText,
  leavesNumber,
  periodNumber,
  signatureText,
  weiText,
} from '../../disk/unit-schemas.js';
import { nothing, rawBytes, rowsOf } from './row-codec.js';

/** Fields as they lie in rows: hashes as hex, amounts as decimal text, lists of sectors packed. */
const sectorsField = z.instanceof(Uint8Array).transform(unpackSectors);

/** What one deal's list of sectors is beside another's. */
export interface ListChange {
  /** Number of the revision whose list it came of; the change is without meaning once that is not kept. */
  readonly base: bigint;
  readonly removed: readonly SectorRef[];
  readonly appended: readonly SectorRef[];
}

/** How often one deal names a root: once for each time it was added, and once while the sector waits. */
export interface Naming {
  readonly leaves: Leaves;
  readonly count: number;
}

/** Bodies of rows, by what they hold. */
const bodies = {
  providerRevision: signedField,
  wholeRevision: signedField.extend({ sectors: sectorsField }),
  list: z.object({ root: hashText, leaves: leavesNumber, sectors: z.number().int(), version: decimalText(78) }),
  change: z.object({ base: decimalText(78), removed: sectorsField, appended: sectorsField }),
  changeBase: z.looseObject({ base: decimalText(78) }).transform(({ base }) => base),
  naming: z.object({ leaves: leavesNumber, count: z.number().int().positive() }),
  pending: sectorField.extend({ deal: dealText, receivedAt: z.number() }),
  held: leavesNumber,
  numbers: z.literal(true),
  layout: z.number().int(),
  egress: z.object({
    deal: dealText,
    served: z.number().int().nonnegative(),
    voucher: z.object({ amount: weiText, signature: signatureText, signer: addressText }).optional(),
  }),
  promised: weiText,
  sectorPlace: z.object({ object: z.string(), slab: z.number().int(), shard: z.number().int() }),
  indexed: z.literal(true),
  payment: z.object({ deal: dealText, from: periodNumber, amount: weiText, at: z.number(), open: z.boolean() }),
  healing: z.object({
    deal: dealText,
    after: hashText,
    since: z.number(),
    bytes: z.number().int(),
    refused: z.object({ times: z.number().int(), at: z.number() }).optional(),
  }),
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
      proposed: z.object({ revision: revisionField, renterSignature: signatureText, base: decimalText(78) }).optional(),
      spent: decimalText(78).optional(),
    })
    .transform(({ current, proposed, spent, ...rest }) => ({
      ...rest,
      ...(current && { current }),
      ...(proposed && { proposed }),
      ...(spent !== undefined && { spent }),
    })),
  wholeRenterDeal: z
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

/** A renter's deal as it was before lists were kept in nodes. */
export interface WholeRenterDeal extends Omit<RenterDeal, 'proposed' | 'spent'> {
  readonly sectors: readonly SectorRef[];
  readonly proposed?: Omit<NonNullable<RenterDeal['proposed']>, 'base'> & { readonly sectors: readonly SectorRef[] };
}

/** Formats of the rows of journal and catalogue. */
export const formats = {
  providerRevision: rowsOf<SignedRevision>(2, bodies.providerRevision),
  /** As it was before lists were kept in nodes. */
  wholeRevision: rowsOf<ProviderRevision>(1, bodies.wholeRevision),
  list: rowsOf<SectorTree>(1, bodies.list),
  change: rowsOf<ListChange>(1, bodies.change),
  /** Of a change, what it came of: without a look at its sectors. */
  changeBase: rowsOf<bigint>(1, bodies.changeBase),
  node: rawBytes,
  naming: rowsOf<Naming>(1, bodies.naming),
  pending: rowsOf<PendingSector>(1, bodies.pending),
  held: rowsOf<Leaves>(1, bodies.held),
  numbers: rowsOf<true>(1, bodies.numbers),
  layout: rowsOf<number>(1, bodies.layout),
  egress: rowsOf<ProviderEgress>(1, bodies.egress),
  promised: rowsOf<Wei>(1, bodies.promised),
  sectorPlace: rowsOf<SectorPlace>(1, bodies.sectorPlace),
  indexed: rowsOf<true>(1, bodies.indexed),
  payment: rowsOf<RenewalPayment>(1, bodies.payment),
  healing: rowsOf<DealHealing>(1, bodies.healing),
  object: rowsOf<ObjectRecord>(1, bodies.object),
  renterDeal: rowsOf<RenterDeal>(2, bodies.renterDeal),
  wholeRenterDeal: rowsOf<WholeRenterDeal>(1, bodies.wholeRenterDeal),
  openings: rowsOf<readonly OpenRequest[]>(1, bodies.openings),
  nothing,
} as const;
