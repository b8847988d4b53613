import type { CommandSpec } from '../command.js';
import { readingOption } from './reading-option.js';
import { storingOptions } from './store-gathered.js';
import { syncDown } from './sync-down.js';
import { syncRequest } from './sync-options.js';
import { syncUp } from './sync-up.js';

export const command: CommandSpec = {
  arguments: [
    { flags: '<folder>', description: 'folder of files' },
    { flags: '<name>', description: 'folder of names, as "holdfast ls" shows it' },
  ],
  options: [
    { flags: '--down', description: 'make the folder of files as what is stored is, instead of the other way' },
    { flags: '--delete', description: 'delete what the side that it comes from lacks, once all else is done and nothing failed' },
    { flags: '--checksum', description: 'compare by content, also where size and times say that nothing changed' },
    { flags: '--force', description: 'with --down: also replace and delete files whose content is stored nowhere' },
    ...storingOptions.filter(({ flags }) => !flags.startsWith('--spool')),
    readingOption,
  ],
  examples: [
    'holdfast sync photos backup/photos',
    'holdfast sync photos backup/photos --delete --dry-run',
    'holdfast sync restored backup/photos --down',
  ],
  run: async (call) => {
    const request = syncRequest(call);
    return await (call.options.flag('down') ? syncDown(call, request) : syncUp(call, request));
  },
};
