import { createFileSink } from '../../../app/files/file-sink.js';
import { jsonText } from '../../../app/json-text.js';
import { countText } from '../../../core/amount-text.js';
import { showLeaves } from '../../amounts.js';
import type { CommandSpec } from '../../command.js';
import { dealArgument, dealOf } from '../submission.js';

export const command: CommandSpec = {
  arguments: [dealArgument],
  options: [
    { flags: '--out <file>', description: 'where to write it (default: listing-<deal>.json, in this folder)' },
    { flags: '--force', description: 'replace a file that is there' },
  ],
  examples: ['holdfast deals listing 0x5c0f… --out listing.json'],
  run: async (call) => {
    const deal = dealOf(call);
    const path = call.options.text('out') ?? `listing-${deal.slice(2, 14)}.json`;
    const { readDealListing } = await import('../../../app/deal-listing.js');
    const { signed, sectors } = await readDealListing(await call.settings(), deal, call.signal);
    const sink = await createFileSink(path, { overwrite: call.options.flag('force') });
    try {
      await sink.write(new TextEncoder().encode(`${jsonText({ signed, sectors })}\n`));
      await sink.finish();
    } catch (error) {
      await sink.abandon();
      throw error;
    }
    const { number, leaves } = signed.revision;
    return {
      text: [
        `Wrote ${path}: revision ${number} of ${deal}, ${countText(sectors.length, 'sector')}, ${showLeaves(leaves)}.`,
        `Its provider puts it back with: holdfast provider check --repair --listing ${path}`,
      ],
      json: { deal, path, number, leaves, sectors: sectors.length },
    };
  },
};
