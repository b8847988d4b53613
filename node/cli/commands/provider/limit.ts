import { showTokens } from '../../../core/amount-text.js';
import type { CommandSpec } from '../../command.js';
import { amountArgument, amountOf, submitAndTell, withWallet } from '../submission.js';
import { lockLimit } from './lock-limit.js';
import { registeredProvider } from './registered.js';
import { limitLines } from './standing.js';

export const command: CommandSpec = {
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
