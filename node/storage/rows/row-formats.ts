import { z } from 'zod/v4';
import type { SectorRef } from '../../core/data/data-set.js';
import { unpackSectors } from '../../core/data/packed-sectors.js';
import type { SectorTree } from '../../core/data/sector-tree.js';
import type { OpenRequest, SignedRevision } from '../../core/market/deal.js';
import type { DealId, Leaves, Wei } from '../../core/units.js';
import type { ChangeStamp } from '../../ports/catalogue-pages.js';
import type { Crate, CratePart, DealHealing, RenewalPayment, RenterDeal, SectorPlace } from '../../ports/catalogue.js';
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

/** What a catalogue holds, with the number of its newest change. */
export interface Numbered<Value> {
  readonly number: number;
  readonly value: Value;
}

/** What a number of the change log stands for; `object` is the id of an object or a crate, as in the row. `by` is the change of another catalogue that it repeats. */
export type Changed = { readonly by?: ChangeStamp | undefined } & (
  | { readonly kind: 'object' | 'crate' | 'deleted'; readonly object: string }
  | { readonly kind: 'slab'; readonly object: string; readonly index: number }
  | { readonly kind: 'deal'; readonly deal: DealId }
);

/** Of a change log: the last number that was given, deletions that it remembers, and the last one that it does not. */
export interface LogState {
  readonly last: number;
  readonly deleted: number;
  readonly forgotten: number;
}

const changeNumber = z.number().int().nonnegative();
const stamp = z.object({ machine: z.string(), number: changeNumber }).optional();
const numbered = <Value>(value: z.ZodType<Value>) => z.object({ number: changeNumber, value });

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
  sectorPlace: z
    .object({ object: z.string(), slab: z.number().int(), shard: z.number().int() })
    .transform(({ object: owner, ...place }) => ({ owner, ...place })),
  crate: z.object({
    state: z.literal('crate'),
    id: z.string(),
    name: z.string(),
    storedAt: z.number(),
    k: z.number().int(),
    n: z.number().int(),
    slabs: z.number().int(),
  }),
  cratePart: z.object({ from: leavesNumber, object: z.string(), length: z.number().int() }),
  crateUse: z.number().int(),
  payment: z.object({ deal: dealText, from: periodNumber, amount: weiText, at: z.number(), account: addressText, open: z.boolean() }),
  healing: z.object({
    deal: dealText,
    after: hashText,
    since: z.number(),
    bytes: z.number().int(),
    refused: z.object({ times: z.number().int(), at: z.number() }).optional(),
  }),
  changed: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['object', 'crate', 'deleted']), object: z.string(), by: stamp }),
    z.object({ kind: z.literal('slab'), object: z.string(), index: z.number().int(), by: stamp }),
    z.object({ kind: z.literal('deal'), deal: dealText }),
  ]),
  logState: z.object({ last: changeNumber, deleted: changeNumber, forgotten: changeNumber }),
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
  openings: z.array(
    z.object({
      provider: addressText,
      salt: hashText,
      signer: addressText,
      maxPrice: weiText,
      maxEgressPrice: weiText,
      maxEgress: weiText,
      maxEnd: periodNumber,
      maxLeaves: leavesNumber,
      escrow: weiText,
    }),
  ),
} as const;

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
  sectorPlace: rowsOf<SectorPlace>(1, bodies.sectorPlace, ({ owner: object, ...place }) => ({ object, ...place })),
  freed: rowsOf<Leaves>(1, leavesNumber),
  crate: rowsOf<Numbered<Crate>>(1, numbered<Crate>(bodies.crate)),
  cratePart: rowsOf<CratePart>(1, bodies.cratePart),
  /** Leaves of each shard of a crate's slab that are in use. */
  crateUse: rowsOf<number>(1, bodies.crateUse),
  payment: rowsOf<RenewalPayment>(1, bodies.payment),
  healing: rowsOf<DealHealing>(1, bodies.healing),
  changed: rowsOf<Changed>(1, bodies.changed),
  changeNumber: rowsOf<number>(1, changeNumber),
  logState: rowsOf<LogState>(1, bodies.logState),
  renterDeal: rowsOf<Numbered<RenterDeal>>(3, numbered<RenterDeal>(bodies.renterDeal)),
  openings: rowsOf<readonly OpenRequest[]>(2, bodies.openings),
  nothing,
} as const;
