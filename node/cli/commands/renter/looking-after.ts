import { createProgramChannel } from '../../../app/announcing/program.js';
import { createWebhook } from '../../../app/announcing/webhook.js';
import { systemClock } from '../../../app/clock.js';
import type { RoundOptions } from '../../../app/renter-rounds.js';
import type { Settings } from '../../../app/settings/config.js';
import { wei } from '../../../core/units.js';
import type { Channel } from '../../../renter/upkeep/announce.js';
import { count } from '../../amounts.js';
import type { Call, OptionReader, ParameterSpec } from '../../command.js';
import { payingOptions, paymentOf } from '../paying-options.js';
import { readingOf, readingOption } from '../reading-option.js';
import { budgetOf, renewingOf, renewingOptions } from './renewing.js';

const DAY = 86_400_000;
const DEFAULT_ANNOUNCE_DAYS = 14;
const DEFAULT_PROBES = 6;

/** Options of a round of looking after what is stored. */
export const roundOptions: readonly ParameterSpec[] = [
  {
    flags: '--budget <tokens>',
    description: 'most tokens for renewals, new deals and bonds within 30 days (default: none, so that what needs some is told)',
  },
  ...renewingOptions,
  ...payingOptions.filter(({ flags }) => flags.startsWith('--max-')),
  { flags: '--threshold <count>', description: 'repair when fewer shards than this are healthy (default: halfway between k and n)' },
  {
    flags: '--probes <count>',
    description: `rounds in a row after which a provider that refuses counts as lost, and one that is silent is challenged (default: ${DEFAULT_PROBES})`,
  },
  readingOption,
  { flags: '--announce-ahead <days>', description: `days before it is too late that you are told (default: ${DEFAULT_ANNOUNCE_DAYS})` },
  { flags: '--webhook <url>', description: 'post what is needed of you there, as JSON (default: "renter.webhook" of the settings)' },
  {
    flags: '--announce-command <program>',
    description:
      'run it, with the text on its standard input: a path, or a JSON list of words (default: "renter.announceCommand" of the settings)',
  },
];

const httpUrl = (text: string): string => {
  if (!/^https?:$/.test(new URL(text).protocol)) throw new TypeError('not http');
  return text;
};

/** A path, or a JSON list of words: no shell reads either. */
const programWords = (text: string): readonly [string, ...string[]] => {
  const words: unknown = text.startsWith('[') ? JSON.parse(text) : [text];
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string') || words[0] === undefined || words[0] === '')
    throw new TypeError('not a list of words');
  return [words[0], ...words.slice(1)];
};

const channelsOf = (options: OptionReader, { renter }: Settings): readonly Channel[] => {
  const url = options.parsed('webhook', 'an http or https URL', httpUrl) ?? renter.webhook;
  const [program, ...rest] = renter.announceCommand ?? [];
  const words =
    options.parsed('announceCommand', 'the path of a program, or a JSON list such as ["mail","-s","Holdfast","me"]', programWords) ??
    (program === undefined ? undefined : ([program, ...rest] as const));
  return [...(url === undefined ? [] : [createWebhook({ url, clock: systemClock })]), ...(words ? [createProgramChannel({ words })] : [])];
};

/** Credit of at least so much goes to the account that acts: a transaction costs gas. */
const WITHDRAW_FROM = wei(10n ** 18n);

/** What a round does, by the options given. */
export const roundOf = async ({ options, signal, settings }: Call): Promise<RoundOptions> => {
  const known = await settings();
  const { maxPrice, maxEgressPrice } = paymentOf(options);
  return {
    ...renewingOf(options),
    ...readingOf(options),
    ...(maxPrice !== undefined && { maxPrice }),
    ...(maxEgressPrice !== undefined && { maxEgressPrice }),
    reads: known.renter.reads,
    revisionWorth: known.renter.revisionWorth,
    threshold: options.parsed('threshold', ...count(1)) ?? 'halfway',
    probes: options.parsed('probes', ...count(1, 10_000)) ?? DEFAULT_PROBES,
    budget: budgetOf(options) ?? wei(0n),
    withdrawFrom: WITHDRAW_FROM,
    announceAhead: (options.parsed('announceAhead', ...count(1, 365, ' of days')) ?? DEFAULT_ANNOUNCE_DAYS) * DAY,
    channels: channelsOf(options, known),
    signal,
  };
};
