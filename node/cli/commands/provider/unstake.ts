import { showTokens } from '../../../core/amount-text.js';
import type { CommandSpec } from '../../command.js';
import { amountArgument, amountOf, submitAndTell, withWallet } from '../submission.js';
import { registeredProvider } from './registered.js';

export const command: CommandSpec = {
  arguments: [amountArgument],
  examples: ['holdfast provider unstake 100'],
  run: async (call) => {
    const amount = amountOf(call);
    const text = `Freed ${showTokens(amount)}; "holdfast provider withdraw" pays it out`;
    return await withWallet(call, async (session) => {
      await registeredProvider(session.settlement.agreed, session.settlement.account, call.signal);
      return await submitAndTell(session, call, { kind: 'unstake', amount }, { text, json: { amount } });
    });
  },
};
