import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { unlessAborted } from '../../core/tasks/waiting.js';
import type { Rpc } from '../rpc/rpc.js';
import { findUse, type Search } from './find-use.js';
import { proofOf } from './look.js';
import type { Claim } from './decide-count.js';
import type { Deck } from './transaction.js';

/** Longest that one RPC may take to show what it claims, milliseconds: a proof waits for it. */
const SHOWING = 3_000;

/** Whether `rpc` alone shows the transaction that used `nonce`; undefined where it no longer knows, or does not answer. */
const showsUse = async (rpc: Rpc, { account }: Pick<Deck, 'account'>, nonce: number): Promise<boolean | undefined> => {
  const head = await rpc.once(async () => rpc.provider.getBlockNumber());
  const search: Search = {};
  const use = await findUse(rpc, { account, nonce, since: undefined, head }, search);
  if (use !== undefined) return (await proofOf({ rpc, account }, nonce, use)) !== undefined;
  return search.scan === undefined && search.head !== undefined ? false : undefined;
};

/** What `rpc` alone says, and whether it shows it; undefined where it is silent. Whoever says that nothing is mined has nothing to show. */
export const claimOf = async (rpc: Rpc, deck: Pick<Deck, 'account'>): Promise<number | undefined> =>
  rpc
    .once(async () => rpc.provider.getTransactionCount(deck.account, 'latest'))
    .catch((error: unknown) => {
      if (isHoldfastError(error)) return undefined;
      throw error;
    });

/** The claim `count` of `rpc`, with whether it shows the newest transaction that it counts. */
export const showClaim = async (rpc: Rpc, deck: Pick<Deck, 'account'>, count: number): Promise<Claim> => {
  if (count === 0) return { count, isShown: true };
  const late = AbortSignal.timeout(SHOWING);
  const isShown = await unlessAborted(showsUse(rpc, deck, count - 1), late).catch((error: unknown) => {
    if (late.aborted || isHoldfastError(error)) return undefined;
    throw error;
  });
  return { count, isShown };
};
