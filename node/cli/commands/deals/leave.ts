import type { CommandSpec } from '../../command.js';
import { withRenter } from '../renting.js';
import { dealArgument, dealOf, told } from '../submission.js';

export const command: CommandSpec = {
  arguments: [dealArgument],
  examples: ['holdfast deals leave 0x5c0f…'],
  run: async (call) => {
    const deal = dealOf(call);
    return await withRenter(call, async ({ renter }) =>
      told(await renter.leave(deal, { signal: call.signal }), `Gave notice to ${deal}`, { deal }),
    );
  },
};
