import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Rpc } from '../rpc/rpc.js';
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

/**
 * How many transactions of the account are mined, to sign the next one under: what is signed by a count that is too low or too high is
 * never mined. Where two RPCs disagree, it is what the newest of ours that was mined tells, or else what the first says.
 */
export const countUsed = async (deck: Deck): Promise<number> => {
  const { nonce } = deck.newestMined;
  return (await countAgreed(deck)) ?? (nonce === undefined ? countBy(deck.rpc, deck) : nonce + 1);
};
