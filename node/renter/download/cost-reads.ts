import { tokensUp } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type DealId, type Wei } from '../../core/units.js';

/** The shards of one index of slabs that lie in the same deals. */
export interface Column {
  readonly shard: number;
  readonly deal: DealId;
  bytes: number;
}

/** Slabs, or bands of them, of which the same is wanted, and whose shards lie in the same deals. */
export interface Group {
  /** The columns that are enough, where each is there. */
  readonly wanted: readonly number[];
  readonly columns: readonly Column[];
}

/** What reading all that is wanted in a deal costs, and what its escrow leaves for that, token wei. */
export interface Estimate {
  readonly bytes: number;
  readonly cost: bigint;
  readonly available: bigint;
}

/** What groups cost together. */
export interface ReadCost {
  /** Token wei of those columns that are to be paid. */
  readonly sum: bigint;
  /** Where too few can be paid: deals that would do with a deposit, as few as possible, and what each lacks, token wei. */
  readonly short: ReadonlyMap<DealId, Wei>;
}

/** The columns of a group with what each costs, the cheapest first. */
const costedColumns = ({ columns }: Group, estimates: ReadonlyMap<DealId, Estimate>) =>
  columns
    .map(({ shard, deal, bytes }) => {
      const all = estimates.get(deal) as Estimate;
      const share = (all.cost * BigInt(bytes) + BigInt(all.bytes) - 1n) / BigInt(all.bytes);
      return { shard, deal, share, ...all };
    })
    .sort((a, b) => (a.share === b.share ? a.shard - b.shard : a.share < b.share ? -1 : 1));

const sumOf = (columns: readonly { readonly share: bigint }[]): bigint => columns.reduce((sum, { share }) => sum + share, 0n);

/** What groups cost: of each its wanted columns where they are fewer than k and can all be paid, or else the k cheapest that can. */
export const costOfReads = (groups: readonly Group[], k: number, estimates: ReadonlyMap<DealId, Estimate>): ReadCost => {
  const short = new Map<DealId, Wei>();
  let sum = 0n;
  for (const group of groups) {
    const columns = costedColumns(group, estimates);
    const payable = columns.filter(({ cost, available }) => cost <= available);
    const own = payable.filter(({ shard }) => group.wanted.includes(shard));
    const isOwn = group.wanted.length < k && own.length === group.wanted.length;
    sum += sumOf(isOwn ? own : payable.slice(0, k));
    if (isOwn) continue;
    const others = columns.filter(({ cost, available }) => cost > available);
    // One deposit serves all slabs of a deal: those that another group lacks already come first.
    const inOrder = [...others.filter(({ deal }) => short.has(deal)), ...others.filter(({ deal }) => !short.has(deal))];
    for (const { deal, cost, available } of inOrder.slice(0, Math.max(0, k - payable.length))) short.set(deal, wei(cost - available));
  }
  return { sum, short };
};

/** READS_UNFUNDED with all that is short, and the command that mends it. */
export const unfundedReads = (short: ReadonlyMap<DealId, Wei>): HoldfastError => {
  const deals = [...short].map(([deal, missing]) => ({ deal, missing }));
  const words = deals.map(({ deal, missing }) => `${deal} ${tokensUp(missing)}`).join(' ');
  const missing = wei(deals.reduce((sum, one) => sum + one.missing, 0n));
  return new HoldfastError('READS_UNFUNDED', { missing, deals, command: `holdfast deals deposit ${words} --reads` });
};
