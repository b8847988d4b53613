import type { Deal, MarketParameters, ProviderSheet } from '../../core/market/deal.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { dealCapacity } from '../../core/market/capacity.js';
import { rateUp, weightFor } from '../../core/market/rent.js';
import { mostSectors } from '../../core/market/revision.js';
import { LEAF_BYTES, LEAVES_PER_GIB, SECTOR_LEAVES, leaves, type Leaves } from '../../core/units.js';
import type { ProviderPolicy } from '../policy.js';

export interface AdmissionSnapshot {
  readonly sector: SectorRef;
  readonly deal: Deal;
  readonly sheet: Pick<ProviderSheet, 'provider' | 'stake' | 'total' | 'lockLimit'>;
  readonly parameters: Pick<MarketParameters, 'unit' | 'collateralPeriods' | 'windowBlocks'>;
  /** Leaves of the deal's pending sectors, this one not counted. */
  readonly pending: number;
  /** How many they are, this one counted if it waits already. */
  readonly pendingSectors: number;
  /** Leaves held for all deals. */
  readonly held: number;
  /** Bytes of the disk that the store can still take. */
  readonly room: number;
  /** Bytes of it that the sector takes. */
  readonly cost: number;
  /** Deals with data. */
  readonly kept: number;
  readonly policy: Pick<ProviderPolicy, 'capacity' | 'maxDeals' | 'maxPendingLeaves'>;
}

/** What bounds the number of deals. */
export interface DealsSnapshot {
  /** Deals with data, this one not counted. */
  readonly kept: number;
  readonly parameters: Pick<MarketParameters, 'windowBlocks'>;
  readonly policy: Pick<ProviderPolicy, 'maxDeals'>;
}

/** Deals with data that there may be: what the operator wants, within what a flood of challenges leaves time to answer (R8). */
export const mostDeals = ({ parameters, policy }: Omit<DealsSnapshot, 'kept'>): number =>
  Math.min(policy.maxDeals, dealCapacity(parameters));

/** Why no deal gets its first data any more; undefined if one may. */
export const checkDeals = (snapshot: DealsSnapshot): HoldfastError | undefined => {
  const limit = mostDeals(snapshot);
  return snapshot.kept < limit ? undefined : new HoldfastError('DEALS_FULL', { deals: snapshot.kept, limit });
};

/** Why a deal takes no data any more; undefined if it does. */
export const checkDealTakesData = (deal: Deal): HoldfastError | undefined => {
  if (deal.status === 'closed') return new HoldfastError('DEAL_IS_CLOSED', { deal: deal.id });
  if (deal.defaulted !== undefined) return new HoldfastError('DEAL_DEFAULTED', { deal: deal.id });
  return undefined;
};

/** Why a sector is not taken in, before any of its bytes is asked for; undefined if it is. */
export const decideAdmission = (snapshot: AdmissionSnapshot): HoldfastError | undefined =>
  checkDealTakesData(snapshot.deal) ??
  (snapshot.deal.leaves === 0 ? checkDeals(snapshot) : undefined) ??
  checkRoom(snapshot) ??
  checkCount(snapshot) ??
  checkMoney(snapshot);

/** No more sectors than a revision with all of them could name (R4). */
const checkCount = ({ sector, deal, pending, pendingSectors }: AdmissionSnapshot): HoldfastError | undefined => {
  const most = mostSectors(deal.sectors, deal.leaves + pending + sector.leaves);
  if (pendingSectors < most) return undefined;
  return new HoldfastError('OUT_OF_BOUNDS', { name: 'sectors', value: BigInt(pendingSectors) + 1n, min: 0n, max: BigInt(most) });
};

const checkRoom = ({ sector, deal, pending, held, room, cost, policy }: AdmissionSnapshot): HoldfastError | undefined => {
  if (sector.leaves < 1 || sector.leaves > SECTOR_LEAVES)
    return new HoldfastError('OUT_OF_BOUNDS', { name: 'sector', value: BigInt(sector.leaves), min: 1n, max: BigInt(SECTOR_LEAVES) });
  const limit = Math.min(policy.maxPendingLeaves, deal.maxLeaves);
  if (pending + sector.leaves > limit) return new HoldfastError('PENDING_FULL', { deal: deal.id, pending: pending + sector.leaves, limit });
  const left = policy.capacity - held;
  if (sector.leaves <= left && cost <= room) return undefined;
  return new HoldfastError('PROVIDER_FULL', {
    needed: Math.ceil(cost / LEAF_BYTES),
    free: Math.max(0, Math.min(left, Math.floor(room / LEAF_BYTES))),
  });
};

/** The escrow must pay for two periods of what waits, and the stake, as far as the owner lets it be locked, must be able to back it. */
const checkMoney = ({ sector, deal, sheet, parameters, pending }: AdmissionSnapshot): HoldfastError | undefined => {
  const waiting = pending + sector.leaves;
  const needed = 2n * rateUp(deal.price, waiting);
  if (deal.escrow < needed) return new HoldfastError('ESCROW_TOO_SMALL', { escrow: deal.escrow, needed });
  const others = sheet.total - deal.weight;
  const collateral = (others + weightFor(deal.price, waiting, parameters)) * parameters.unit;
  const { provider, stake, lockLimit: limit } = sheet;
  if (stake < collateral) return new HoldfastError('STAKE_TOO_SMALL', { stake, needed: collateral });
  return limit < collateral ? new HoldfastError('LOCK_LIMIT_PASSED', { provider, locked: collateral, limit }) : undefined;
};

export interface RoomSnapshot extends DealsSnapshot {
  readonly sheet: Pick<ProviderSheet, 'stake' | 'lockLimit' | 'locked' | 'ask'>;
  readonly parameters: Pick<MarketParameters, 'collateralPeriods' | 'windowBlocks'>;
  readonly held: number;
  /** Bytes of the disk that the store can still take. */
  readonly room: number;
  readonly policy: Pick<ProviderPolicy, 'capacity' | 'maxDeals'>;
}

/** Leaves that fit and that the free stake can back at the asked price, as far as it may be locked. */
const freeLeaves = ({ sheet, parameters, held, room: bytes, policy }: RoomSnapshot): Leaves => {
  const room = Math.max(0, Math.min(policy.capacity - held, Math.floor(bytes / LEAF_BYTES)));
  const lockable = sheet.stake < sheet.lockLimit ? sheet.stake : sheet.lockLimit;
  const free = lockable - sheet.locked;
  if (free <= 0n) return leaves(0);
  const perGib = sheet.ask.price * BigInt(parameters.collateralPeriods);
  if (perGib === 0n) return leaves(room);
  const backed = (free * BigInt(LEAVES_PER_GIB)) / perGib;
  return leaves(backed < BigInt(room) ? Number(backed) : room);
};

/** What can still be taken: leaves in all, and deals that have no data yet. */
export const decideRoom = (snapshot: RoomSnapshot): { readonly freeLeaves: Leaves; readonly freeDeals: number } => ({
  freeLeaves: freeLeaves(snapshot),
  freeDeals: Math.max(0, mostDeals(snapshot) - snapshot.kept),
});
