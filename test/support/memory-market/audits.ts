import type { SampleTarget } from '../../../node/core/market/audit-proof.js';
import { toHex, uintOf } from '../../../node/core/data/bytes.js';
import { descriptorOf } from '../../../node/core/data/data-set.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { climb, depthOf } from '../../../node/core/data/merkle.js';
import { auditRandom, drawLeaf, drawSlot, seedFrom } from '../../../node/core/market/sampling.js';
import { SECTOR_LEAVES, type Address, type DealId, type Hash, type Leaves, type Period } from '../../../node/core/units.js';
import { syncProvider } from './stakes.js';
import { dealOf, providerOf, timeOf, totalOf, type MarketCall, type ProviderState } from './state.js';

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

/** The root above `node` at `position`, with the siblings that `path` holds one after the other. */
const rootAbove = (node: Uint8Array, position: number, path: Uint8Array): Uint8Array => {
  const count = 2 ** (path.length / 32);
  const siblings = Array.from({ length: path.length / 32 }, (_, level) => path.subarray(level * 32, level * 32 + 32));
  return climb({ leaf: node, index: position, count, path: siblings }) ?? new Uint8Array(32);
};

/** R13: checks the sample that begins at byte `cursor`, and returns the byte after it. */
const checkSample = (samples: Uint8Array, cursor: number, { root, sectors, drawn }: SampleTarget): number => {
  const reach = (end: number): number => {
    if (end > samples.length) throw new HoldfastError('PROOF_LENGTH', { needed: BigInt(end), length: BigInt(samples.length) });
    return end;
  };
  const field = (from: number, to: number): number => Number(uintOf(samples.subarray(cursor + from, cursor + to)));
  const paths = reach(cursor + 43);
  const [index, start, count] = [field(32, 35), field(35, 40), field(40, 43)];
  if (count < 1 || count > SECTOR_LEAVES) throw new HoldfastError('SECTOR_COUNT_OUT_OF_RANGE', { count: BigInt(count) });
  if (index >= sectors) throw new HoldfastError('SECTOR_INDEX_OUT_OF_RANGE', { index: BigInt(index), sectors: BigInt(sectors) });
  if (drawn < start || drawn >= start + count)
    throw new HoldfastError('LEAF_OUTSIDE_SECTOR', { leaf: BigInt(drawn), start: BigInt(start), count: BigInt(count) });
  const middle = paths + depthOf(count) * 32;
  const end = reach(middle + depthOf(sectors) * 32);
  const sectorRoot = rootAbove(samples.subarray(cursor, cursor + 32), drawn - start, samples.subarray(paths, middle));
  const descriptor = descriptorOf({ root: toHex(sectorRoot) as Hash, leaves: count as Leaves }, start);
  const computed = toHex(rootAbove(descriptor, index, samples.subarray(middle, end)));
  if (computed !== root) throw new HoldfastError('WRONG_ROOT', { root, computed });
  return end;
};

/** R13: a sample for each target, one after the other, and nothing left over. */
export const checkSamples = (samples: Uint8Array, targets: readonly SampleTarget[]): void => {
  let cursor = 0;
  for (const target of targets) cursor = checkSample(samples, cursor, target);
  if (cursor !== samples.length) throw new HoldfastError('PROOF_LENGTH', { needed: BigInt(cursor), length: BigInt(samples.length) });
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
  checkSamples(samples, drawTargets(call, account, recordSeed(call, period)));
  account.lastProven = period;
  account.syncedThrough = period;
  call.emit('Proven', { provider, period: BigInt(period) });
};
