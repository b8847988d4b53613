import type * as cliProgress from 'cli-progress';
import { createRequire } from 'node:module';
import { visibleLines } from '../core/visible-text.js';

const require = createRequire(import.meta.url);

/** Moves a progress display; `done` is in the unit that `total` was given in. */
export interface Progress {
  to(done: number): void;
  end(): void;
}

/** How an amount of what is counted is written, such as bytes: then a bar says too how much came and how fast. */
export type ShowAmount = (amount: number) => string;

/** Where a command speaks: people's lines on standard output, or nothing but the final JSON. */
export interface Terminal {
  readonly json: boolean;
  /** Characters in a line of the screen; undefined where programs read. */
  readonly width: number | undefined;
  /** A line for people; dropped with `--json`. */
  say(line: string): void;
  /** A line in either mode, for output that comes bit by bit and is read by programs. */
  print(line: string): void;
  /** A bar on a terminal, a line at each quarter otherwise, nothing with `--json`. */
  progress(label: string, total: number, show?: ShowAmount): Progress;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Of a terminal that does not say how wide it is. */
const USUAL_WIDTH = 80;

const silent: Progress = { to: () => undefined, end: () => undefined };

const barProgress = (label: string, total: number, stream: NodeJS.WritableStream, show?: ShowAmount): Progress => {
  // Loaded at the first bar: most commands show none.
  const { SingleBar } = require('cli-progress') as typeof cliProgress;
  const amounts = show ? '{done} of {all}, {rate}/s' : '{value} of {total}';
  const bar = new SingleBar({ format: `${label} {bar} {percentage}% ${amounts}, {eta_formatted} left`, hideCursor: true, stream });
  const began = performance.now();
  const words = (done: number): object => {
    if (show === undefined) return {};
    const rate = Math.round((done * 1000) / Math.max(1, performance.now() - began));
    return { done: show(done), all: show(total), rate: show(rate) };
  };
  bar.start(total, 0, words(0));
  return {
    to: (done) => {
      bar.update(done, words(done));
    },
    end: () => {
      bar.stop();
    },
  };
};

const lineProgress = (label: string, total: number, say: (line: string) => void): Progress => {
  let quarter = 0;
  const to = (done: number): void => {
    const reached = total === 0 ? 4 : Math.floor((4 * done) / total);
    if (reached <= quarter) return;
    quarter = reached;
    say(`${label}: ${25 * quarter} %`);
  };
  return { to, end: () => undefined };
};

/** A terminal over standard output. */
export const createTerminal = (options: { readonly json: boolean; readonly stream?: Stream & NodeJS.WritableStream }): Terminal => {
  const stream = options.stream ?? process.stdout;
  const say = (line: string): void => {
    if (!options.json) stream.write(`${visibleLines(line)}\n`);
  };
  const progress = (label: string, total: number, show?: ShowAmount): Progress => {
    if (options.json) return silent;
    return stream.isTTY === true ? barProgress(label, total, stream, show) : lineProgress(label, total, say);
  };
  const print = (line: string): void => void stream.write(`${line}\n`);
  const width = stream.isTTY === true ? stream.columns || USUAL_WIDTH : undefined;
  return { json: options.json, width, say, print, progress };
};
