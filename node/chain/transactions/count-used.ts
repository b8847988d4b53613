import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Rpc } from '../rpc/rpc.js';
import { decideCount, decideShown } from './decide-count.js';
import { claimOf, showClaim } from './show-count.js';
import type { Deck } from './transaction.js';

const countBy = (of: Rpc, { account }: Deck, signal?: AbortSignal): Promise<number> =>
  of.read(async () => of.provider.getTransactionCount(account, 'latest'), signal);

/** How many transactions of the account are mined, as two RPCs say; undefined where they disagree. Where one of them is silent, the other's word. */
export const countAgreed = async (deck: Deck, signal?: AbortSignal): Promise<number | undefined> => {
  const { rpc } = deck;
  try {
    return await countBy(rpc.agreed, deck, signal);
  } catch (error) {
    if (rpc.agreed === rpc || !isHoldfastError(error, 'RPC_DISAGREES', 'RPC_UNREACHABLE')) throw error;
    return error.code === 'RPC_DISAGREES' ? undefined : countBy(rpc, deck, signal);
  }
};

/** Which of the counts that RPCs disagree on is true: by what is known to be mined, or else by what they can show. */
const countBelieved = async (deck: Deck): Promise<number | undefined> => {
  const asked = await Promise.all((deck.rpc.each ?? []).map(async (rpc) => ({ rpc, count: await claimOf(rpc, deck) })));
  const told = asked.filter((one): one is { rpc: Rpc; count: number } => one.count !== undefined);
  const known = decideCount(
    told.map(({ count }) => count),
    deck.newestUsed.nonce,
  );
  return known ?? decideShown(await Promise.all(told.map(async ({ rpc, count }) => showClaim(rpc, deck, count))));
};

/**
 * How many transactions of the account are mined, to sign the next one under: what is signed by a count that is too low or too high is
 * never mined. Where two RPCs disagree and neither shows that it is right, it is what the first says.
 */
export const countUsed = async (deck: Deck): Promise<number> =>
  (await countAgreed(deck)) ?? (await countBelieved(deck)) ?? countBy(deck.rpc, deck);
