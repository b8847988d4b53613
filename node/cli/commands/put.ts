import { basename } from 'node:path';
import { openFileSource } from '../../app/file-bytes.js';
import { count, showSize } from '../amounts.js';
import { wordOf, type CommandSpec } from '../command.js';
import { objectFacts } from './object-facts.js';
import { argumentText } from './object-lines.js';
import { failureJson, narrate, paymentOf, payingOptions, periodsOf, quoteJson, withRenter } from './renting.js';

/** Any name but an empty one, which no command could be given. */
const nameOf = (text: string): string => {
  if (text === '') throw new TypeError('empty');
  return text;
};

export const command: CommandSpec = {
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
        json: { object: objectFacts(object), quote: quoteJson(quote), failures: failureJson(failures) },
      };
    });
  },
};
