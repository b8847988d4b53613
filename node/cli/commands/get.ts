import { basename } from 'node:path';
import { createFileSink } from '../../app/file-bytes.js';
import { showTokens } from '../../core/amount-text.js';
import { showSize } from '../amounts.js';
import { wordOf, type CommandSpec } from '../command.js';
import { objectFacts } from './object-facts.js';
import { failureJson, narrate, readingOf, readingOption, withRenter } from './renting.js';

export const command: CommandSpec = {
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
        json: { object: objectFacts(object), path, egress, failures: failureJson(failures) },
      };
    });
  },
};
