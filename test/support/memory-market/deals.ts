import type { Challenge, OpenRequest, Revision, SignedRevision } from '../../../node/core/market/deal.js';
import { dealIdOf } from '../../../node/core/market/deal-id.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { closableFrom, redeemedBy } from '../../../node/core/market/endings.js';
import { mostSectors, revisionDigest } from '../../../node/core/market/revision.js';
import { recoverAddress } from '../../../node/core/keys/signing.js';
import { SECTOR_LEAVES, type Address, type DealId, type Period, type Wei, type Weight } from '../../../node/core/units.js';
import { voucherSigner, type Voucher } from '../../../node/core/market/voucher.js';
import { bookFee } from './rewards.js';
import { coverOf, decidedOf, frozenNow, lowerLockLimit, syncProvider } from './stakes.js';
import {
  add,
  bounded,
  ceilDiv,
  dealOf,
  freshDeal,
  providerOf,
  takeTokens,
  timeOf,
  totalOf,
  ZERO_ADDRESS,
  ZERO_HASH,
  type DealState,
  type EndedGeneration,
  type MarketCall,
  type ProviderState,
} from './state.js';

/** How the generation that `deal` belongs to ended, if it did. */
export const endedGeneration = (provider: ProviderState, deal: DealState): EndedGeneration | undefined =>
  deal.weight > 0n ? provider.ended.get(deal.generation) : undefined;

/** The deal, which is not closed, and its provider, synced. */
export const touch = (call: MarketCall, id: DealId): { deal: DealState; provider: ProviderState } => {
  const deal = dealOf(call, id);
  const provider = providerOf(call, deal.provider);
  syncProvider(call, provider);
  if (deal.status === 'closed') throw new HoldfastError('DEAL_IS_CLOSED', { deal: id });
  return { deal, provider };
};

/** As `touch`, and the generation that holds the deal's collateral lives. */
export const touchLive = (call: MarketCall, id: DealId): { deal: DealState; provider: ProviderState } => {
  const touched = touch(call, id);
  if (endedGeneration(touched.provider, touched.deal)) throw new HoldfastError('DEAL_DEFAULTED', { deal: id });
  return touched;
};

export const mustBeThawed = (call: MarketCall, provider: ProviderState): void => {
  if (frozenNow(call, provider)) throw new HoldfastError('FROZEN', { provider: provider.provider, period: BigInt(timeOf(call).period) });
};

const mustBeRenter = (call: MarketCall, deal: DealState): void => {
  if (call.caller !== deal.renter) throw new HoldfastError('NOT_PARTY', { deal: deal.id, caller: call.caller });
};

/** R5, one period after the other. */
const settleDeal = (call: MarketCall, deal: DealState, provider: ProviderState): void => {
  if (deal.weight === 0n) return;
  const ended = endedGeneration(provider, deal);
  const through = Math.min(decidedOf(call, provider), deal.end - 1, ended ? ended.period - 1 : Infinity);
  const index = ended ? ended.compensationIndex : provider.compensationIndex;
  const compensation = deal.weight * (index - deal.compensationIndex);
  if (through <= deal.settledThrough && compensation === 0n) return;
  let rent = 0n;
  for (let period = deal.settledThrough + 1; period <= through; period++) if (!provider.missed.has(period)) rent += deal.rate;
  deal.escrow = (deal.escrow - rent) as Wei;
  deal.settledThrough = Math.max(deal.settledThrough, through) as Period;
  deal.compensationIndex = index;
  const fee = deal.rate === 0n ? 0n : (rent / deal.rate) * ceilDiv(deal.rate * BigInt(call.parameters.feeBps), 10_000n);
  bookFee(call, deal.provider, fee);
  add(call.state.credits, deal.provider, rent - fee);
  add(call.state.credits, deal.renter, compensation);
  call.emit('DealSettled', { deal: deal.id, provider: deal.provider, through: BigInt(through), rent, fee, compensation });
};

const removeFromTree = (provider: ProviderState, deal: DealState): void => {
  if (deal.weight > 0n && deal.generation === provider.generation) {
    provider.slots[deal.slot] = undefined;
    provider.free.push(deal.slot);
  }
  deal.weight = 0n as Weight;
};

const insertIntoTree = (provider: ProviderState, deal: DealState): void => {
  deal.slot = provider.free.pop() ?? provider.slots.length;
  deal.generation = provider.generation;
  deal.compensationIndex = provider.compensationIndex;
  provider.slots[deal.slot] = deal.id;
};

/** R4, R6: locked grows only on a provider that has proven this period, and beyond neither its stake nor its owner's limit. */
const mustBeBacked = (call: MarketCall, provider: ProviderState, added: bigint): void => {
  const { period } = timeOf(call);
  const total = totalOf(call.state, provider);
  if (total + added >= 2n ** 64n) throw new HoldfastError('WEIGHT_OVERFLOW', { total, added });
  if (total > 0n && provider.lastProven !== period)
    throw new HoldfastError('NOT_PROVEN', { provider: provider.provider, period: BigInt(period) });
  const needed = (total + added) * call.parameters.unit;
  if (provider.stake < needed) throw new HoldfastError('STAKE_TOO_SMALL', { stake: provider.stake, needed });
  const { lockLimit: limit } = provider;
  if (needed > limit) throw new HoldfastError('LOCK_LIMIT_PASSED', { provider: provider.provider, locked: needed, limit });
};

const mustBeUnpinned = ({ id, challenged }: DealState): void => {
  if (challenged) throw new HoldfastError('DEAL_CHALLENGED', { deal: id });
};

/** Ends the open challenge of a deal. Returns its challenger and its bond, which has one party (INV-17). */
export const endChallenge = (call: MarketCall, deal: DealState): Challenge => {
  const challenge = call.state.challenges.get(deal.id) as Challenge;
  call.state.challenges.delete(deal.id);
  deal.challenged = false;
  return challenge;
};

/** Closes for good and pays the renter its escrow and `collateral` wei, and the challenger of a pinned deal its bond. */
const end = (call: MarketCall, deal: DealState, provider: ProviderState, event: string, collateral: bigint): void => {
  removeFromTree(provider, deal);
  if (deal.challenged) {
    const { challenger, bond } = endChallenge(call, deal);
    add(call.state.credits, challenger, bond);
    call.emit('BondReturned', { deal: deal.id, challenger, bond });
  }
  const refund = deal.escrow;
  Object.assign(deal, { status: 'closed', root: ZERO_HASH, leaves: 0, sectors: 0, rate: 0n, escrow: 0n });
  add(call.state.credits, deal.renter, refund + collateral);
  const paid = event === 'DealCancelled' ? { refund } : { refund, collateral };
  call.emit(event, { deal: deal.id, ...(event !== 'DealCancelled' && { provider: deal.provider }), ...paid });
};

const openOne = (call: MarketCall, request: OpenRequest): DealId => {
  const provider = providerOf(call, request.provider);
  syncProvider(call, provider);
  const { ask } = provider;
  const { period } = timeOf(call);
  const id = dealIdOf(call.identity, call.caller, request.provider, request.salt);
  if (call.state.deals.has(id)) throw new HoldfastError('DEAL_EXISTS', { deal: id });
  if (request.signer === ZERO_ADDRESS) throw new HoldfastError('ZERO_SIGNER', {});
  if (ask.price > request.maxPrice) throw new HoldfastError('PRICE_TOO_HIGH', { asked: ask.price, max: request.maxPrice });
  if (ask.egressPrice > request.maxEgressPrice)
    throw new HoldfastError('PRICE_TOO_HIGH', { asked: ask.egressPrice, max: request.maxEgressPrice });
  bounded('maxEnd', request.maxEnd, period + 2, period + ask.maxPeriods);
  bounded('maxLeaves', request.maxLeaves, Math.max(1, ask.minLeaves), ask.maxLeaves);
  bounded('escrow', request.escrow, call.parameters.unit, 2n ** 128n - 1n);
  const { signer, maxEnd, maxLeaves, maxEgress, escrow } = request;
  const deal = freshDeal({
    id,
    renter: call.caller,
    provider: request.provider,
    signer,
    maxEnd,
    maxLeaves,
    maxEgress,
    price: ask.price,
    egressPrice: ask.egressPrice,
    escrow,
  });
  call.state.deals.set(id, deal);
  call.emit('DealOpened', {
    deal: id,
    renter: call.caller,
    provider: request.provider,
    signer,
    price: ask.price,
    egressPrice: ask.egressPrice,
    maxEnd: BigInt(maxEnd),
    maxLeaves: BigInt(maxLeaves),
    maxEgress,
    escrow,
  });
  return id;
};

export const open = (call: MarketCall, requests: readonly OpenRequest[]): void => {
  let escrows = 0n;
  for (const request of requests) {
    openOne(call, request);
    escrows += request.escrow;
  }
  takeTokens(call, escrows);
};

export const deposit = (call: MarketCall, id: DealId, amount: bigint): void => {
  const { deal } = touchLive(call, id);
  deal.escrow = (deal.escrow + amount) as Wei;
  call.emit('DealDeposited', { deal: id, from: call.caller, amount });
  takeTokens(call, amount);
};

type Bounds = Pick<DealState, 'maxEnd' | 'maxLeaves' | 'maxEgress'>;

export const setBounds = (call: MarketCall, id: DealId, { maxEnd, maxLeaves, maxEgress }: Bounds): void => {
  const { deal } = touchLive(call, id);
  mustBeRenter(call, deal);
  bounded('maxEnd', maxEnd, deal.maxEnd, 2 ** 32 - 1);
  bounded('maxLeaves', maxLeaves, deal.maxLeaves, 2 ** 40 - 1);
  bounded('maxEgress', maxEgress, deal.maxEgress, 2n ** 96n - 1n);
  Object.assign(deal, { maxEnd, maxLeaves, maxEgress });
  call.emit('DealBoundsSet', { deal: id, maxEnd: BigInt(maxEnd), maxLeaves: BigInt(maxLeaves), maxEgress });
};

export const setSigner = (call: MarketCall, id: DealId, signer: Address): void => {
  const { deal } = touchLive(call, id);
  mustBeRenter(call, deal);
  if (signer === ZERO_ADDRESS) throw new HoldfastError('ZERO_SIGNER', {});
  const { period } = timeOf(call);
  if (deal.signerSince > 0 && period <= deal.signerSince + 1)
    throw new HoldfastError('SIGNER_CHANGE_TOO_SOON', { since: BigInt(deal.signerSince), next: BigInt(deal.signerSince + 2) });
  deal.previousSigner = deal.signer;
  deal.signer = signer;
  deal.signerSince = period;
  call.emit('DealSignerSet', { deal: id, signer });
};

const checkSignatures = (call: MarketCall, deal: DealState, provider: ProviderState, signed: SignedRevision): void => {
  const digest = revisionDigest(call.identity, signed.revision);
  const check = (side: string, expected: Address, recovered: Address): void => {
    if (expected !== recovered) throw new HoldfastError('BAD_SIGNATURE', { side, expected, recovered });
  };
  check('renter', deal.signer, recoverAddress(digest, signed.renterSignature));
  check('provider', provider.operator, recoverAddress(digest, signed.providerSignature));
};

const mustBeAcceptable = (call: MarketCall, deal: DealState, revision: Revision): void => {
  const { period } = timeOf(call);
  const { number, leaves, sectors } = revision;
  if (number <= deal.number) throw new HoldfastError('STALE_REVISION', { number, current: deal.number });
  if (period >= deal.end) throw new HoldfastError('DEAL_ENDED', { deal: deal.id, period: BigInt(period), end: BigInt(deal.end) });
  bounded('validUntil', revision.validUntil, period, period + 2);
  bounded('leaves', leaves, 0, deal.maxLeaves);
  if (leaves === 0) {
    bounded('end', revision.end, 0, deal.end);
    bounded('price', revision.price, deal.price, deal.price);
    bounded('sectors', sectors, 0, 0);
    bounded('root', BigInt(revision.root), 0n, 0n);
  } else {
    bounded('end', revision.end, period + 2, deal.maxEnd);
    bounded('price', revision.price, 0n, deal.price);
    bounded('sectors', sectors, Math.ceil(leaves / SECTOR_LEAVES), mostSectors(deal.sectors, leaves));
  }
};

export const commit = (call: MarketCall, signed: SignedRevision): void => {
  const { revision } = signed;
  const { deal, provider } = touchLive(call, revision.deal);
  mustBeThawed(call, provider);
  mustBeUnpinned(deal);
  mustBeAcceptable(call, deal, revision);
  checkSignatures(call, deal, provider, signed);
  settleDeal(call, deal, provider);

  const { period } = timeOf(call);
  const { root, leaves, sectors, number, price, end } = revision;
  const rate = ceilDiv(price * BigInt(leaves), 2n ** 25n);
  const byRate = ceilDiv(rate * BigInt(call.parameters.collateralPeriods), call.parameters.unit);
  const weight = leaves === 0 ? 0n : byRate > 1n ? byRate : 1n;
  const needed = rate * BigInt(Math.max(0, end - period - 1));
  if (deal.escrow < needed) throw new HoldfastError('ESCROW_TOO_SMALL', { escrow: deal.escrow, needed });
  if (weight > deal.weight) mustBeBacked(call, provider, weight - deal.weight);
  // An empty revision of an empty deal does not restart the clock of `cancel`.
  const settledThrough = weight > 0n || deal.weight > 0n ? period : deal.settledThrough;
  if (weight === 0n) removeFromTree(provider, deal);
  else if (deal.weight === 0n) insertIntoTree(provider, deal);
  const status = leaves > 0 ? 'active' : 'empty';
  Object.assign(deal, { root, leaves, sectors, number, end, price, rate, weight, status, settledThrough });
  call.emit('DealCommitted', {
    deal: deal.id,
    provider: deal.provider,
    number,
    root,
    leaves: BigInt(leaves),
    sectors: BigInt(sectors),
    end: BigInt(end),
    price,
    rate,
    weight,
  });
};

export const settle = (call: MarketCall, id: DealId): void => {
  const { deal, provider } = touch(call, id);
  settleDeal(call, deal, provider);
};

/** Pays what a voucher adds to those before it, as far as rent does not need the escrow and the deal's bound allows (R4, R12). */
export const redeem = (call: MarketCall, id: DealId, voucher: Voucher): void => {
  const { deal, provider } = touch(call, id);
  const recovered = voucherSigner(call.identity, id, voucher);
  const inGrace = recovered === deal.previousSigner && timeOf(call).period <= deal.signerSince + 1;
  if (recovered === undefined || (recovered !== deal.signer && !inGrace))
    throw new HoldfastError('BAD_VOUCHER', { deal: id, recovered: recovered ?? ZERO_ADDRESS });
  settleDeal(call, deal, provider);
  const left = deal.rate * BigInt(Math.max(0, deal.end - 1 - deal.settledThrough));
  const reserved = endedGeneration(provider, deal) ? 0n : left;
  const free = deal.escrow > reserved ? deal.escrow - reserved : 0n;
  const bound = deal.maxEgress - deal.redeemed;
  const available = free < bound ? free : bound;
  const wanted = voucher.amount > deal.redeemed ? voucher.amount - deal.redeemed : 0n;
  const paid = wanted < available ? wanted : available;
  if (paid === 0n) throw new HoldfastError('NOTHING_TO_REDEEM', { amount: voucher.amount, redeemed: deal.redeemed, available });
  deal.escrow = (deal.escrow - paid) as Wei;
  deal.redeemed = (deal.redeemed + paid) as Wei;
  add(call.state.credits, deal.provider, paid);
  call.emit('VoucherRedeemed', { deal: id, provider: deal.provider, paid, redeemed: deal.redeemed });
};

export const leaveDeal = (call: MarketCall, id: DealId): void => {
  const { deal } = touchLive(call, id);
  mustBeRenter(call, deal);
  deal.end = Math.min(deal.end, timeOf(call).period + 1 + call.parameters.noticePeriods) as Period;
  deal.maxEnd = deal.end;
  call.emit('DealLeft', { deal: id, end: BigInt(deal.end) });
};

const mustBeOver = (call: MarketCall, from: number): void => {
  const { period } = timeOf(call);
  if (period < from) throw new HoldfastError('TOO_EARLY_TO_CLOSE', { period: BigInt(period), from: BigInt(from) });
};

export const cancel = (call: MarketCall, id: DealId): void => {
  const { deal, provider } = touch(call, id);
  mustBeRenter(call, deal);
  if (deal.leaves > 0) throw new HoldfastError('DEAL_NOT_EMPTY', { deal: id, leaves: BigInt(deal.leaves) });
  mustBeOver(call, redeemedBy(deal));
  end(call, deal, provider, 'DealCancelled', 0n);
};

export const closeDefaulted = (call: MarketCall, deal: DealState, provider: ProviderState, ended: EndedGeneration): void => {
  settleDeal(call, deal, provider);
  end(call, deal, provider, 'DealClosed', deal.weight * ended.share);
};

export const close = (call: MarketCall, id: DealId): void => {
  const { deal, provider } = touch(call, id);
  const ended = endedGeneration(provider, deal);
  if (ended) return closeDefaulted(call, deal, provider, ended);
  mustBeThawed(call, provider);
  mustBeUnpinned(deal);
  mustBeOver(call, Math.max(0, deal.end - 1));
  mustBeOver(call, closableFrom(deal, 'provider'));
  const isProvider = call.caller === deal.provider || call.caller === provider.operator;
  if (timeOf(call).period <= deal.end && !isProvider) throw new HoldfastError('NOT_PARTY', { deal: id, caller: call.caller });
  settleDeal(call, deal, provider);
  end(call, deal, provider, 'DealClosed', 0n);
};

/** Ends a deal for want of its data: its collateral and unspent escrow go to the renter. */
export const surrender = (call: MarketCall, deal: DealState, provider: ProviderState, event: string): void => {
  settleDeal(call, deal, provider);
  const collateral = deal.weight * coverOf(call, provider);
  provider.stake -= collateral;
  lowerLockLimit(provider, collateral);
  end(call, deal, provider, event, collateral);
};

export const forfeit = (call: MarketCall, id: DealId): void => {
  const { deal, provider } = touch(call, id);
  const ended = endedGeneration(provider, deal);
  if (ended) return closeDefaulted(call, deal, provider, ended);
  if (call.caller !== deal.provider && call.caller !== provider.operator)
    throw new HoldfastError('NOT_PARTY', { deal: id, caller: call.caller });
  mustBeThawed(call, provider);
  if (deal.weight === 0n) throw new HoldfastError('DEAL_IS_EMPTY', { deal: id });
  surrender(call, deal, provider, 'DealForfeited');
};
