import type { WalletSession } from '../../../app/wallet-session.js';
import { showTokens } from '../../../core/amount-text.js';
import { HoldfastError, isHoldfastError } from '../../../core/errors/holdfast-error.js';
import type { Receipt } from '../../../ports/settlement.js';
import type { CommandSpec } from '../../command.js';
import { withWallet } from '../submission.js';

/** Draws from the faucet. A token of other make refuses the call without a reason: it has none. */
const drip = async ({ settlement }: WalletSession, signal: AbortSignal): Promise<Receipt> => {
  try {
    return await settlement.submit({ kind: 'drip' }, { signal });
  } catch (cause) {
    if (isHoldfastError(cause, 'UNKNOWN_REVERT')) throw new HoldfastError('NO_FAUCET', {}, { cause });
    throw cause;
  }
};

export const command: CommandSpec = {
  examples: ['holdfast wallet drip'],
  run: async (call) =>
    await withWallet(call, async (session) => {
      const { account } = session.settlement;
      const before = await session.settlement.balances(account, call.signal);
      const receipt = await drip(session, call.signal);
      const { token } = await session.settlement.balances(account, call.signal);
      return {
        text: [
          `Drew ${showTokens(token - before.token)}; ${account} has ${showTokens(token)} (block ${receipt.block}, transaction ${receipt.hash}).`,
        ],
        json: { address: account, drawn: token - before.token, token, transaction: receipt.hash, block: receipt.block, fee: receipt.fee },
      };
    }),
};
