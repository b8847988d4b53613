/**
 * Runs one file of tests in this process: `mocha-suite.ts FILE`. Beside the tests' own failures, a warning of the process or
 * a rejection that nobody handled counts as one.
 */
import { readFileSync } from 'node:fs';
import Mocha from 'mocha';
import { sendBegun, sendResult } from './suite-result.js';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: mocha-suite.ts FILE');
const { timeout } = JSON.parse(readFileSync(new URL('../../../.mocharc.json', import.meta.url), 'utf8')) as { timeout: number };

let warnings = 0;
process.on('warning', (warning) => {
  warnings += 1;
  console.error(`a warning fails the run: ${warning.stack ?? warning.message}`);
});

const mocha = new Mocha({ reporter: 'spec', timeout, forbidOnly: true, forbidPending: true, color: process.stdout.isTTY });
mocha.addFile(file);
await mocha.loadFilesAsync();
const runner = mocha.run();
runner.on('test', (test) => sendBegun(test.fullTitle()));
runner.on('hook', (hook) => sendBegun(hook.fullTitle()));
process.on('unhandledRejection', (reason) => {
  throw reason;
});
await new Promise((resolve) => runner.once('end', resolve));
// Warnings are emitted on a later turn of the event loop.
await new Promise((resolve) => setImmediate(resolve));
const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
if (passes + failures + pending === 0) throw new Error(`${file} has no test`);
sendResult({ passed: passes, failed: failures + warnings, skipped: pending });
process.exitCode = failures + warnings === 0 ? 0 : 1;
process.disconnect?.();
