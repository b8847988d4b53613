/**
 * Runs files of tests in this process, one after the other: `mocha-suite.ts FILE …`. Beside the tests' own failures, a warning
 * of the process, a rejection that nobody handled and something left open each count as one, of the file that it happened in.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import { leftOpen, openNow } from './left-open.js';
import { sendBegun, sendPart, sendResult, sumOf, type PartResult, type SuiteResult } from './suite-result.js';

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('usage: mocha-suite.ts FILE …');
const { timeout } = JSON.parse(readFileSync(new URL('../../../.mocharc.json', import.meta.url), 'utf8')) as { timeout: number };

type FileResult = Omit<PartResult, 'name' | 'seconds'>;

/** Longest reason of a failure that is said again at the end of a run, characters. */
const REASON = 600;

const inShort = (reason: unknown): string => (reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)).slice(0, REASON);

let warnings: string[] = [];
process.on('warning', (warning) => {
  warnings.push(`a warning: ${inShort(warning)}`);
  console.error(`a warning fails the run: ${warning.stack ?? warning.message}`);
});
process.on('unhandledRejection', (reason) => {
  throw reason;
});

/** Reads `file` as Node reads a program: mocha would require it, and what is imported later on would be there a second time. */
const load = async (mocha: Mocha, file: string): Promise<void> => {
  const path = resolve(file);
  mocha.suite.emit('pre-require', globalThis, path, mocha);
  mocha.suite.emit('require', await import(pathToFileURL(path).href), path, mocha);
  mocha.suite.emit('post-require', globalThis, path, mocha);
};

const runTests = async (file: string): Promise<FileResult> => {
  const mocha = new Mocha({ reporter: 'spec', timeout, forbidOnly: true, forbidPending: true, color: process.stdout.isTTY });
  await load(mocha, file);
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
  const runner = mocha.run(end);
  const reasons: string[] = [];
  runner.on('fail', (test, reason) => void reasons.push(`${test.fullTitle()}: ${inShort(reason)}`));
  runner.on('test', (test) => sendBegun(test.fullTitle()));
  runner.on('hook', (hook) => sendBegun(hook.fullTitle()));
  await ended;
  const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
  runner.dispose();
  if (passes + failures + pending === 0) throw new Error(`${file} has no test`);
  return { passed: passes, failed: failures, skipped: pending, failures: reasons };
};

/** Like `runTests`; a file that cannot be run is one failure. Warnings are emitted on a later turn of the event loop. */
const runFile = async (file: string): Promise<FileResult> => {
  warnings = [];
  const tests = await runTests(file).catch((error: unknown) => {
    console.error(error);
    return { passed: 0, failed: 1, skipped: 0, failures: [inShort(error)] };
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { ...tests, failed: tests.failed + warnings.length, failures: [...tests.failures, ...warnings] };
};

/** What the last file leaves open keeps the process alive, which whoever started it notices. */
const runAll = async (): Promise<readonly SuiteResult[]> => {
  const results: SuiteResult[] = [];
  let open = openNow();
  for (const file of files) {
    const began = performance.now();
    if (files.length > 1) console.log(`\n─ ${file}`);
    const tests = await runFile(file);
    const left = file === files.at(-1) ? [] : await leftOpen(open);
    if (left.length > 0) {
      console.error(`${file}: ${left.join(', ')} was left open`);
      open = openNow();
    }
    const failures = [...tests.failures, ...left.map((kind) => `${kind} was left open`)];
    const result = { ...tests, failed: tests.failed + left.length, failures };
    results.push(result);
    sendPart({ name: file, ...result, seconds: (performance.now() - began) / 1_000 });
  }
  return results;
};

const result = sumOf(await runAll());
sendResult(result);
process.exitCode = result.failed === 0 ? 0 : 1;
process.disconnect?.();
