import type { CommandSpec } from '../../command.js';
import { withRenter } from '../with-renter.js';
import { dealArgument, dealOf, told } from '../submission.js';

export const command: CommandSpec = {
  arguments: [dealArgument],
  examples: ['holdfast deals close 0x5c0f…'],
  run: async (call) => {
    const deal = dealOf(call);
    return await withRenter(call, async ({ renter }) =>
      told(await renter.closeDeal(deal, { signal: call.signal }), `Closed ${deal}`, { deal }),
    );
  },
};
