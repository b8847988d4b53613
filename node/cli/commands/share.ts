import { countText } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { nameText } from '../../core/visible-text.js';
import { systemClock } from '../../app/clock.js';
import type { RenterSession } from '../../app/renter-session.js';
import type { Renter } from '../../renter/renter.js';
import type { Shareable } from '../../renter/sharing/share.js';
import { wordOf, type Call, type CommandSpec } from '../command.js';
import { failureJson, failureLine } from './failure-lines.js';
import { narrate } from './narration.js';
import { withRenter } from './with-renter.js';
import { momentOf } from './moment.js';
import { FOR_EVER, periodAtTime, untilReading } from './share-until.js';

/** What the word names: an object, or where none is called so, a folder of names. OBJECT_MISSING, OBJECT_NOT_STORED. */
const shareable = async (renter: Pick<Renter, 'object' | 'objects'>, word: string): Promise<Pick<Shareable, 'name' | 'object'>> => {
  const object = word.endsWith('/') ? undefined : await renter.object(word);
  if (object?.state === 'placing') throw new HoldfastError('OBJECT_NOT_STORED', { name: object.name });
  if (object) return { name: object.name, object: object.id };
  const name = word.replace(/\/+$/, '');
  const { chooseObjects } = await import('../../app/files/choose-objects.js');
  const { objects } = await chooseObjects(renter, [`${name}/`]);
  if (name === '' || !objects.some(({ state }) => state === 'stored')) throw new HoldfastError('OBJECT_MISSING', { name: word });
  return { name };
};

/** That a link may lead to nothing that can be read: whoever has only it pays nothing. */
export const pricedLines = ({ priced, deals }: { readonly priced: number; readonly deals: number }): readonly string[] =>
  priced === 0
    ? []
    : [
        `Reading has a price in ${priced} of ${countText(deals, 'deal')}, which only you can pay: a link reads where it is free, and so may read nothing. To have it read, put it anew, in a folder of its own, with "--max-egress-price 0", and share that.`,
      ];

/** What somebody should know who gives a link away. */
const meaningLines = (verify: boolean, until: number): readonly string[] => [
  verify
    ? 'Whoever has this link sees in which deals it lies, and has their providers show that they hold it ("holdfast verify"); neither names nor content, nor a key.'
    : 'Whoever has this link can read all of it, and give the link on. What was read cannot be taken back.',
  ...(until === FOR_EVER
    ? []
    : [
        `It counts through period ${until}: honest providers and this program keep to that. No cryptography does: what somebody copied before, or has from a provider that lies, stays with them.`,
      ]),
  '"holdfast unshare" ends it: the list that the link needs is taken out of the deals. Only storing the file anew, under new keys, locks out who has kept the keys.',
];

const untilOf = async (call: Call, session: RenterSession): Promise<Shareable['until']> => {
  const now = systemClock.now();
  const at = call.options.parsed('until', ...untilReading(now));
  if (at === undefined) return FOR_EVER;
  const { settlement, blockMilliseconds } = session.wallet;
  return periodAtTime(at, now, await momentOf({ reader: settlement, blockMilliseconds }, call.signal));
};

export const command: CommandSpec = {
  arguments: [{ flags: '<name>', description: 'name or id of a file, or a folder such as "photos/", which is shared as it changes' }],
  options: [
    { flags: '--until <time>', description: 'when it ends: a day, or how long from now (30d, 12h); without, when you end it' },
    { flags: '--verify', description: 'print the link that verifies and does not open' },
  ],
  examples: ['holdfast share holiday.tar', 'holdfast share photos/ --until 30d', 'holdfast share contract.pdf --verify'],
  run: async (call) =>
    await withRenter(call, async (session) => {
      const { renter } = session;
      const what = await shareable(renter, wordOf(call, 0));
      const verify = call.options.flag('verify');
      const until = await untilOf(call, session);
      const narration = narrate(call.terminal);
      const shared = await renter
        .share({ ...what, until }, { signal: call.signal, report: narration.report })
        .finally(() => narration.end());
      const { held, deals, priced, failures } = shared;
      const { givenText, shareFacts } = await import('./share-lines.js');
      return {
        text: [
          `Shared "${nameText(what.name)}"; what the link needs lies in ${held} of ${countText(deals, 'deal')}.`,
          ...(held < deals ? ['  "holdfast shares --refresh" tries the others again.', ...failures.map(failureLine)] : []),
          ...pricedLines(shared),
          ...meaningLines(verify, until),
          '',
          givenText(shared, verify),
        ],
        json: { ...shareFacts(shared), deals, held, priced, failures: failureJson(failures) },
      };
    }),
};
