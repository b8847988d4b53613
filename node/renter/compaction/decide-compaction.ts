import type { Deal } from '../../core/market/deal.js';
import { LEAF_BYTES, LEAVES_PER_GIB, wei, type DealId, type Period, type Wei } from '../../core/units.js';

/** A slab of a crate of which not all is in use. */
export interface HoledSlab {
  readonly crate: string;
  readonly slab: number;
  readonly k: number;
  readonly n: number;
  /** Leaves of each of its shards, and how many of them are in use. */
  readonly leaves: number;
  readonly used: number;
  readonly shards: readonly { readonly deal: DealId }[];
}

export interface CompactionSnapshot {
  readonly slabs: readonly HoledSlab[];
  /** Deals that shards lie in, as the chain knows them: those that are closed or defaulted are not among them. */
  readonly deals: ReadonlyMap<DealId, Pick<Deal, 'price' | 'egressPrice' | 'end'>>;
  readonly now: Period;
  /** Token wei that a revision of a deal is worth, which we may have to post ourselves. */
  readonly gas: Wei;
  /** Plaintext bytes that are moved at once, at most. */
  readonly mostBytes: number;
  /** Token wei that reading may cost, at most. */
  readonly mostReading: Wei;
}

/** Why a slab stays as it is: a shard is lost, most of it is in use, its rent does not pay for the move, or it is for another round. */
export type Uncompacted = 'damaged' | 'in-use' | 'not-worth' | 'later';

export interface CompactionPlan {
  /** What lies there moves into new slabs together, of one k and n; those that save most for each byte come first. */
  readonly move: readonly HoledSlab[];
  /** Token wei of rent that this saves until the deals end, and that it costs: reading, rent for both copies, revisions. */
  readonly saved: Wei;
  readonly cost: Wei;
  /** Of `cost`, what reading takes. */
  readonly reading: Wei;
  readonly wait: readonly { readonly slab: HoledSlab; readonly reason: Uncompacted }[];
}

/** A slab moves only if a quarter of it is unused, and only for twice what that costs: what was just moved does not move again for little. */
const LEAST_UNUSED = 4;
const LEAST_GAIN = 2n;
/** Periods in which both copies are paid for: one revision brings the new one in, a later one takes the old one out. */
const OVERLAP = 2;

interface Weighed {
  readonly slab: HoledSlab;
  readonly bytes: number;
  readonly saved: bigint;
  readonly reading: bigint;
  readonly overlap: bigint;
}

const perGib = (price: bigint, leaves: number): bigint => (price * BigInt(leaves)) / BigInt(LEAVES_PER_GIB);

/** What moving one slab saves and costs; undefined where a shard of it is lost. */
const weigh = (slab: HoledSlab, { deals, now }: CompactionSnapshot): Weighed | undefined => {
  let [saved, overlap] = [0n, 0n];
  const reads: bigint[] = [];
  for (const { deal: id } of slab.shards) {
    const deal = deals.get(id);
    if (deal === undefined) return undefined;
    const periods = BigInt(Math.max(0, deal.end - 1 - now - OVERLAP));
    saved += perGib(deal.price, slab.leaves - slab.used) * periods;
    overlap += perGib(deal.price, slab.used) * BigInt(OVERLAP);
    reads.push(perGib(deal.egressPrice, slab.leaves));
  }
  reads.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const reading = reads.slice(0, slab.k).reduce((sum, one) => sum + one, 0n);
  return { slab, bytes: slab.used * LEAF_BYTES * slab.k, saved, reading, overlap };
};

/** Token wei gained for each byte, as a fraction that is compared without dividing. */
const betterFirst = (a: Weighed, b: Weighed): number => {
  const [one, other] = [(a.saved - a.reading - a.overlap) * BigInt(b.bytes + 1), (b.saved - b.reading - b.overlap) * BigInt(a.bytes + 1)];
  return one === other ? 0 : one > other ? -1 : 1;
};

const costOf = (all: readonly Weighed[], gas: bigint): bigint => {
  const deals = new Set(all.flatMap(({ slab }) => slab.shards.map(({ deal }) => deal)));
  // Each deal gets a revision that brings in, and one that takes out.
  return all.reduce((sum, { reading, overlap }) => sum + reading + overlap, 0n) + 2n * gas * BigInt(deals.size);
};

/**
 * Pure: which slabs of crates are emptied into new ones now. What is moved has holes enough and pays for itself twice, alone and, revisions
 * included, all together; more than can be moved or paid for at once waits.
 */
export const decideCompaction = (snapshot: CompactionSnapshot): CompactionPlan => {
  const { slabs, gas, mostBytes, mostReading } = snapshot;
  const wait: { slab: HoledSlab; reason: Uncompacted }[] = [];
  const worthy: Weighed[] = [];
  for (const slab of slabs) {
    const weighed = weigh(slab, snapshot);
    if (weighed === undefined) wait.push({ slab, reason: 'damaged' });
    else if ((slab.leaves - slab.used) * LEAST_UNUSED < slab.leaves) wait.push({ slab, reason: 'in-use' });
    else if (weighed.saved === 0n || weighed.saved < LEAST_GAIN * (weighed.reading + weighed.overlap))
      wait.push({ slab, reason: 'not-worth' });
    else worthy.push(weighed);
  }
  worthy.sort(betterFirst);
  const taken: Weighed[] = [];
  const later: Weighed[] = [];
  let [bytes, reading] = [0, 0n];
  for (const one of worthy) {
    const isAlike = taken.length === 0 || (one.slab.k === taken[0]?.slab.k && one.slab.n === taken[0].slab.n);
    const fits = isAlike && bytes + one.bytes <= mostBytes && reading + one.reading <= mostReading;
    (fits ? taken : later).push(one);
    if (fits) [bytes, reading] = [bytes + one.bytes, reading + one.reading];
  }
  wait.push(...later.map(({ slab }) => ({ slab, reason: 'later' as const })));
  const saved = taken.reduce((sum, one) => sum + one.saved, 0n);
  const cost = costOf(taken, gas);
  if (saved >= LEAST_GAIN * cost && taken.length > 0)
    return { move: taken.map(({ slab }) => slab), saved: wei(saved), cost: wei(cost), reading: wei(reading), wait };
  wait.push(...taken.map(({ slab }) => ({ slab, reason: 'not-worth' as const })));
  return { move: [], saved: wei(0n), cost: wei(0n), reading: wei(0n), wait };
};
