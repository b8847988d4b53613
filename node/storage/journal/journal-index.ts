import type { SignedRevision } from '../../core/market/deal.js';
import { leaves, type DealId, type Leaves } from '../../core/units.js';
import { createDealTally, type DealTally } from './deal-tally.js';

/** What waits of a deal. */
export interface Waiting {
  readonly sectors: number;
  readonly leaves: Leaves;
}

/** What of a journal's rows is held in memory: nothing that grows with sectors. Changed only after the rows are on the disk. */
export interface JournalIndex {
  /** Oldest first. */
  readonly revisions: Map<DealId, readonly SignedRevision[]>;
  /** What `revisions` says of all deals. */
  readonly tally: DealTally;
  /** Numbers of revisions whose rows cannot be read. */
  readonly unreadable: Map<DealId, readonly bigint[]>;
  readonly waiting: Map<DealId, Waiting>;
}

export const emptyIndex = (): JournalIndex => ({
  revisions: new Map(),
  tally: createDealTally(),
  unreadable: new Map(),
  waiting: new Map(),
});

export const waitingOf = (index: JournalIndex, deal: DealId): Waiting => index.waiting.get(deal) ?? { sectors: 0, leaves: leaves(0) };

/** Counts sectors that begin to wait, or with negative numbers cease to. */
export const addWaiting = (index: JournalIndex, deal: DealId, sectors: number, count: number): void => {
  const before = waitingOf(index, deal);
  const after = { sectors: before.sectors + sectors, leaves: leaves(before.leaves + count) };
  if (after.sectors > 0) index.waiting.set(deal, after);
  else index.waiting.delete(deal);
};

/** Puts a deal's list, or what is left of it, in the place of the one before. */
const put = <Item>(lists: Map<DealId, readonly Item[]>, deal: DealId, items: readonly Item[]): void => {
  if (items.length > 0) lists.set(deal, items);
  else lists.delete(deal);
};

export const setRevisions = (index: JournalIndex, deal: DealId, kept: readonly SignedRevision[]): void => {
  index.tally.follow(deal, index.revisions.get(deal) ?? [], kept);
  put(index.revisions, deal, kept);
};

export const setUnreadable = (index: JournalIndex, deal: DealId, numbers: readonly bigint[]): void => put(index.unreadable, deal, numbers);

/** Numbers of all rows of revisions that a deal has, ascending. */
export const numbersOf = ({ revisions, unreadable }: JournalIndex, deal: DealId): bigint[] => {
  const readable = (revisions.get(deal) ?? []).map(({ revision }) => revision.number);
  const all = new Set([...readable, ...(unreadable.get(deal) ?? [])]);
  return [...all].sort((a, b) => (a < b ? -1 : 1));
};

/** Leaves of the newest revision of each deal plus all pending ones. */
export const countHeld = ({ revisions, waiting }: JournalIndex): Leaves => {
  let sum = 0;
  for (const list of revisions.values()) sum += list.at(-1)?.revision.leaves ?? 0;
  for (const { leaves: count } of waiting.values()) sum += count;
  return leaves(sum);
};
