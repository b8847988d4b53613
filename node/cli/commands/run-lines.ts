import { nameText } from '../../core/visible-text.js';
import type { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { RenterEvent } from '../../renter/events.js';
import type { Progress, Terminal } from '../terminal.js';
import { narrate } from './narration.js';

/** Lines of one kind that are shown; `--json` has all. */
const MOST_LINES = 20;

/** The first of `lines`, and how many more there are. */
export const someLines = (lines: readonly string[]): readonly string[] =>
  lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), `  and ${lines.length - MOST_LINES} more; --json names all`];

/** What failed of several, each with its code. */
export const failedLines = (failed: readonly { readonly what: string; readonly error: HoldfastError }[]): readonly string[] =>
  failed.map(({ what, error }) => `  failed ${nameText(what)}: ${error.code}: ${error.message}`);

/** Shows what happens; of a run over several things, which of them is next. */
export interface RunNarration {
  readonly report: (event: RenterEvent) => void;
  begin?(total: number, line: string): void;
  next?(what: string): void;
  end(): void;
}

/** What is told of each thing of a run: what it costs, and who fails. */
const TOLD: readonly RenterEvent['kind'][] = ['quoted', 'opened', 'failed'];

/** Shows a run over several things as one bar; where it is paid for, once it was said what it costs. */
export const narrateRun = (terminal: Terminal, label: string, { paid = false }: { readonly paid?: boolean } = {}): RunNarration => {
  const { report, end } = narrate(terminal);
  let bar: Progress | undefined;
  let total = 0;
  let done = 0;
  let shown = !paid;
  const close = (): void => {
    bar?.end();
    bar = undefined;
  };
  return {
    report: (event) => {
      if (!TOLD.includes(event.kind)) return;
      close();
      report(event);
      shown ||= event.kind === 'quoted';
    },
    begin: (count, line) => {
      total = count;
      terminal.say(line);
    },
    next: () => {
      if (shown) {
        bar ??= terminal.progress(label, total);
        bar.to(done);
      }
      done += 1;
    },
    end: () => {
      close();
      end();
    },
  };
};
