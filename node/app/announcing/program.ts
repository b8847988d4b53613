import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { asError } from '../../core/errors/coded.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Channel } from '../../renter/upkeep/announce.js';
import { needsText } from './need-words.js';

export interface ProgramOptions {
  /** The program and its arguments: no shell reads them. */
  readonly words: readonly [string, ...string[]];
  /** Milliseconds that it may run. Default 30,000. */
  readonly milliseconds?: number;
}

/** What a program may see of our environment: all but our own settings, which may be secrets. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));

/** Runs `words` with `input`; resolves when it has ended with 0. Killed when `signal` aborts. */
const runProgram = (words: readonly [string, ...string[]], input: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const [program, ...rest] = words;
    const fail = (reason: string): void => reject(new HoldfastError('ANNOUNCER_FAILED', { program: basename(program), reason }));
    try {
      const child = spawn(program, rest, { stdio: ['pipe', 'ignore', 'ignore'], env: environment(), signal, killSignal: 'SIGKILL' });
      child.once('error', ({ message }) => fail(message));
      child.once('close', (code, killed) =>
        code === 0 ? resolve() : fail(code === null ? `it was killed by ${killed}` : `it ended with ${code}`),
      );
      // It may end without having read all.
      child.stdin.once('error', () => undefined);
      child.stdin.end(input);
    } catch (error) {
      // Some of what keeps a program from running is thrown at once.
      fail(asError(error).message);
    }
  });

/** Runs a program for each announcement, the text on its standard input; ANNOUNCER_FAILED. */
export const createProgramChannel = ({ words, milliseconds = 30_000 }: ProgramOptions): Channel => ({
  name: 'command',
  deliver: async (needs, signal) => {
    const late = AbortSignal.timeout(milliseconds);
    try {
      await runProgram(words, needsText(needs), signal === undefined ? late : AbortSignal.any([signal, late]));
    } catch (error) {
      signal?.throwIfAborted();
      if (!late.aborted) throw error;
      throw new HoldfastError('ANNOUNCER_FAILED', { program: basename(words[0]), reason: `not done within ${milliseconds} ms` });
    }
  },
});
