import { MAX_STAKE, type Wei } from '../../../core/units.js';
import { showTokens } from '../../../core/amount-text.js';
import { tokens } from '../../amounts.js';
import type { CommandSpec, OptionReader, ParameterSpec } from '../../command.js';
import { amountArgument, amountOf, submitAndTell, withWallet } from '../submission.js';

/** Option of what sets the lock limit (R6). */
export const lockLimitOption: ParameterSpec = {
  flags: '--lock-limit <tokens>',
  description: 'most stake that deals may lock, which is what a stolen operator key can cost (default: follows the stake)',
};

const lockLimit = tokens('250', { most: MAX_STAKE });

/** The lock limit, if it was given. */
export const lockLimitOf = (options: OptionReader): Wei | undefined => options.parsed('lockLimit', ...lockLimit);

export const limitCommand: CommandSpec = {
  path: ['provider', 'limit'],
  summary: 'set how much of your stake deals may lock: what a stolen operator key can cost at most',
  arguments: [amountArgument],
  examples: ['holdfast provider limit 200'],
  run: async (call) => {
    const limit = amountOf(call, 0, lockLimit);
    const text = `Deals may lock up to ${showTokens(limit)} of the stake now`;
    return await withWallet(
      call,
      async (session) =>
        await submitAndTell(
          session,
          call,
          { kind: 'setLockLimit', provider: session.settlement.account, limit },
          { text, json: { limit } },
        ),
    );
  },
};
