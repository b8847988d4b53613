import { handOver } from '../../../../app/owner-handover.js';
import { showTokens } from '../../../../core/amount-text.js';
import { HoldfastError } from '../../../../core/errors/holdfast-error.js';
import type { CommandSpec } from '../../../command.js';
import { recipientOf, withWallet } from '../../submission.js';
import { registeredProvider } from '../registered.js';

export const command: CommandSpec = {
  options: [{ flags: '--to <address>', description: 'the new owner, who sets a provider of its own up' }],
  examples: ['holdfast provider rotate owner --to 0x52908400098527886E0F7030069857D2E4169EE7'],
  run: async (call) => {
    const to = recipientOf(call);
    if (to === undefined) throw new HoldfastError('OPTION_MISSING', { option: '--to', expected: 'the address of the new owner' });
    return await withWallet(call, async ({ settlement }) => {
      await registeredProvider(settlement.agreed, settlement.account, call.signal);
      const { provider, paid, stake, locked, total, changes } = await handOver(settlement, to, call.signal);
      const isOver = total === 0n;
      return {
        text: [
          `Paid ${showTokens(paid)} to ${to}; provider ${provider} takes no new deals.`,
          '  the contracts name a provider by its owner for good: the new one registers another with "holdfast provider init", in a home folder of its own',
          isOver
            ? '  nothing is stored here any more: this daemon can be stopped'
            : `  ${showTokens(locked)} of stake stay locked until the deals end: let this daemon run, which proves them, and give this command again then`,
        ],
        json: { provider, to, paid, stake, locked, done: isOver, transactions: changes.map(({ receipt }) => receipt.hash) },
      };
    });
  },
};
