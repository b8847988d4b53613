// A plain second reading of the formulas, to compare the node and the contracts with. It imports hash functions only, prefers
// the obvious to the fast, and shares no code with either. Numbers in hashed bytes are big endian.
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { audit, dataSets, defaults, escrows, missedTotals, parameters, rates, sectorSizes, settlements } from './cases.js';

type Bytes = Uint8Array;

const raw = (text: string): Bytes => Buffer.from(text.slice(2), 'hex');
const uint = (value: number | bigint, bytes: number): Bytes => Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex');
const join = (...parts: readonly Bytes[]): Bytes => Buffer.concat(parts);
const keccak = (...parts: readonly Bytes[]): Bytes => keccak_256(join(...parts));
const list = <T>(length: number, at: (index: number) => T): T[] => Array.from({ length }, (_, index) => at(index));
const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
const divUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const zero = new Uint8Array(32);
const at = <T>(items: readonly T[], index: number): T => {
  const item = items.at(index);
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
};

/** Leaf j of the made-up content number `seed` is sha256(uint64 seed ‖ uint64 j); the last one is cut. */
export const content = (seed: number, bytes: number): Bytes =>
  Buffer.concat(list(Math.ceil(bytes / 32), (j) => sha256(join(uint(seed, 8), uint(j, 8))))).subarray(0, bytes);

const leavesOf = (bytes: Bytes): Bytes[] =>
  list(Math.ceil(bytes.length / 32), (i) => join(bytes.subarray(32 * i, 32 * i + 32), zero).subarray(0, 32));

/** All levels of the tree, leaves first, padded with zero leaves to a power of two. No leaves: one zero leaf. */
const levelsOf = (leaves: readonly Bytes[]): Bytes[][] => {
  const levels = [list(2 ** Math.ceil(Math.log2(Math.max(1, leaves.length))), (i) => leaves[i] ?? zero)];
  for (let below = at(levels, 0); below.length > 1; below = at(levels, -1)) {
    const children = below;
    levels.push(list(children.length / 2, (i) => sha256(join(at(children, 2 * i), at(children, 2 * i + 1)))));
  }
  return levels;
};
const rootOf = (leaves: readonly Bytes[]): Bytes => at(at(levelsOf(leaves), -1), 0);

/** Siblings of `index`, bottom up. */
const pathOf = (leaves: readonly Bytes[], index: number): Bytes[] =>
  levelsOf(leaves).flatMap((level, height) => (level.length > 1 ? [at(level, (index >> height) ^ 1)] : []));

const descriptorOf = (root: Bytes, start: number, count: number): Bytes =>
  sha256(join(root, uint(start, 8), uint(count, 8), new Uint8Array(16)));

const sector = (bytes: number) => {
  const leaves = leavesOf(content(bytes, bytes));
  return { seed: bytes, bytes, leaves: leaves.length, root: rootOf(leaves) };
};

/** A data set whose sector i is content number i, opened at three leaves of every sector. */
const dataSet = (sectorBytes: readonly number[]) => {
  const sectors = sectorBytes.map((length, i) => leavesOf(content(i, length)));
  const starts = sectors.map((_, i) => sectors.slice(0, i).flat().length);
  const descriptors = sectors.map((leaves, i) => descriptorOf(rootOf(leaves), at(starts, i), leaves.length));
  const sample = (index: number, inside: number) => {
    const leaves = at(sectors, index);
    const [leaf, start, count] = [at(leaves, inside), at(starts, index), leaves.length];
    const [sectorPath, descriptorPath] = [pathOf(leaves, inside), pathOf(descriptors, index)];
    const bytes = join(leaf, uint(index, 3), uint(start, 5), uint(count, 3), ...sectorPath, ...descriptorPath);
    return { position: start + inside, leaf, index, start, count, sectorPath, descriptorPath, bytes };
  };
  return {
    sectorBytes,
    sectorRoots: sectors.map(rootOf),
    sectorLeaves: sectors.map((leaves) => leaves.length),
    descriptors,
    root: rootOf(descriptors),
    leaves: sectors.flat().length,
    sectors: sectors.length,
    samples: sectors.flatMap(({ length }, index) => [...new Set([0, length >> 1, length - 1])].map((inside) => sample(index, inside))),
  };
};

const slotOf = (weights: readonly bigint[], draw: bigint): number => weights.findIndex((_, slot) => draw < sum(weights.slice(0, slot + 1)));

const draws = () => {
  const { chainId, period, market, renter, provider, weights, leaves } = audit;
  const [salt, blockHash] = [content(1, 32), content(2, 32)];
  const deal = keccak(uint(chainId, 32), raw(market), raw(renter), raw(provider), salt);
  const seed = keccak(blockHash, uint(period, 32), uint(chainId, 32), raw(market));
  const samples = list(audit.samples, (i) => {
    const random = keccak(Buffer.from('audit'), seed, raw(provider), uint(i, 32));
    const [high, low] = [random.slice(0, 16), random.slice(16)].map((half) => BigInt('0x' + Buffer.from(half).toString('hex'))) as [
      bigint,
      bigint,
    ];
    const draw = low % sum(weights);
    const slot = slotOf(weights, draw);
    return { i, random, low, high, draw, slot, leaf: Number(high % BigInt(at(leaves, slot))) };
  });
  const slots = list(Number(sum(audit.smallWeights)), (draw) => ({ draw, slot: slotOf(audit.smallWeights, BigInt(draw)) }));
  return { ...audit, salt, deal, blockHash, seed, total: sum(weights), samples, slots };
};

const rateOf = (given: (typeof rates)[number]) => {
  const rate = divUp(given.price * given.leaves, 2n ** 25n);
  const atLeastOne = divUp(rate * parameters.collateralPeriods, parameters.unit) || 1n;
  const weight = given.leaves > 0n ? atLeastOne : 0n;
  return { ...given, rate, weight, collateral: weight * parameters.unit };
};

const slash = (total: bigint) => {
  const perWeight = (bps: bigint): bigint => (parameters.unit * parameters.missBps * bps) / 10n ** 8n;
  const [bountyUncapped, compensation] = [total * perWeight(parameters.bountyBps), total * perWeight(parameters.compensationBps)];
  const bounty = min(bountyUncapped, parameters.bountyCap);
  return { total, burnt: total * perWeight(parameters.burnBps) + bountyUncapped - bounty, bounty, compensation };
};

/** Period by period: paid are those after `settledThrough`, decided, before the end and a default, and not missed. */
const settlement = (given: (typeof settlements)[number]) => {
  const until = Math.min(given.decided, given.end - 1, (given.defaultPeriod ?? Infinity) - 1);
  const periods = list(Math.max(0, until - given.settledThrough), (i) => given.settledThrough + 1 + i);
  const paidPeriods = periods.filter((period) => !given.misses.includes(period)).length;
  const through = periods.at(-1) ?? given.settledThrough;
  const rent = given.rate * BigInt(paidPeriods);
  return {
    ...given,
    through,
    paidPeriods,
    rent,
    escrowAfter: given.escrow - rent,
    reserved: given.rate * BigInt(Math.max(0, given.end - 1 - through)),
  };
};

const collapse = ({ stake, total }: (typeof defaults)[number]) => {
  const share = min(parameters.unit, stake / total);
  const rest = stake - share * total;
  return { stake, total, share, left: share < parameters.unit ? 0n : rest, burnt: share < parameters.unit ? rest : 0n };
};

/** Contents of the vector files by name, with bytes and bigints as they are. */
export const referenceVectors = () => ({
  sectors: sectorSizes.map(sector),
  'data-sets': dataSets.map(dataSet),
  draws: draws(),
  rent: {
    parameters,
    rates: rates.map(rateOf),
    slashes: missedTotals.map(slash),
    settlements: settlements.map(settlement),
    escrows: escrows.map((given) => ({ ...given, needed: given.rate * BigInt(given.end - given.period - 1) })),
    defaults: defaults.map(collapse),
  },
});
