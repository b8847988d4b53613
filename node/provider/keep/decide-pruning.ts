import type { ChainHead, Deal } from '../../core/market/deal.js';
import type { DealId, Hash, Period } from '../../core/units.js';
import type { DealDoubt } from '../../ports/journal-faults.js';
import type { PendingSector, ProviderDeal } from '../../ports/journal.js';

/** Beyond every number that a revision can have: of a deal that is over, all are history. */
export const OVER = 2n ** 64n;

/** What the chain said of a deal in a block: every revision before `number` is history. */
export interface ChainMark {
  readonly number: bigint;
  readonly block: ChainHead['block'];
  readonly hash: Hash;
}

export interface PruningSnapshot {
  readonly head: ChainHead;
  /** Blocks after which the chain's word is final. */
  readonly confirmations: number;
  /** Last period of which every block is final; 0 while there is none. */
  readonly final: number;
  /** Periods for which a revision that nobody can post any more is kept: its renter may still build on it. */
  readonly grace: number;
  /** Deals of the journal with what the chain says of them in block `head`. */
  readonly deals: readonly { readonly kept: ProviderDeal; readonly chain: Deal | undefined }[];
  /** Marks set before. */
  readonly marks: ReadonlyMap<DealId, ChainMark>;
  /** Hashes that the current chain has for the blocks of marks. */
  readonly hashes: ReadonlyMap<number, Hash>;
}

export interface PruningDecision {
  /** Revisions of `deal` before `number` may be forgotten; from {@link OVER} on the whole deal. */
  readonly prune: readonly { readonly deal: DealId; readonly number: bigint }[];
  /** Revisions of `deal` that were never posted and never will be. */
  readonly drop: readonly { readonly deal: DealId; readonly numbers: readonly bigint[] }[];
  readonly marks: ReadonlyMap<DealId, ChainMark>;
}

/** Up to where the chain, as it is now, makes kept revisions of a deal history; undefined if it does not. */
const historyOf = ({ revisions }: ProviderDeal, chain: Deal | undefined): bigint | undefined => {
  if (chain === undefined) return undefined;
  if (chain.status === 'closed' || chain.defaulted !== undefined) return OVER;
  // Of a journal that was restored from a copy, what the chain holds may be named by older revisions alone.
  if (!revisions.some(({ revision }) => revision.number === chain.number)) return undefined;
  return revisions.some(({ revision }) => revision.number < chain.number) ? chain.number : undefined;
};

/** Numbers of revisions beyond the chain's whose time is over for good: what they name would be held for nothing. */
const expiredOf = ({ revisions }: ProviderDeal, chain: Deal | undefined, last: number): bigint[] => {
  if (chain === undefined) return [];
  const isExpired = ({ number, validUntil }: { number: bigint; validUntil: Period }): boolean => number > chain.number && validUntil < last;
  return revisions.flatMap(({ revision }) => (isExpired(revision) ? [revision.number] : []));
};

/**
 * Which revisions may be forgotten: those that the chain has left behind in a block that is still its own and lies
 * `confirmations` deep, and those whose validity ended `grace` periods before what is as deep. A deal that the chain does not know is
 * kept: a reorganization may bring it back.
 */
export const decidePruning = (snapshot: PruningSnapshot): PruningDecision => {
  const { head, confirmations, final, grace, deals, marks, hashes } = snapshot;
  const prune: { deal: DealId; number: bigint }[] = [];
  const drop: { deal: DealId; numbers: readonly bigint[] }[] = [];
  const next = new Map<DealId, ChainMark>();
  for (const { kept, chain } of deals) {
    const numbers = expiredOf(kept, chain, final - grace);
    if (numbers.length > 0) drop.push({ deal: kept.id, numbers });
    const number = historyOf(kept, chain);
    if (number === undefined) continue;
    const mark = marks.get(kept.id);
    const stands = mark !== undefined && mark.number <= number && hashes.get(mark.block) === mark.hash;
    const held = stands ? mark : { number, block: head.block, hash: head.hash };
    if (head.block - held.block >= confirmations) prune.push({ deal: kept.id, number: held.number });
    else next.set(kept.id, held);
  }
  return { prune, drop, marks: next };
};

/** Doubts about numbers that were lost and that nobody can post any more: they are over. */
export const decideVoid = (
  doubts: readonly DealDoubt[],
  chain: ReadonlyMap<DealId, Deal>,
  { final, grace }: Pick<PruningSnapshot, 'final' | 'grace'>,
): DealDoubt[] =>
  doubts.filter(({ deal, number, newest, validUntil }) => {
    const posted = chain.get(deal)?.number;
    return posted !== undefined && validUntil !== undefined && number > newest && number > posted && validUntil < final - grace;
  });

/** Pending sectors that waited `ttl` milliseconds or longer. */
export const decideStale = (pending: readonly PendingSector[], now: number, ttl: number): PendingSector[] =>
  pending.filter(({ receivedAt }) => now - receivedAt >= ttl);

export interface OrphanDecision {
  readonly remove: readonly Hash[];
  /** When each root that nothing names was first seen so. */
  readonly seen: ReadonlyMap<Hash, number>;
}

/** Sectors on disk that nothing has named for `ttl` milliseconds. */
export const decideOrphans = (
  roots: readonly Hash[],
  named: ReadonlySet<Hash>,
  seen: ReadonlyMap<Hash, number>,
  now: number,
  ttl: number,
): OrphanDecision => {
  const orphans = roots.filter((root) => !named.has(root));
  const since = new Map(orphans.map((root) => [root, seen.get(root) ?? now]));
  const remove = [...since].flatMap(([root, first]) => (now - first >= ttl ? [root] : []));
  for (const root of remove) since.delete(root);
  return { remove, seen: since };
};
