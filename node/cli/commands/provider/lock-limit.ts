import { MAX_STAKE, type Wei } from '../../../core/units.js';
import { showTokens } from '../../../core/amount-text.js';
import { tokens } from '../../amounts.js';
import type { CommandSpec, OptionReader, ParameterSpec } from '../../command.js';
import { registeredProvider } from './registered.js';
import { limitLines } from './standing.js';
import { amountArgument, amountOf, submitAndTell, withWallet } from '../submission.js';

/** Option of what sets the lock limit (R6). */
export const lockLimitOption: ParameterSpec = {
  flags: '--lock-limit <tokens>',
  description:
    'most stake that deals may lock, about what a stolen operator key can cost (default: follows the stake, unless a lower one was chosen before)',
};

const lockLimit = tokens('250', { most: MAX_STAKE });

/** The lock limit, if it was given. */
export const lockLimitOf = (options: OptionReader): Wei | undefined => options.parsed('lockLimit', ...lockLimit);

export const limitCommand: CommandSpec = {
  path: ['provider', 'limit'],
  summary: 'set how much of your stake deals may lock: about what a stolen operator key can cost',
  arguments: [amountArgument],
  examples: ['holdfast provider limit 200'],
  run: async (call) => {
    const limit = amountOf(call, 0, lockLimit);
    return await withWallet(call, async (session) => {
      const { settlement } = session;
      const provider = settlement.account;
      const sheet = await registeredProvider(settlement.agreed, provider, call.signal);
      const told = { text: `The lock limit is ${showTokens(limit)} now, of a stake of ${showTokens(sheet.stake)}`, json: { limit } };
      const outcome = await submitAndTell(session, call, { kind: 'setLockLimit', provider, limit }, told);
      const { stake, locked } = sheet;
      const lines = limitLines({ stake, locked, lockLimit: limit });
      return { ...outcome, text: [...outcome.text, ...lines], json: { ...outcome.json, stake, locked } };
    });
  },
};
