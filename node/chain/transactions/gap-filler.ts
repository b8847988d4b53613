import type { TransactionReceipt } from 'ethers';
import type { Hex } from '../../core/units.js';
import { countUsed } from './count-used.js';
import { decideGap } from './decide-gap.js';
import { attemptOf, type Flight } from './flight.js';
import { launch } from './hand-over.js';
import type { QueueLimits } from './queue-options.js';
import { gasFor } from './send.js';
import { broadcast } from './signing.js';
import { begin, isAloft, type Deck, type Transaction } from './transaction.js';

/**
 * Fills the nonce that what is signed waits for and that nothing uses any more: a reorganization undid what used it and the nodes forgot
 * it, or they refused it while another was on its way behind it.
 */
export interface GapFiller {
  /** Remembers what was mined, as long as a reorganization may undo it. */
  remember(flight: Flight, receipt: TransactionReceipt): void;
  /** Whether it is one that was mined before: the nodes kept what a reorganization undid. */
  isOwn(nonce: number, hash: string): boolean;
  /** Hands over again what was mined under such a nonce; signs a transfer of nothing under it if that is of no use. */
  look(head: number): Promise<void>;
}

/** Transactions of one account that a reorganization may undo at once. */
const REMEMBERED = 64;

export const createGapFiller = (deck: Deck, limits: QueueLimits, all: Transaction[]): GapFiller => {
  /** Raw transactions by nonce, those that were mined last at the end. */
  const mined = new Map<number, Hex>();
  let seen: { readonly nonce: number; readonly since: number; handed: number } | undefined;

  const gapAfter = (used: number): number | undefined =>
    decideGap(
      all.filter(isAloft).map(({ life }) => life.flight.nonce),
      used,
    );

  const handAgain = async (raw: Hex, nonce: number): Promise<void> => {
    const { kind } = await broadcast(deck.rpc, raw);
    deck.log?.info('transaction-undone', { nonce, answer: kind });
  };

  const fill = async (nonce: number, head: number): Promise<void> => {
    const one = begin({ action: 'transfer of nothing', to: deck.account, data: '0x', value: 0n, repeatable: true });
    const gas = await gasFor(deck, limits, one);
    all.push(one);
    try {
      await launch(deck, one, nonce, gas, head);
      deck.log?.warn('transaction-gap-filled', { nonce });
    } finally {
      if (!isAloft(one)) all.splice(all.indexOf(one), 1);
    }
  };

  const mend = async (nonce: number, head: number): Promise<void> => {
    if (seen?.nonce !== nonce || head < seen.since) seen = { nonce, since: head, handed: -1 };
    const raw = mined.get(nonce);
    if (raw !== undefined && seen.handed !== head) await handAgain(raw, nonce);
    seen.handed = head;
    // An RPC that is behind tells of a gap where there is none.
    if (head - seen.since >= deck.stuckBlocks && gapAfter(await countUsed(deck)) === nonce) await fill(nonce, head);
  };

  return {
    remember: ({ record, nonce }, { hash }) => {
      const raw = record.attempts.find((attempt) => attemptOf(attempt.raw).hash === hash)?.raw;
      mined.delete(nonce);
      if (raw !== undefined) mined.set(nonce, raw);
      const [oldest] = mined.keys();
      if (mined.size > REMEMBERED && oldest !== undefined) mined.delete(oldest);
    },
    isOwn: (nonce, hash) => {
      const raw = mined.get(nonce);
      return raw !== undefined && attemptOf(raw).hash === hash;
    },
    look: async (head) => {
      const { used } = deck.absence;
      const nonce = used === undefined ? undefined : gapAfter(used);
      if (nonce === undefined) seen = undefined;
      else await mend(nonce, head).catch((error: unknown) => deck.log?.warn('transactions-delayed', { reason: String(error) }));
    },
  };
};
