import { countText, showTokens } from '../../core/amount-text.js';
import { nameText } from '../../core/visible-text.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { MissingPage, RecoverResult } from '../../renter/recover/recover.js';
import { showSize } from '../amounts.js';
import type { CommandSpec } from '../command.js';
import { failureJson } from './failure-lines.js';
import { narrate } from './narration.js';
import { readingOf, readingOption } from './reading-option.js';
import { withRenter } from './with-renter.js';
import { someLines } from './run-lines.js';

const named = (what: string, objects: readonly ObjectRecord[]): readonly string[] =>
  objects.length === 0
    ? []
    : [`${countText(objects.length, 'file')} ${what}:`, ...someLines(objects.map(({ name }) => `  ${nameText(name)}`))];

const PROBLEMS: Readonly<Record<MissingPage['problem'], string>> = {
  'too-few': 'too few of its shards can be read now',
  newer: 'a newer version of this program wrote it',
  damaged: 'it is damaged',
};

const missingLine = ({ machine, from, to, problem }: MissingPage): string =>
  `  changes ${from + 1} to ${to} of the catalogue ${machine.slice(0, 8)}: ${PROBLEMS[problem]}`;

/** What cannot be known, and what would help. */
const doubts = ({ unlisted, without, missing, logs, pages }: RecoverResult): readonly string[] => [
  ...(logs === undefined ? [] : [`The logs of the chain were of no use (${logs.message}): the deals were asked for by their ids.`]),
  ...(unlisted.length === 0
    ? []
    : [
        `${countText(unlisted.length, 'deal')} could not be looked into, since the provider does not answer or shows an old list; run it again later:`,
        ...someLines(unlisted.map((deal) => `  ${deal}`)),
      ]),
  ...(without.length === 0
    ? []
    : [`${countText(without.length, 'deal')} ${without.length === 1 ? 'has' : 'have'} no page of the catalogue.`]),
  ...(pages === 0 && without.length > 0
    ? ['No page was found: the files were stored by a version that left none, or under another wallet.']
    : []),
  ...(missing.length === 0
    ? []
    : ['Some of the catalogue cannot be read now; run it again later:', ...someLines(missing.map(missingLine))]),
];

const textOf = (result: RecoverResult, dryRun: boolean): readonly string[] => {
  const { deals, recovered, spent, unfinished, gone, uncertain } = result;
  if (deals.length === 0) return ['This wallet has no deals on this market: nothing was stored with it.'];
  const { objects, bytes } = recovered;
  const found = `${countText(objects, 'file')}, ${showSize(bytes)}`;
  return [
    dryRun ? `Found ${found}; nothing was written.` : `Recovered ${found}: "holdfast ls" lists them, "holdfast get" fetches them.`,
    ...named('may be readable once more providers answer', uncertain),
    ...named('were being stored and are not whole: put them again', unfinished),
    ...named('cannot be read from any deal any more, and are left out', gone),
    ...doubts(result),
    ...(spent === 0n ? [] : [`Reading cost ${showTokens(spent)}.`]),
  ];
};

const factsOf = ({ id, name, bytes }: ObjectRecord): Record<string, unknown> => ({ id, name, bytes });

export const command: CommandSpec = {
  options: [
    { flags: '--dry-run', description: 'say what would come back, and write nothing' },
    { flags: '--merge', description: 'into a home that has files of its own: they stay, and what is missing comes to them' },
    readingOption,
  ],
  examples: ['holdfast recover', 'holdfast recover --dry-run', 'holdfast recover --merge'],
  run: async (call) => {
    const [dryRun, merge] = [call.options.flag('dryRun'), call.options.flag('merge')];
    const reading = readingOf(call.options);
    const { report, end } = narrate(call.terminal);
    call.terminal.say('Looking for the deals of this wallet…');
    const work = async ({ renter }: Parameters<Parameters<typeof withRenter<RecoverResult>>[1]>[0]): Promise<RecoverResult> =>
      renter.recover({ merge, ...reading, signal: call.signal, report }).finally(end);
    const result = await withRenter(call, work, 'wallet', dryRun ? 'in-memory' : 'on-disk');
    const { deals, listed, unlisted, without, pages, missing, recovered, unfinished, gone, uncertain, spent, failures } = result;
    return {
      text: textOf(result, dryRun),
      json: {
        ...{ deals: deals.length, listed, unlisted, without, pages, missing, ...recovered },
        ...{ unfinished: unfinished.map(factsOf), gone: gone.map(factsOf), uncertain: uncertain.map(factsOf) },
        ...{ spent, failures: failureJson(failures), written: !dryRun },
      },
      exitCode: missing.length > 0 || unlisted.length > 0 || (pages === 0 && without.length > 0) ? 1 : 0,
    };
  },
};
