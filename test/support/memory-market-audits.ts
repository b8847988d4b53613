import { verifyProof, type SampleTarget } from '../../node/core/audit-proof.js';
import { HoldfastError } from '../../node/core/errors.js';
import { auditRandom, drawLeaf, drawSlot, seedFrom } from '../../node/core/sampling.js';
import type { Address, DealId, Hash, Period } from '../../node/core/units.js';
import { syncProvider } from './memory-market-stakes.js';
import { dealOf, providerOf, timeOf, totalOf, type MarketCall, type ProviderState } from './memory-market-state.js';

/** R1: from the record, or from the hash of the period's first block, which is then recorded. */
export const recordSeed = (call: MarketCall, period: Period): Hash => {
  const recorded = call.state.seeds.get(period);
  if (recorded) return recorded;
  const blockHash = call.blockHash(call.genesisBlock + (period - 1) * call.parameters.periodBlocks);
  if (!blockHash) throw new HoldfastError('SEED_UNAVAILABLE', { period: BigInt(period) });
  const seed = seedFrom(blockHash, period, call.identity);
  call.state.seeds.set(period, seed);
  call.emit('SeedRecorded', { period: BigInt(period), seed });
  return seed;
};

/** R13: the leaves drawn with `seed` among the deals in the provider's tree. */
const drawTargets = (call: MarketCall, provider: ProviderState, seed: Hash): SampleTarget[] => {
  const weights = provider.slots.map((id) => (id ? dealOf(call, id).weight : 0n));
  return Array.from({ length: call.parameters.samples }, (_, i) => {
    const { low, high } = auditRandom(seed, provider.provider, i);
    const { root, sectors, leaves } = dealOf(call, provider.slots[drawSlot(weights, low)] as DealId);
    return { root, sectors, drawn: drawLeaf(high, leaves) };
  });
};

export const prove = (call: MarketCall, provider: Address, period: Period, samples: Uint8Array): void => {
  const account = providerOf(call, provider);
  if (syncProvider(call, account)) return;
  if (account.lastProven === period || totalOf(call.state, account) === 0n) return;
  const now = timeOf(call);
  if (period !== now.period) throw new HoldfastError('WRONG_PERIOD', { period: BigInt(period), current: BigInt(now.period) });
  const window = call.parameters.windowBlocks;
  if (now.offset < 1 || now.offset >= window)
    throw new HoldfastError('OUTSIDE_WINDOW', { offset: BigInt(now.offset), window: BigInt(window) });
  verifyProof(samples, drawTargets(call, account, recordSeed(call, period)));
  account.lastProven = period;
  account.syncedThrough = period;
  call.emit('Proven', { provider, period: BigInt(period) });
};
