import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Rpc } from '../rpc/rpc.js';
import type { Deck } from './transaction.js';

/**
 * How many transactions of the account are mined, to sign the next one under. Of several RPCs two must agree: what is signed by a
 * count that is too low or too high is never mined. Where they disagree, it is what the newest of ours that was mined tells, if there is
 * one; where one of them is silent, the other's word.
 */
export const countUsed = async ({ rpc, account, newestMined }: Deck): Promise<number> => {
  const count = async (of: Rpc): Promise<number> => of.read(async () => of.provider.getTransactionCount(account, 'latest'));
  try {
    return await count(rpc.agreed);
  } catch (error) {
    if (rpc.agreed === rpc || !isHoldfastError(error, 'RPC_DISAGREES', 'RPC_UNREACHABLE')) throw error;
    const { nonce } = newestMined;
    return nonce !== undefined && error.code === 'RPC_DISAGREES' ? nonce + 1 : count(rpc);
  }
};
