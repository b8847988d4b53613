import { requireYes, yesOption } from '../../asking.js';
import type { CommandSpec } from '../../command.js';
import { withRenter } from '../with-renter.js';
import { dealArgument, dealOf, told } from '../submission.js';
import { endingLines } from './ending-lines.js';

export const command: CommandSpec = {
  arguments: [dealArgument],
  options: [yesOption],
  examples: ['holdfast deals leave 0x5c0f…'],
  run: async (call) => {
    const deal = dealOf(call);
    return await withRenter(call, async ({ renter, wallet }) => {
      const { noticePeriods } = wallet.settlement.parameters;
      const ending = await endingLines(renter, [deal]);
      for (const line of ending.length === 0 ? [] : [`Ends ${noticePeriods} periods from now, whatever its provider says:`, ...ending])
        call.terminal.say(line);
      if (ending.length > 0) {
        call.terminal.say('  "holdfast repair --ahead PERIODS" places what lies in it elsewhere before that.');
        await requireYes(call, { ask: `Give notice to ${deal}`, what: `giving notice to ${deal}` });
      }
      return told(await renter.leave(deal, { signal: call.signal }), `Gave notice to ${deal}`, { deal });
    });
  },
};
