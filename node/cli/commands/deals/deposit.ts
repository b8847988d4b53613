import { showTokens } from '../../../core/amount-text.js';
import { MAX_ESCROW } from '../../../core/units.js';
import type { CommandSpec } from '../../command.js';
import { withRenter } from '../renting.js';
import { amountArgument, amountOf, dealArgument, dealOf, someTokens, told } from '../submission.js';

export const command: CommandSpec = {
  arguments: [dealArgument, amountArgument],
  options: [{ flags: '--reads', description: 'let reads be paid with it, too; without, it is for rent' }],
  examples: ['holdfast deals deposit 0x5c0f… 25', 'holdfast deals deposit 0x5c0f… 0.5 --reads'],
  run: async (call) => {
    const deal = dealOf(call);
    const amount = amountOf(call, 1, someTokens(MAX_ESCROW));
    const forReads = call.options.flag('reads');
    return await withRenter(call, async ({ renter }) => {
      const { receipt, maxEgress } = await renter.deposit(deal, amount, { forReads, signal: call.signal });
      const added = told(receipt, `Added ${showTokens(amount)} to the escrow of ${deal}`, { deal, amount, forReads, maxEgress });
      const bound = `  vouchers may take ${showTokens(maxEgress)} of it in all now: that much a stolen session key can cost`;
      return forReads ? { ...added, text: [...added.text, bound] } : added;
    });
  },
};
