import { basename } from 'node:path';
import { createFileSink, openFileSource } from '../../app/file-bytes.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import { countText, showTokens } from '../../core/amount-text.js';
import { count, showSize } from '../amounts.js';
import { argumentText, objectLines } from './object-lines.js';
import type { UnreadableObject } from '../../renter/deals/unreadable.js';
import { storedObjects } from '../../app/stored-objects.js';
import { wordOf, wordsOf, type CommandSpec, type Outcome } from '../command.js';
import {
  MOST_PERIODS,
  failureJson,
  narrate,
  paymentOf,
  payingOptions,
  periodsOf,
  quoteJson,
  readingOf,
  readingOption,
  withRenter,
} from './renting.js';

const facts = ({ id, name, bytes, sha256, storedAt, k, n, state }: ObjectRecord): Record<string, unknown> => ({
  id,
  name,
  bytes,
  sha256,
  storedAt,
  k,
  n,
  state,
});

/** Any name but an empty one, which no command could be given. */
const nameOf = (text: string): string => {
  if (text === '') throw new TypeError('empty');
  return text;
};

const put: CommandSpec = {
  path: ['put'],
  summary: 'store a file: coded, encrypted, and spread over providers',
  arguments: [{ flags: '<file>', description: 'the file' }],
  options: [
    { flags: '--name <name>', description: "name to store it under (default: the file's own)" },
    { flags: '--k <count>', description: 'shards that suffice to get the file back (default: 4)' },
    { flags: '--n <count>', description: 'shards stored, each at a provider of its own (default: 6)' },
    ...payingOptions,
    { flags: '--reads <count>', description: 'how often new deals can pay for reading all their room (default: 1)' },
  ],
  examples: ['holdfast put holiday.tar', 'holdfast put holiday.tar --room 10GiB --max-price 1.2 --periods 180'],
  run: async (call) => {
    const path = wordOf(call, 0);
    await using source = await openFileSource(path);
    const { renter: shape } = await call.settings();
    const k = call.options.parsed('k', ...count(1)) ?? shape.k;
    const n = call.options.parsed('n', ...count(1)) ?? shape.n;
    const name = call.options.parsed('name', 'a name', nameOf) ?? basename(path);
    const periods = periodsOf(call.options);
    const payment = paymentOf(call.options);
    const reads = call.options.parsed('reads', ...count(0)) ?? shape.reads;
    const { report, end } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const { object, quote, failures } = await renter
        .put({ name, source, k, n, periods, reads, ...payment, signal: call.signal, report })
        .finally(end);
      return {
        text: [
          `Stored "${object.name}" (${showSize(object.bytes)}), SHA-256 ${object.sha256.slice(2)}.`,
          `Get it back with: holdfast get ${argumentText(object.name)}`,
        ],
        json: { object: facts(object), quote: quoteJson(quote), failures: failureJson(failures) },
      };
    });
  },
};

const get: CommandSpec = {
  path: ['get'],
  summary: 'fetch a file back, verified piece by piece',
  arguments: [{ flags: '<name>', description: 'name, the newest of it, or id, as "holdfast ls" shows it where a name is there twice' }],
  options: [
    { flags: '--out <file>', description: 'where to write it (default: its name, in this folder)' },
    { flags: '--force', description: 'replace a file that is there' },
    readingOption,
  ],
  examples: ['holdfast get holiday.tar', 'holdfast get holiday.tar --out /tmp/copy.tar --force'],
  run: async (call) => {
    const name = wordOf(call, 0);
    const path = call.options.text('out') ?? basename(name);
    const reading = readingOf(call.options);
    const { report, end } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const sink = await createFileSink(path, { overwrite: call.options.flag('force') });
      const { object, egress, failures } = await renter.get({ object: name, sink, ...reading, signal: call.signal, report }).finally(end);
      return {
        text: [
          `Wrote ${path} (${showSize(object.bytes)}), SHA-256 ${object.sha256.slice(2)}.`,
          ...(egress === 0n ? [] : [`Reading it cost ${showTokens(egress)}, out of the deals' escrow.`]),
        ],
        json: { object: facts(object), path, egress, failures: failureJson(failures) },
      };
    });
  },
};

/** What is stored, and of `unreadable`, if that was asked for, what cannot be read back. */
const listing = (objects: readonly ObjectRecord[], unreadable?: readonly UnreadableObject[]): Outcome => {
  const lost = new Map(unreadable?.map(({ object, left }) => [object.id, left]));
  const lines = objectLines(objects, lost);
  return {
    text: lines.length === 0 ? ['Nothing stored yet: "holdfast put FILE".'] : lines,
    json: { objects: objects.map((object) => ({ ...facts(object), ...(unreadable && { readable: !lost.has(object.id) }) })) },
  };
};

const list: CommandSpec = {
  path: ['ls'],
  summary: 'list what you have stored',
  options: [{ flags: '--health', description: 'ask the chain which files cannot be read back any more (needs the password and an RPC)' }],
  examples: ['holdfast ls', 'holdfast ls --health', 'holdfast ls --json'],
  run: async (call) => {
    if (!call.options.flag('health')) return listing(await storedObjects(await call.settings()));
    return await withRenter(call, async ({ renter }) => {
      const objects = await Array.fromAsync(renter.objects());
      return listing(objects, await renter.unreadable({ signal: call.signal }));
    });
  },
};

const BEYOND_HELP = 'too few of its shards can be read: its providers’ return is all that helps';

const repair: CommandSpec = {
  path: ['repair'],
  summary: 'make lost shards anew and place them at other providers',
  arguments: [{ flags: '[names...]', description: 'names or ids; everything if left out' }],
  options: [
    ...payingOptions,
    { flags: '--reads <count>', description: 'how often new deals can pay for reading all their room (default: 1)' },
    { flags: '--threshold <count>', description: 'repair when fewer shards than this are healthy (default: all)' },
    { flags: '--ahead <periods>', description: 'move what lies in deals that end within so many periods (default: 2)' },
    readingOption,
  ],
  examples: ['holdfast repair', 'holdfast repair holiday.tar --threshold 5'],
  run: async (call) => {
    const names = wordsOf(call, 0);
    const threshold = call.options.parsed('threshold', ...count(1));
    const margin = call.options.parsed('ahead', ...count(0, MOST_PERIODS, ' of periods'));
    const periods = periodsOf(call.options);
    const payment = paymentOf(call.options);
    const { report, end } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const options = {
        periods,
        ...(margin !== undefined && { margin }),
        ...payment,
        ...readingOf(call.options),
        reads: call.options.parsed('reads', ...count(0)) ?? (await call.settings()).renter.reads,
        ...(threshold !== undefined && { threshold }),
        ...(names.length > 0 && { objects: names }),
        signal: call.signal,
        report,
      };
      const { outcomes, repairedShards, egress, failures } = await renter.repair(options).finally(end);
      const moved = outcomes.map(({ object, kind, moved: homes }) => ({ name: object.name, kind, shards: Object.fromEntries(homes) }));
      return {
        text: [
          ...moved.map(
            ({ name, kind, shards }) => `${name}: ${kind === 'move' ? `shards ${Object.keys(shards).join(', ')} moved` : BEYOND_HELP}`,
          ),
          repairedShards === 0 ? 'Nothing was repaired.' : `Repaired ${countText(repairedShards, 'shard')}.`,
          ...(egress === 0n ? [] : [`Reading what was left cost ${showTokens(egress)}.`]),
        ],
        json: { repairedShards, egress, objects: moved, failures: failureJson(failures) },
        exitCode: outcomes.some(({ kind }) => kind === 'hopeless') ? 1 : 0,
      };
    });
  },
};

export const objectCommands: readonly CommandSpec[] = [put, get, list, repair];
