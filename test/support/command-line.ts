import { Readable, Writable } from 'node:stream';
import { runCommandLine } from '../../node/cli/command-line.js';

/** What a command printed, and its exit code. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, with nothing in its environment: what it comes to, without the time that a process takes. */
export const commandInProcess = (...args: readonly string[]): Promise<Finished> => commandReading('', ...args);

/** The same, with `input` on its standard input. */
export const commandReading = async (input: string, ...args: readonly string[]): Promise<Finished> => {
  const printed = { stdout: '', stderr: '' };
  const into = (which: keyof typeof printed): Writable =>
    new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        printed[which] += text;
        done();
      },
    });
  const signal = new AbortController().signal;
  const code = await runCommandLine(args, {
    stdout: into('stdout'),
    stderr: into('stderr'),
    stdin: () => Readable.from([input]),
    env: {},
    signal,
  });
  return { code, ...printed };
};
