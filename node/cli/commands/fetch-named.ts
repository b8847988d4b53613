import { countText } from '../../core/amount-text.js';
import { fetchObjects, type ObjectReader } from '../../app/files/fetch-objects.js';
import { STANDARD } from '../../app/files/standard.js';
import type { Wei } from '../../core/units.js';
import { showSize } from '../amounts.js';
import type { Call, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import { fetchJson, fetchLines } from './fetch-lines.js';
import { narrate } from './narration.js';
import { narrateRun, type RunNarration } from './run-lines.js';

/** Where what is fetched goes, and to whom it is told. */
export interface FetchPlace {
  readonly out: string | undefined;
  /** Of a command whose output is for a program, the one on standard error. */
  readonly terminal: Terminal;
  readonly maxEgress?: Wei | undefined;
}

/** Fetches what `names` mean to `reader`, and tells it. */
export const fetchNamed = async (
  call: Call,
  reader: ObjectReader,
  names: readonly string[],
  { out, terminal, maxEgress }: FetchPlace,
): Promise<Outcome> => {
  const several = names.length > 1 || names.some((name) => name.endsWith('/'));
  let narration: RunNarration = several ? narrateRun(terminal, 'fetching') : narrate(terminal);
  const result = await fetchObjects(reader, names, {
    maxEgress,
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
};
