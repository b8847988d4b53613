import { countText } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { STANDARD } from '../../app/files/standard.js';
import { showSize } from '../amounts.js';
import { wordsOf, type Call, type CommandSpec } from '../command.js';
import { parseRange, RANGE_SHAPE } from '../../core/data/range-request.js';
import { getRange, rangeOption } from './get-range.js';
import { fetchJson, fetchLines } from './fetch-lines.js';
import { narrate, readingOf, readingOption, withRenter } from './renting.js';
import { narrateRun, type RunNarration } from './run-lines.js';

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
      description: 'names, the newest of each, or ids, as "holdfast ls" shows them where a name is there twice; "photos/" is all under it',
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
  ],
  run: async (call) => {
    const names = wordsOf(call, 0);
    const { out, terminal } = outOf(call);
    const range = call.options.parsed('range', RANGE_SHAPE, parseRange);
    if (range) return await getRange(call, names, { range, out, terminal });
    const reading = readingOf(call.options);
    const several = names.length > 1 || names.some((name) => name.endsWith('/'));
    let narration: RunNarration = several ? narrateRun(terminal, 'fetching') : narrate(terminal);
    return await withRenter(
      call,
      async ({ renter }) => {
        const { fetchObjects } = await import('../../app/files/fetch-objects.js');
        const result = await fetchObjects(renter, names, {
          ...reading,
          out,
          overwrite: call.options.flag('force'),
          output: call.standard.output,
          signal: call.signal,
          report: (event) => narration.report(event),
          onPlan: (objects) => {
            // A word may name a folder.
            if (!several && objects.length > 1) narration = narrateRun(terminal, 'fetching');
            const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
            narration.begin?.(objects.length, `${countText(objects.length, 'file')} to fetch, ${showSize(bytes)}`);
          },
          onObject: ({ name }) => narration.next?.(name),
        }).finally(() => narration.end());
        const lines = fetchLines(result, out ?? 'this folder');
        if (out === STANDARD) lines.forEach((line) => terminal.say(line));
        return { text: out === STANDARD ? [] : lines, json: fetchJson(result), exitCode: result.failed.length > 0 ? 1 : 0 };
      },
      'reader',
    );
  },
};
