import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Whether commands can have a terminal here: util-linux's `script` gives one; macOS and small systems have none or another. */
export const hasTerminals = String(spawnSync('script', ['--version']).stdout).includes('util-linux');

/** What a person saw on the terminal, and the exit code. */
export interface Seen {
  readonly code: unknown;
  readonly shown: string;
}

/** Runs the built `holdfast ARGS` on a terminal of its own. Each `question` that stands there gets the next answer; what is shown so far is known to it. */
export const atTerminal = async (
  args: readonly string[],
  question: RegExp,
  answers: readonly (string | ((shown: string) => string))[],
): Promise<Seen> => {
  const command = [process.execPath, resolve('bin/holdfast.cjs'), ...args].join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { signal: AbortSignal.timeout(20_000), killSignal: 'SIGKILL' });
  const waiting = [...answers];
  let [shown, answered] = ['', 0];
  child.stdout.on('data', (chunk: Buffer) => {
    shown = stripVTControlCharacters(shown + chunk.toString());
    const questions = shown.match(question)?.length ?? 0;
    if (questions === answered) return;
    answered = questions;
    const next = waiting.shift() ?? '\u0004';
    child.stdin.write(typeof next === 'string' ? next : next(shown));
  });
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, shown };
};
