import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { epochOf } from '../../../node/core/market/schedule.js';
import type { Address } from '../../../node/core/units.js';
import { add, BURN_ACCOUNT, ceilDiv, moveTokens, timeOf, VAULT, type MarketCall } from './state.js';

/** Where the reward pool would be. */
const REWARD_POOL = '0x0000000000000000000000000000000000fee001' as Address;

const feesOf = (call: MarketCall, epoch: number): Map<Address, bigint> => call.state.fees.get(epoch) ?? new Map<Address, bigint>();
const totalOf = (fees: ReadonlyMap<Address, bigint>): bigint => [...fees.values()].reduce((sum, fee) => sum + fee, 0n);
const currentEpoch = (call: MarketCall): number => epochOf(timeOf(call).period, call.parameters.epochPeriods);
const burntOf = (call: MarketCall, fees: bigint): bigint => ceilDiv(fees * BigInt(call.parameters.feeBurnBps), 10_000n);

/** Books a fee that `provider` pays now (R5). */
export const bookFee = (call: MarketCall, provider: Address, fee: bigint): void => {
  if (fee === 0n) return;
  const epoch = currentEpoch(call);
  const fees = feesOf(call, epoch);
  fees.set(provider, (fees.get(provider) ?? 0n) + fee);
  call.state.fees.set(epoch, fees);
};

/** What the pool owes `provider` for `epoch`, without sponsors (R11). */
export const rewardOf = (call: MarketCall, epoch: number, provider: Address): bigint => {
  const fees = feesOf(call, epoch);
  const [points, total] = [fees.get(provider) ?? 0n, totalOf(fees)];
  if (points === 0n || call.state.claimed.has(`${epoch} ${provider}`)) return 0n;
  return ((total - burntOf(call, total)) * points) / total;
};

const claimOne = (call: MarketCall, epoch: number, provider: Address): bigint => {
  const current = currentEpoch(call);
  if (epoch >= current) throw new HoldfastError('EPOCH_NOT_OVER', { epoch: BigInt(epoch), current: BigInt(current) });
  const total = totalOf(feesOf(call, epoch));
  if (!call.state.collected.has(epoch)) {
    call.state.collected.add(epoch);
    const burnt = burntOf(call, total);
    add(call.state.credits, BURN_ACCOUNT, burnt);
    call.emit('FeesCollected', { epoch: BigInt(epoch), pool: REWARD_POOL, kept: total - burnt, burnt });
  }
  if (!feesOf(call, epoch).has(provider)) throw new HoldfastError('NOTHING_EARNED', { epoch: BigInt(epoch), provider });
  if (call.state.claimed.has(`${epoch} ${provider}`)) throw new HoldfastError('ALREADY_CLAIMED', { epoch: BigInt(epoch), provider });
  const reward = rewardOf(call, epoch, provider);
  call.state.claimed.add(`${epoch} ${provider}`);
  call.emit('RewardClaimed', { epoch: BigInt(epoch), provider, reward });
  return reward;
};

/** Pays rewards of past epochs to the provider's owner. The dust of the pool stays where it is. */
export const claim = (call: MarketCall, provider: Address, epochs: readonly number[]): void => {
  const reward = epochs.reduce((sum, epoch) => sum + claimOne(call, epoch, provider), 0n);
  moveTokens(call, VAULT, provider, reward);
};
