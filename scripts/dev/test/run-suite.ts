import { spawn } from 'node:child_process';
import type { SuiteResult } from './suite-result.js';

/** Something to run in a process of its own. */
export interface Suite {
  readonly name: string;
  readonly kind: 'solidity' | 'mocha';
  /** Module to run, and its arguments. */
  readonly command: readonly string[];
  /** Runs while nothing else does. */
  readonly alone: boolean;
}

export interface SuiteReport extends SuiteResult {
  readonly suite: Suite;
  readonly output: string;
  readonly seconds: number;
}

/** Longest a suite may take, milliseconds. */
const DEADLINE = 30 * 60_000;
/** Longest a suite may go on after its last test, milliseconds: what lives on then was never closed. */
const GRACE = 10_000;

/** Runs `suite`, at most `limit` milliseconds; whatever goes wrong with its process counts as a failure. */
export const runSuite = async (suite: Suite, limit = DEADLINE): Promise<SuiteReport> => {
  const started = performance.now();
  const child = spawn(process.execPath, ['--conditions=holdfast-source', '--import', 'tsx', ...suite.command], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
  });
  const chunks: Buffer[] = [];
  const problems: string[] = [];
  const give = (problem: string): void => {
    problems.push(problem);
    child.kill('SIGKILL');
  };
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  let result: SuiteResult | undefined;
  let grace: NodeJS.Timeout | undefined;
  const deadline = limit === Infinity ? undefined : setTimeout(() => give(`not finished within ${limit / 60_000} minutes`), limit);
  child.on('message', (message) => {
    result = message as SuiteResult;
    grace = setTimeout(() => give(`still alive ${GRACE / 1_000} s after its last test: something was left open`), GRACE);
  });
  const code = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 1));
  });
  clearTimeout(deadline);
  clearTimeout(grace);
  if (!result && problems.length === 0) problems.push(`ended with ${code} before its tests did`);
  if (result?.failed === 0 && code !== 0 && problems.length === 0) problems.push(`ended with ${code} after its tests had passed`);
  const output = [Buffer.concat(chunks).toString(), ...problems.map((problem) => `${suite.name}: ${problem}\n`)].join('');
  const seconds = (performance.now() - started) / 1_000;
  return {
    suite,
    output,
    seconds,
    passed: result?.passed ?? 0,
    failed: (result?.failed ?? 0) + problems.length,
    skipped: result?.skipped ?? 0,
  };
};
