import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Address } from '../../../node/core/units.js';
import {
  add,
  BURN_ACCOUNT,
  moveTokens,
  providerOf,
  takeTokens,
  timeOf,
  totalOf,
  VAULT,
  ZERO_ADDRESS,
  type MarketCall,
  type MarketState,
  type ProviderState,
} from './state.js';

type Moment = Pick<MarketCall, 'state' | 'block' | 'genesisBlock' | 'parameters'>;

/** Last decided period of a provider by its stored account (R2). */
export const decidedOf = (call: Moment, provider: ProviderState): number => {
  const { period, offset } = timeOf(call);
  const done = totalOf(call.state, provider) === 0n || provider.lastProven === period || offset >= call.parameters.windowBlocks;
  return done ? period : period - 1;
};

/** Whether the provider's draw must not be moved now (R2). */
export const frozenNow = (call: Moment, provider: ProviderState): boolean => decidedOf(call, provider) < timeOf(call).period;

export const lockedOf = (call: Pick<MarketCall, 'state' | 'parameters'>, provider: ProviderState): bigint =>
  totalOf(call.state, provider) * call.parameters.unit;

/** What every unit of weight is covered with now, token wei (R6). */
export const coverOf = (call: Pick<MarketCall, 'state' | 'parameters'>, provider: ProviderState): bigint => {
  const share = provider.stake / totalOf(call.state, provider);
  return share < call.parameters.unit ? share : call.parameters.unit;
};

const miss = (call: MarketCall, provider: ProviderState, period: number): void => {
  const { unit, missBps, burnBps, bountyBps, compensationBps, bountyCap } = call.parameters;
  const total = totalOf(call.state, provider);
  const perUnit = (unit * BigInt(missBps)) / 10_000n;
  const share = (bps: number): bigint => (perUnit * BigInt(bps)) / 10_000n;
  const found = total * share(bountyBps);
  const bounty = found < bountyCap ? found : bountyCap;
  const burnt = total * share(burnBps) + (found - bounty);
  const compensation = total * share(compensationBps);
  provider.stake -= burnt + bounty + compensation;
  provider.compensationIndex += share(compensationBps);
  provider.missed.add(period);
  add(call.state.credits, BURN_ACCOUNT, burnt);
  add(call.state.credits, call.caller, bounty);
  call.emit('Missed', { provider: provider.provider, period: BigInt(period), finder: call.caller, burnt, bounty, compensation });
};

const declareDefault = (call: MarketCall, provider: ProviderState, period: number): void => {
  const total = totalOf(call.state, provider);
  const share = coverOf(call, provider);
  const { generation } = provider;
  provider.ended.set(generation, { period, share, compensationIndex: provider.compensationIndex });
  provider.stake -= share * total;
  const burnt = share < call.parameters.unit ? provider.stake : 0n;
  provider.stake -= burnt;
  if (burnt > 0n) add(call.state.credits, BURN_ACCOUNT, burnt);
  provider.generation += 1;
  provider.slots = [];
  provider.free = [];
  call.emit('Defaulted', { provider: provider.provider, period: BigInt(period), generation: BigInt(generation), total, share, burnt });
};

/** R3, the first statement of every verb that touches a provider. Returns whether it declared a default. */
export const syncProvider = (call: MarketCall, provider: ProviderState): boolean => {
  const decided = decidedOf(call, provider);
  if (totalOf(call.state, provider) === 0n) {
    provider.lastProven = decided;
    provider.syncedThrough = decided;
    return false;
  }
  const { coverBps, maxMisses } = call.parameters;
  const before = provider.stake;
  for (let period = Math.max(provider.lastProven, provider.syncedThrough) + 1; period <= decided; period++) {
    miss(call, provider, period);
    provider.syncedThrough = period;
    const uncovered = provider.stake * 10_000n < BigInt(coverBps) * lockedOf(call, provider);
    if (period - provider.lastProven === maxMisses || uncovered) {
      declareDefault(call, provider, period);
      lowerLockLimit(provider, before - provider.stake);
      return true;
    }
  }
  lowerLockLimit(provider, before - provider.stake);
  return false;
};

/** R6: what left the locked stake cannot be locked again. */
export const lowerLockLimit = (provider: ProviderState, amount: bigint): void => {
  provider.lockLimit = provider.lockLimit > amount ? provider.lockLimit - amount : 0n;
};

/** The account as a sync in this block would leave it; nothing of it is written down. */
export const providerNow = (call: MarketCall, provider: ProviderState): ProviderState => {
  if (totalOf(call.state, provider) === 0n || Math.max(provider.lastProven, provider.syncedThrough) >= decidedOf(call, provider))
    return provider;
  const now = structuredClone(provider);
  syncProvider({ ...call, state: { ...call.state, credits: new Map() }, emit: () => undefined }, now);
  return now;
};

export const setLockLimit = (call: MarketCall, provider: Address, limit: bigint): void => {
  const found = call.state.providers.get(provider);
  if (found) syncProvider(call, found);
  if (call.caller !== provider) throw new HoldfastError('NOT_OWNER', { provider, caller: call.caller });
  providerOf(call, provider).lockLimit = limit;
  call.emit('LockLimitSet', { provider, limit });
};

export const stake = (call: MarketCall, provider: Address, amount: bigint): void => {
  const account = providerOf(call, provider);
  syncProvider(call, account);
  account.stake += amount;
  call.emit('Staked', { provider, from: call.caller, amount });
  takeTokens(call, amount);
};

export const unstake = (call: MarketCall, amount: bigint): void => {
  const account = call.state.providers.get(call.caller);
  if (!account) throw new HoldfastError('INSUFFICIENT_FUNDS', { wanted: amount, available: 0n });
  syncProvider(call, account);
  const free = account.stake - lockedOf(call, account);
  if (amount > free) throw new HoldfastError('INSUFFICIENT_FUNDS', { wanted: amount, available: free > 0n ? free : 0n });
  account.stake -= amount;
  add(call.state.credits, call.caller, amount);
  call.emit('Unstaked', { provider: call.caller, amount });
};

export const withdraw = (call: MarketCall, amount: bigint, to: Address): void => {
  if (to === ZERO_ADDRESS) throw new HoldfastError('ZERO_RECIPIENT', {});
  const available = call.state.credits.get(call.caller) ?? 0n;
  if (amount > available) throw new HoldfastError('INSUFFICIENT_FUNDS', { wanted: amount, available });
  add(call.state.credits, call.caller, -amount);
  call.emit('Withdrawn', { account: call.caller, to, amount });
  moveTokens(call, VAULT, to, amount);
};

/** Recorded misses in periods ≤ `through`. */
export const missesThrough = (state: MarketState, provider: Address, through: number): number =>
  [...(state.providers.get(provider)?.missed ?? [])].filter((period) => period <= through).length;
