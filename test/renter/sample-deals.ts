import type { Deal, ProviderSheet, SignedRevision } from '../../node/core/market/deal.js';
import type { SectorRef } from '../../node/core/data/data-set.js';
import { dealId, leaves, period, signature, wei, weight, type DealId, type Leaves } from '../../node/core/units.js';
import type { KnownDeal } from '../../node/renter/deals/deal-book.js';
import { actor, hashOf } from '../support/worlds/actors.js';

const TOKEN = 10n ** 18n;

/** A provider in good standing that asks one token per GiB-period and has plenty of stake. */
export const sheetOf = (name: string, change: Partial<ProviderSheet> = {}): ProviderSheet => ({
  provider: actor(name).address,
  operator: actor(`${name} operator`).address,
  peerId: `${name} peer`,
  addresses: [`/memory/${name}`],
  ask: { price: wei(TOKEN), egressPrice: wei(0n), minLeaves: leaves(1), maxLeaves: leaves(1 << 25), maxPeriods: 1000 },
  stake: wei(1000n * TOKEN),
  locked: wei(0n),
  lockLimit: wei(1000n * TOKEN),
  credit: wei(0n),
  total: weight(0n),
  lastProven: period(9),
  syncedThrough: period(9),
  generation: 0,
  decided: period(9),
  frozen: false,
  slots: 0,
  ...change,
});

export const idOf = (name: string): DealId => dealId(hashOf(`deal ${name}`));

export const sectorOf = (name: string, count = 4): SectorRef => ({ root: hashOf(name), leaves: leaves(count) });

/** A deal of Alice's with `name`, empty, with room for 1,000 leaves until period 100. */
export const dealAt = (name: string, change: Partial<Deal> = {}): Deal => ({
  id: idOf(name),
  status: 'empty',
  renter: actor('alice').address,
  provider: actor(name).address,
  signer: actor('alice session').address,
  challenged: false,
  redeemed: wei(0n),
  root: hashOf('none'),
  leaves: leaves(0),
  sectors: 0,
  number: 0n,
  end: period(100),
  maxEnd: period(100),
  maxLeaves: leaves(1000),
  maxEgress: wei(TOKEN),
  slot: 0,
  generation: 0,
  weight: weight(0n),
  settledThrough: period(10),
  price: wei(TOKEN),
  egressPrice: wei(0n),
  rate: wei(0n),
  escrow: wei(TOKEN),
  compensationIndex: 0n,
  ...change,
});

export const knownDeal = (name: string, change: Partial<Deal> = {}, sheet: Partial<ProviderSheet> = {}): KnownDeal => ({
  record: { id: idOf(name), provider: actor(name).address },
  deal: dealAt(name, change),
  sheet: sheetOf(name, sheet),
});

const mark = signature(`0x${'11'.repeat(65)}`);

/** A revision of so many leaves that both have signed, by marks that are no signatures. */
export const signedRevision = (deal: DealId, number: bigint, count: Leaves, validUntil = 12): SignedRevision => ({
  revision: {
    ...{ deal, number, root: hashOf(`${deal} ${number}`), leaves: count, sectors: 1 },
    ...{ end: period(100), price: wei(TOKEN), validUntil: period(validUntil) },
  },
  renterSignature: mark,
  providerSignature: mark,
});
