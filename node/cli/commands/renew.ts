import type { CommandSpec } from '../command.js';
import { renewalJson, renewalLines } from './renter/renewal-lines.js';
import { budgetOf, renewingOf, renewingOptions } from './renter/renewing.js';
import { narrate } from './narration.js';
import { withRenter } from './with-renter.js';
import { dealsOf } from './submission.js';

export const command: CommandSpec = {
  arguments: [{ flags: '[deals...]', description: 'ids of the deals; those that hold your files and end soon if left out' }],
  options: [
    {
      flags: '--budget <tokens>',
      description: 'most tokens to pay in, with what was paid for renewals within 30 days (default: no limit)',
    },
    ...renewingOptions,
  ],
  examples: ['holdfast renew --dry-run', 'holdfast renew --periods 180 --budget 50', 'holdfast renew 0x5c0f…'],
  run: async (call) => {
    const ids = dealsOf(call, '[deals...]');
    const options = { ...renewingOf(call.options), budget: budgetOf(call.options), ...(ids.length > 0 && { only: ids }) };
    const { report, end } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const result = await renter.renew({ ...options, signal: call.signal, report }).finally(end);
      const isWhole = result.unrenewed.length + result.failed.length === 0;
      return { text: renewalLines(result), json: renewalJson(result), exitCode: isWhole ? 0 : 1 };
    });
  },
};
