import type { Deal, MarketParameters, ProviderSheet } from '../../core/market/deal.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { rateUp, weightFor } from '../../core/market/rent.js';
import { LEAVES_PER_GIB, SECTOR_LEAVES, leaves, type Leaves } from '../../core/units.js';
import type { ProviderPolicy } from '../policy.js';

export interface AdmissionSnapshot {
  readonly sector: SectorRef;
  readonly deal: Deal;
  readonly sheet: Pick<ProviderSheet, 'stake' | 'total'>;
  readonly parameters: Pick<MarketParameters, 'unit' | 'collateralPeriods'>;
  /** Leaves of the deal's pending sectors, this one not counted. */
  readonly pending: number;
  /** Leaves held for all deals. */
  readonly held: number;
  readonly policy: Pick<ProviderPolicy, 'capacity' | 'maxPendingLeaves'>;
}

/** Why a deal takes no data any more; undefined if it does. */
export const checkDealTakesData = (deal: Deal): HoldfastError | undefined => {
  if (deal.status === 'closed') return new HoldfastError('DEAL_IS_CLOSED', { deal: deal.id });
  if (deal.defaulted !== undefined) return new HoldfastError('DEAL_DEFAULTED', { deal: deal.id });
  return undefined;
};

/** Why a sector is not taken in, before any of its bytes is asked for; undefined if it is. */
export const decideAdmission = (snapshot: AdmissionSnapshot): HoldfastError | undefined =>
  checkDealTakesData(snapshot.deal) ?? checkRoom(snapshot) ?? checkMoney(snapshot);

const checkRoom = ({ sector, deal, pending, held, policy }: AdmissionSnapshot): HoldfastError | undefined => {
  if (sector.leaves < 1 || sector.leaves > SECTOR_LEAVES)
    return new HoldfastError('OUT_OF_BOUNDS', { name: 'sector', value: BigInt(sector.leaves), min: 1n, max: BigInt(SECTOR_LEAVES) });
  const limit = Math.min(policy.maxPendingLeaves, deal.maxLeaves);
  if (pending + sector.leaves > limit) return new HoldfastError('PENDING_FULL', { deal: deal.id, pending: pending + sector.leaves, limit });
  const free = policy.capacity - held;
  return sector.leaves > free ? new HoldfastError('PROVIDER_FULL', { needed: sector.leaves, free: Math.max(0, free) }) : undefined;
};

/** The escrow must pay for two periods of what waits, and the stake must be able to back it. */
const checkMoney = ({ sector, deal, sheet, parameters, pending }: AdmissionSnapshot): HoldfastError | undefined => {
  const waiting = pending + sector.leaves;
  const needed = 2n * rateUp(deal.price, waiting);
  if (deal.escrow < needed) return new HoldfastError('ESCROW_TOO_SMALL', { escrow: deal.escrow, needed });
  const others = sheet.total - deal.weight;
  const collateral = (others + weightFor(deal.price, waiting, parameters)) * parameters.unit;
  return sheet.stake < collateral ? new HoldfastError('STAKE_TOO_SMALL', { stake: sheet.stake, needed: collateral }) : undefined;
};

export interface RoomSnapshot {
  readonly sheet: Pick<ProviderSheet, 'stake' | 'locked' | 'ask'>;
  readonly parameters: Pick<MarketParameters, 'collateralPeriods'>;
  readonly held: number;
  readonly policy: Pick<ProviderPolicy, 'capacity'>;
}

/** Leaves that can still be taken: what fits, and what the free stake can back at the asked price. */
export const decideRoom = ({ sheet, parameters, held, policy }: RoomSnapshot): Leaves => {
  const room = Math.max(0, policy.capacity - held);
  const free = sheet.stake - sheet.locked;
  if (free <= 0n) return leaves(0);
  const perGib = sheet.ask.price * BigInt(parameters.collateralPeriods);
  if (perGib === 0n) return leaves(room);
  const backed = (free * BigInt(LEAVES_PER_GIB)) / perGib;
  return leaves(backed < BigInt(room) ? Number(backed) : room);
};
