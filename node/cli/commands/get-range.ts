import { RANGE_SHAPE, type RangeRequest } from '../../core/data/range-request.js';
import { showTokens } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { FetchedRange } from '../../app/files/fetch-range.js';
import { STANDARD } from '../../app/files/standard.js';
import { showSize } from '../amounts.js';
import type { Call, Outcome, ParameterSpec } from '../command.js';
import type { Terminal } from '../terminal.js';
import { objectFacts } from './object-facts.js';
import { failureJson } from './failure-lines.js';
import { narrate } from './narration.js';
import { readingOf } from './reading-option.js';
import { withRenter } from './with-renter.js';

export const rangeOption: ParameterSpec = {
  flags: '--range <bytes>',
  description: `some bytes of one file alone: ${RANGE_SHAPE}; needs --out`,
};

const linesOf = ({ object, range: { start, end }, path, egress }: FetchedRange): readonly string[] => [
  `Wrote ${path} (${showSize(end - start)}): bytes ${start} to ${end - 1} of ${object.name}, each leaf verified.`,
  ...(egress === 0n ? [] : [`Reading it cost ${showTokens(egress)}, out of the deals' escrow.`]),
];

/** `holdfast get` of a part of one file. RANGE_OF_FOLDER for several; OPTION_MISSING: a part may not go by the file's name unasked. */
export const getRange = async (
  call: Call,
  names: readonly string[],
  { range, out, terminal }: { readonly range: RangeRequest; readonly out: string | undefined; readonly terminal: Terminal },
): Promise<Outcome> => {
  const [name = '', second] = names;
  if (second !== undefined) throw new HoldfastError('RANGE_OF_FOLDER', { name: names.join(' ') });
  if (out === undefined)
    throw new HoldfastError('OPTION_MISSING', { option: '--out', expected: 'a file for the bytes of --range, or "-"' });
  const reading = readingOf(call.options);
  return await withRenter(
    call,
    async ({ renter }) => {
      const { fetchRange } = await import('../../app/files/fetch-range.js');
      const narration = narrate(terminal);
      const fetched = await fetchRange(renter, name, {
        ...reading,
        range,
        out,
        overwrite: call.options.flag('force'),
        output: call.standard.output,
        signal: call.signal,
        report: narration.report,
      }).finally(() => narration.end());
      const lines = linesOf(fetched);
      if (out === STANDARD) lines.forEach((line) => terminal.say(line));
      const { object, path, egress, failures } = fetched;
      const json = { object: objectFacts(object), path, range: fetched.range, egress, failures: failureJson(failures) };
      return { text: out === STANDARD ? [] : lines, json };
    },
    'reader',
  );
};
