import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { nameText } from '../../core/visible-text.js';
import type { Share } from '../../ports/catalogue-shares.js';
import { requireYes, yesOption } from '../asking.js';
import { wordOf, type CommandSpec } from '../command.js';
import { failureJson, failureLine } from './failure-lines.js';
import { narrate } from './narration.js';
import { FOR_EVER } from './share-until.js';
import { withRenter } from './with-renter.js';

/** What ending a share does not end: what its links may fetch was granted for a time. */
const grantLine = ({ until }: Pick<Share, 'until'>): string =>
  `  Its grant goes on ${until === FOR_EVER ? 'for as long as the deals do' : `through period ${until}`}: who kept the link still fetches encrypted sectors whose roots they know.`;

export const command: CommandSpec = {
  arguments: [
    {
      flags: '<name>',
      description: 'id of a share, as "holdfast shares" shows it, or the name of what is shared, where that is shared once',
    },
  ],
  options: [yesOption],
  examples: ['holdfast unshare holiday.tar', 'holdfast unshare photos --yes'],
  run: async (call) =>
    await withRenter(call, async ({ renter }) => {
      const word = wordOf(call, 0).replace(/(?<=.)\/+$/, '');
      const listed = await renter.shares();
      const [found, second] = listed.filter(({ share }) => share.id === word || share.name === word);
      if (found === undefined || second !== undefined) throw new HoldfastError('SHARE_MISSING', { share: word });
      const { id, name, until } = found.share;
      call.terminal.say(`The links of "${nameText(name)}" are to lead nowhere: what they need is taken out of the deals.`);
      call.terminal.say('  Who has read it keeps it. Who kept its keys opens what they still get: only storing it anew locks them out.');
      call.terminal.say(grantLine(found.share));
      await requireYes(call, { ask: 'End this share', what: 'ending a share' });
      const narration = narrate(call.terminal);
      const { failures } = await renter.unshare(id, { signal: call.signal, report: narration.report }).finally(() => narration.end());
      return {
        text: [
          `Ended: "${nameText(name)}" is shared by ${id} no more.`,
          ...(failures.length === 0
            ? []
            : ['  Not all providers have agreed yet: "holdfast renter run" goes on with it.', ...failures.map(failureLine)]),
        ],
        json: { share: id, name, ...(until !== FOR_EVER && { grantedThrough: until }), failures: failureJson(failures) },
        exitCode: failures.length > 0 ? 1 : 0,
      };
    }),
};
