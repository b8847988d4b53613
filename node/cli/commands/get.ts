import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { STANDARD } from '../../app/files/standard.js';
import { wordsOf, type Call, type CommandSpec } from '../command.js';
import { parseRange, RANGE_SHAPE } from '../../core/data/range-request.js';
import { getRange, rangeOption } from './get-range.js';
import { readingOf, readingOption } from './reading-option.js';
import { withRenter } from './with-renter.js';
import { linkAmong, withLink } from './with-link.js';

/** Where it goes, and whether the output is for a program: then people are spoken to on standard error. */
const outOf = (call: Call): { readonly out: string | undefined; readonly terminal: Call['terminal'] } => {
  const out = call.options.text('out');
  if (out !== STANDARD) return { out, terminal: call.terminal };
  if (call.terminal.json) throw new HoldfastError('USAGE', { detail: '--json and --out - would both write to standard output' });
  return { out, terminal: call.standard.aside };
};

export const command: CommandSpec = {
  arguments: [
    {
      flags: '<names...>',
      description:
        'names, the newest of each, or ids, as "holdfast ls" shows them where a name is there twice; "photos/" is all under it; or one link',
    },
  ],
  options: [
    {
      flags: '--out <file>',
      description: 'file to write it to, or folder; for several a folder; "-" is standard output (default: its own name, in this folder)',
    },
    { flags: '--force', description: 'replace files that are there' },
    rangeOption,
    readingOption,
  ],
  examples: [
    'holdfast get holiday.tar',
    'holdfast get holiday.tar --out /tmp/copy.tar --force',
    'holdfast get photos/ notes.txt --out restored',
    'holdfast get photos.tar --out - | tar x',
    'holdfast get film.mkv --range 0-1048575 --out beginning.mkv',
    'holdfast get holdfast:AQAA... --rpc https://sepolia.example --out received',
  ],
  run: async (call) => {
    const names = wordsOf(call, 0);
    const { out, terminal } = outOf(call);
    const range = call.options.parsed('range', RANGE_SHAPE, parseRange);
    const link = await linkAmong(names);
    // Most commands read no files: what fetches them is loaded when it is needed.
    const fetching = () => import('./fetch-named.js');
    if (link !== undefined) {
      if (range) throw new HoldfastError('USAGE', { detail: '--range is for files of your own: a link is fetched as a whole' });
      return await withLink(call, link, async ({ guest }) => {
        const { contents } = await guest.open({ signal: call.signal });
        const words = contents.isFolder ? [`${contents.name}/`] : contents.objects.map(({ object: { id } }) => id);
        return await (await fetching()).fetchNamed(call, guest, words, { out, terminal });
      });
    }
    if (range) return await getRange(call, names, { range, out, terminal });
    const reading = readingOf(call.options);
    return await withRenter(
      call,
      async ({ renter }) => await (await fetching()).fetchNamed(call, renter, names, { ...reading, out, terminal }),
      'reader',
    );
  },
};
