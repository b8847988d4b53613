import type { ChainHead } from '../core/market/deal.js';

/** What was seen of the chain's head so far, by the clock of this machine. */
export interface HeadHistory {
  readonly head: Pick<ChainHead, 'block' | 'timestamp'> | undefined;
  /** When a block was last new, or the watch began, milliseconds since 1970. */
  readonly newAt: number;
  /** Answers since then that told of nothing new. */
  readonly repeats: number;
}

/** What is wrong with the head. */
export type HeadTrouble =
  /** No new block, whether the RPC answers or not. */
  | { readonly kind: 'standing'; readonly seconds: number }
  /** New blocks come, and their time is long past: the RPC is far behind, or this clock is ahead. */
  | { readonly kind: 'past'; readonly seconds: number }
  /** The newest block is of the future: this clock is behind, or the RPC makes blocks up. */
  | { readonly kind: 'ahead'; readonly seconds: number };

export interface HeadFacts {
  readonly history: HeadHistory;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Between two blocks, as the network means it. */
  readonly blockMilliseconds: number;
  /** Whether blocks carry the time of clocks: a chain for tests may say what it likes. */
  readonly isTimed: boolean;
}

/** How many block times may pass without a block, and at least how many milliseconds. */
const BLOCKS_LATE = 5;
const LEAST_LATE = 30_000;
/** How far a block's time may be ahead of ours, milliseconds: nodes take blocks up to 15 s in the future. */
const MOST_AHEAD = 15_000;

/** What was seen, with one answer more: a head that is no higher than the former tells of nothing new. */
export const withHead = (history: HeadHistory, head: Pick<ChainHead, 'block' | 'timestamp'>, now: number): HeadHistory =>
  history.head !== undefined && head.block <= history.head.block
    ? { ...history, repeats: history.repeats + 1 }
    : { head, newAt: now, repeats: 0 };

/** The trouble with the head, if there is any; the first of them where there are several. */
export const decideHead = ({ history, now, blockMilliseconds, isTimed }: HeadFacts): HeadTrouble | undefined => {
  const { head, newAt } = history;
  const late = Math.max(LEAST_LATE, BLOCKS_LATE * blockMilliseconds);
  const seconds = (milliseconds: number): number => Math.round(milliseconds / 1_000);
  if (now - newAt >= late) return { kind: 'standing', seconds: seconds(now - newAt) };
  if (head === undefined || !isTimed) return undefined;
  const age = now - head.timestamp * 1_000;
  if (age < -MOST_AHEAD) return { kind: 'ahead', seconds: seconds(-age) };
  return age >= late + (now - newAt) ? { kind: 'past', seconds: seconds(age) } : undefined;
};
