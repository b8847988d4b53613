import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import type { CommandSpec } from '../../command.js';
import { dealArgument, dealOf, submitAndTell, withWallet } from '../submission.js';

export const command: CommandSpec = {
  arguments: [dealArgument],
  examples: ['holdfast provider forfeit 0x5c0f…'],
  run: async (call) => {
    const deal = dealOf(call);
    return await withWallet(call, async (session) => {
      const { settlement } = session;
      const found = await settlement.agreed.deal(deal, call.signal);
      if (found?.provider !== settlement.account) throw new HoldfastError('NOT_PARTY', { deal, caller: settlement.account });
      return await submitAndTell(session, call, { kind: 'forfeit', deal }, { text: `Forfeited ${deal}`, json: { deal } });
    });
  },
};
