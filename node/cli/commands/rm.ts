import { countText, showTokens } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { nameText } from '../../core/visible-text.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { DeletionForecast } from '../../renter/objects/foresee-deletion.js';
import type { VersionRule } from '../../renter/objects/former-versions.js';
import { systemClock } from '../../app/clock.js';
import { count, showLeaves, showSize } from '../amounts.js';
import { commandText } from '../argument-text.js';
import { requireYes, yesOption } from '../asking.js';
import { wordsOf, type Call, type CommandSpec, type Outcome } from '../command.js';
import { objectFacts } from './object-facts.js';
import { someLines } from './run-lines.js';

const DAY = 86_400_000;
const WHO_TELLS = '"holdfast renter run"';

const bytesIn = (objects: readonly ObjectRecord[]): number => objects.reduce((sum, { bytes }) => sum + bytes, 0);

const named = (objects: readonly ObjectRecord[]): string => {
  const names = new Set(objects.map(({ name }) => name)).size;
  const versions = names === objects.length ? '' : ` in ${objects.length} versions`;
  return `${countText(names, 'file')}${versions}, ${showSize(bytesIn(objects))}`;
};

const nameLine = ({ name, bytes, state }: ObjectRecord): string =>
  `  "${nameText(name)}"  ${showSize(bytes)}${state === 'stored' ? '' : '  (never stored to its end)'}`;

/** What a person should know before agreeing. */
const forecastLines = (objects: readonly ObjectRecord[], { freed, deals, saved, kept }: DeletionForecast): readonly string[] => [
  `To be deleted for ever: ${named(objects)}.`,
  ...someLines(objects.map(nameLine)),
  freed === 0
    ? '  no deal gets smaller by it'
    : `  ${showLeaves(freed)} in ${countText(deals, 'deal')} need not be kept any more: that saves ${showTokens(saved)} a period, once their providers have agreed`,
  ...(kept === 0
    ? []
    : [`  ${showLeaves(kept)} lie in sectors with other files: they are paid for until ${WHO_TELLS} moves those together, once that pays`]),
  '  not given back: rent until then, and what was paid for reading and for gas; escrow that is not needed comes back when its deal ends',
];

const outcomeOf = (
  objects: readonly ObjectRecord[],
  forecast: DeletionForecast,
  performed: boolean,
  lines: readonly string[],
): Outcome => ({
  text: lines,
  json: {
    performed,
    deleted: objects.map(objectFacts),
    freedLeaves: forecast.freed,
    keptLeaves: forecast.kept,
    deals: forecast.deals,
    savedWeiPerPeriod: forecast.saved,
  },
});

/** Days that a person can mean. */
const MOST_DAYS = 36_500;

/** Which former versions alone are to go; undefined where everything is. */
const versionRule = ({ options }: Call): VersionRule | undefined => {
  const keep = options.parsed('keepVersions', ...count(1));
  const days = options.parsed('olderThan', ...count(0, MOST_DAYS, ' of days'));
  if (keep === undefined && days === undefined) return undefined;
  return { keep: keep ?? 1, since: days === undefined ? undefined : systemClock.now() - days * DAY };
};

/** The command that does what was only said, with the options that say what is deleted. */
const againText = (call: Call, words: readonly string[]): string => {
  const { options } = call;
  const given = [
    options.flag('recursive') ? ' -r' : '',
    ...['keep-versions', 'older-than'].map((flag) => {
      const value = options.text(flag.replace(/-(.)/, (_, letter: string) => letter.toUpperCase()));
      return value === undefined ? '' : ` --${flag}=${value}`;
    }),
  ];
  return commandText(call, `holdfast rm${given.join('')}`, words);
};

const remove = async (call: Call, words: readonly string[]): Promise<Outcome> => {
  const { options, terminal } = call;
  const rule = versionRule(call);
  const [{ withCatalogue }, { chooseForDeletion }, { foreseeDeletion }] = await Promise.all([
    import('../../app/local-catalogue.js'),
    import('../../app/files/choose-deletion.js'),
    import('../../renter/objects/foresee-deletion.js'),
  ]);
  return await withCatalogue(await call.settings(), async (catalogue) => {
    if (catalogue === undefined) throw new HoldfastError('OBJECT_MISSING', { name: words[0] ?? '' });
    const objects = await chooseForDeletion(catalogue, words, { recursive: options.flag('recursive'), rule });
    const forecast = await foreseeDeletion(catalogue, objects);
    if (objects.length === 0) return outcomeOf([], forecast, false, ['There are no such former versions: nothing was deleted.']);
    const lines = forecastLines(objects, forecast);
    if (options.flag('dryRun')) {
      return outcomeOf(objects, forecast, false, [...lines, `Nothing was deleted. To do it: ${againText(call, words)}`]);
    }
    lines.forEach((line) => terminal.say(line));
    await requireYes(call, { ask: 'Delete this for ever', what: 'deleting' });
    for (const { id } of objects) {
      call.signal.throwIfAborted();
      await catalogue.deleteObject(id);
    }
    const told = [
      `The deals, and so other machines of this wallet and a recovery, hear of it with the next round of ${WHO_TELLS} or "holdfast put".`,
    ];
    return outcomeOf(objects, forecast, true, [`Deleted ${named(objects)}.`, ...told]);
  });
};

export const command: CommandSpec = {
  arguments: [
    {
      flags: '<names...>',
      description:
        'names, with all that was put under them, ids, as "holdfast ls" shows them where a name is there twice, or with -r folders',
    },
  ],
  options: [
    { flags: '-r, --recursive', description: 'delete folders with all that is in them' },
    { flags: '--keep-versions <count>', description: 'delete only former versions of what is named, and leave so many of the newest' },
    { flags: '--older-than <days>', description: 'delete only former versions that were stored so many days ago or earlier' },
    yesOption,
    { flags: '--dry-run', description: 'say what would be deleted, and delete nothing' },
  ],
  examples: [
    'holdfast rm holiday.tar',
    'holdfast rm -r photos/2019 --dry-run',
    'holdfast rm -r backup --keep-versions 3 --older-than 90',
    'holdfast rm --yes -- -odd-name',
  ],
  run: async (call) => await remove(call, wordsOf(call, 0)),
};
