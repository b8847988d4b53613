import type { CommandSpec } from '../command.js';
import { failureJson, failureLine } from './failure-lines.js';
import { narrate } from './narration.js';
import { withRenter } from './with-renter.js';
import { refreshedLines } from './shares-kept.js';

export const command: CommandSpec = {
  options: [{ flags: '--refresh', description: 'bring what the deals say of them up to what is stored now' }],
  examples: ['holdfast shares', 'holdfast shares --refresh', 'holdfast shares --json'],
  run: async (call) => {
    const refresh = call.options.flag('refresh');
    return await withRenter(
      call,
      async ({ renter }) => {
        const narration = narrate(call.terminal);
        const task = { signal: call.signal, report: narration.report };
        const refreshed = refresh ? await renter.refreshShares(task).finally(() => narration.end()) : undefined;
        const listed = await renter.shares();
        const { shareFacts, shareLines } = await import('./share-lines.js');
        const failures = refreshed?.failures ?? [];
        return {
          text: [
            ...(listed.length === 0 ? ['Nothing is shared: "holdfast share NAME".'] : listed.flatMap(shareLines)),
            ...(refreshed ? refreshedLines(refreshed) : []),
            ...failures.map(failureLine),
          ],
          json: { shares: listed.map(shareFacts), failures: failureJson(failures) },
          exitCode: failures.length > 0 ? 1 : 0,
        };
      },
      refresh ? 'wallet' : 'reader',
    );
  },
};
