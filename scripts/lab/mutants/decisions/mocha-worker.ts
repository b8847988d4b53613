/** Runs files of mocha tests in this process, one after the other until a test fails, and sends the verdict: `mocha-worker.ts FILE …`. */
import Mocha from 'mocha';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Verdict } from '../verdict.js';

/** Longest a test may take, milliseconds: as in every run of ours, since a busy machine must catch nothing. */
const TIMEOUT = 60_000;

/** Prints nothing. */
const quiet = Mocha.reporters.Base;

/** Imports `file` with mocha's words at hand; mocha itself would require it, and so miss the change. */
const load = async (mocha: Mocha, file: string): Promise<void> => {
  mocha.suite.emit('pre-require', globalThis, file, mocha);
  await import(pathToFileURL(resolve(file)).href);
  mocha.suite.emit('post-require', globalThis, file, mocha);
};

/** The name of the first failing test of `file`, or why it cannot be run; undefined if all pass. */
const failureOf = async (file: string): Promise<string | undefined> => {
  const mocha = new Mocha({ reporter: quiet, timeout: TIMEOUT, bail: true });
  try {
    await load(mocha, file);
  } catch (error) {
    return `loading: ${String(error)}`;
  }
  let failed: string | undefined;
  const runner = mocha.run();
  runner.on('fail', (test) => (failed ??= test.fullTitle()));
  await new Promise((resolve) => runner.once('end', resolve));
  return failed;
};

const verdictOf = async (files: readonly string[]): Promise<Verdict> => {
  for (const file of files) {
    const test = await failureOf(file);
    if (test !== undefined) return { kind: 'caught', file, test };
  }
  return { kind: 'survived' };
};

process.on('unhandledRejection', (reason) => {
  throw reason;
});
process.send?.(await verdictOf(process.argv.slice(2)));
