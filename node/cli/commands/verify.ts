import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { RenterSession } from '../../app/renter-session.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { Depth } from '../../renter/verify/sample-places.js';
import type { VerifyResult } from '../../renter/verify/verify-objects.js';
import { count } from '../amounts.js';
import { commandText } from '../argument-text.js';
import { wordsOf, type Call, type CommandSpec, type Outcome } from '../command.js';
import { momentOf } from './moment.js';
import { objectFacts } from './object-facts.js';
import { readingOf, readingOption } from './reading-option.js';
import { withRenter } from './with-renter.js';
import { providerFacts, verifyLines } from './verify-lines.js';
import { linkAmong, withLink } from './with-link.js';

/** Leaves of each shard that a person can mean. */
const MOST_SAMPLES = 1_000;

const depthOf = ({ options }: Call): Depth => {
  const samples = options.parsed('samples', ...count(1, MOST_SAMPLES, ' of leaves'));
  if (!options.flag('all')) return samples ?? 1;
  if (samples !== undefined) throw new HoldfastError('USAGE', { detail: '--all and --samples stand for each other' });
  return 'all';
};

/** What the words name, each stored; everything without words. */
const chosen = async (
  { renter }: RenterSession,
  words: readonly string[],
): Promise<AsyncIterable<ObjectRecord> | readonly ObjectRecord[]> => {
  if (words.length === 0) return renter.objects();
  const { chooseObjects } = await import('../../app/files/choose-objects.js');
  const { objects, missing } = await chooseObjects(renter, words);
  if (missing[0] !== undefined) throw new HoldfastError('OBJECT_MISSING', { name: missing[0] });
  const unfinished = objects.find(({ state }) => state !== 'stored');
  if (unfinished) throw new HoldfastError('OBJECT_NOT_STORED', { name: unfinished.name });
  return objects;
};

const jsonOf = ({ wanting, providers, ...rest }: VerifyResult): Outcome['json'] => ({
  ...rest,
  held: wanting.length === 0,
  wanting: wanting.map(({ object, held }) => ({ ...objectFacts(object), held, readable: held >= object.k })),
  providers: providers.map(providerFacts),
});

export const command: CommandSpec = {
  arguments: [{ flags: '[names...]', description: 'names, ids, or folders such as "photos/"; everything if left out; or one link' }],
  options: [
    { flags: '--samples <count>', description: 'random leaves that are asked for of each shard (default: 1)' },
    { flags: '--all', description: 'read all of each shard instead' },
    readingOption,
  ],
  examples: [
    'holdfast verify',
    'holdfast verify holiday.tar --samples 20',
    'holdfast verify photos/ --all --max-egress 0.5',
    'holdfast verify holdfast:AQEA... --rpc https://sepolia.example',
  ],
  run: async (call) => {
    const words = wordsOf(call, 0);
    const depth = depthOf(call);
    const reading = readingOf(call.options);
    const link = await linkAmong(words);
    if (link !== undefined)
      return await withLink(call, link, async ({ guest, chain }) => {
        call.terminal.say('Asking providers …');
        const { verifiedOutcome } = await import('./verified-lines.js');
        return verifiedOutcome(await guest.verify({ depth, signal: call.signal }), depth, await momentOf(chain, call.signal));
      });
    return await withRenter(
      call,
      async (session) => {
        const objects = await chosen(session, words);
        call.terminal.say('Asking providers …');
        const result = await session.renter.verify({ objects, depth, ...reading, signal: call.signal });
        return {
          text: verifyLines(result, depth, commandText(call, 'holdfast repair', words)),
          json: jsonOf(result),
          exitCode: result.wanting.length > 0 ? 1 : 0,
        };
      },
      'reader',
    );
  },
};
