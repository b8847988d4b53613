import type { Deal } from '../../node/core/market/deal.js';
import { nextRevision } from '../../node/core/market/revision.js';
import { leaves, LEAVES_PER_GIB, period, weight, wei, type DealId } from '../../node/core/units.js';
import type { AdmissionSnapshot } from '../../node/provider/accept/decide-admission.js';
import type { SigningSnapshot } from '../../node/provider/accept/decide-signature.js';
import { actor, hashOf } from '../support/worlds/actors.js';

const UNIT = wei(100n);
/** Token wei per GiB-period: a leaf costs a wei. */
export const PRICE = wei(BigInt(LEAVES_PER_GIB));
const id = hashOf('deal') as string as DealId;
export const deal = {
  id,
  status: 'active',
  provider: actor('bob').address,
  signer: actor('alice session').address,
  number: 3n,
  leaves: leaves(100),
  sectors: 1,
  maxLeaves: leaves(1_000),
  maxEnd: period(100),
  end: period(30),
  price: PRICE,
  rate: wei(100n),
  weight: weight(90n),
  escrow: wei(100_000n),
  redeemed: wei(0n),
  maxEgress: wei(50_000n),
  settledThrough: period(9),
  challenged: false,
} as Deal;
export const sector = { root: hashOf('sector'), leaves: leaves(40) };
const parameters = { unit: UNIT, collateralPeriods: 90, windowBlocks: 20 };

/** A sector of 40 leaves, the second that waits. */
export const admission: AdmissionSnapshot = {
  sector,
  deal,
  sheet: { provider: deal.provider, stake: wei(50_000n), total: weight(200n), lockLimit: wei(40_000n) },
  parameters,
  pending: 20,
  pendingSectors: 1,
  held: 500,
  room: 1 << 20,
  cost: sector.leaves * 32,
  kept: 3,
  policy: { capacity: leaves(1_000), maxDeals: 10, maxPendingLeaves: leaves(100) },
};

export const kept = { root: hashOf('kept'), leaves: leaves(100) };
const before = nextRevision({ deal: id, number: 3n, sectors: [kept], end: period(30), price: PRICE, validUntil: period(9) });
export const revision = nextRevision({
  deal: id,
  number: 4n,
  sectors: [kept, sector],
  end: period(30),
  price: PRICE,
  validUntil: period(12),
});
const change = { remove: [], append: [sector] };
export const ask = { price: PRICE, egressPrice: wei(0n), minLeaves: leaves(1), maxLeaves: leaves(10_000), maxPeriods: 100 };
/** A sector of 40 leaves added to one of 100. */
export const signing: SigningSnapshot = {
  request: { revision, base: 3n, change, renterSignature: '0x01' as never },
  renter: deal.signer,
  deal,
  period: period(10),
  sheet: { ask, operator: actor('operator').address, total: weight(200n), lockLimit: wei(10n ** 9n) },
  stake: wei(10n ** 9n),
  misses: 0,
  promised: weight(0n),
  kept: 3,
  parameters,
  revisions: [{ revision: before, renterSignature: '0x' as never, providerSignature: '0x03' as never }],
  voucher: wei(0n),
  held: new Set([sector.root]),
  doubt: undefined,
  lost: undefined,
  counted: { sectors: 2, leaves: leaves(140) },
  after: { root: revision.root, sectors: 2, leaves: leaves(140) },
  signer: actor('operator').address,
  policy: { minLeaves: leaves(1), maxDeals: 10, maxUnposted: 4 },
};
