import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { sumOf, type PartResult, type SuiteMessage, type SuiteResult } from './suite-result.js';

/** Something to run in a process of its own. */
export interface Suite {
  readonly name: string;
  readonly kind: 'solidity' | 'mocha' | 'scenarios';
  /** Module to run, and its arguments. */
  readonly command: readonly string[];
  /** The files that it tells the end of; none where they are not told apart. */
  readonly files?: readonly string[];
}

export interface SuiteReport extends SuiteResult {
  readonly suite: Suite;
  readonly output: string;
  readonly seconds: number;
  /** Its files that came to their end. */
  readonly parts: readonly PartResult[];
  /** What went wrong with its process, beside what its tests found. */
  readonly problems: readonly string[];
}

export interface SuiteOptions {
  /** Longest the suite may take, milliseconds. Default: 20 minutes. */
  readonly milliseconds?: number;
  /** Kills it, which counts as a failure. */
  readonly signal?: AbortSignal;
  /** Told what begins, as it does. */
  readonly onBegun?: (title: string) => void;
}

/** What Node has compiled lies here for the next process: commands that tests start begin a fifth sooner. */
const COMPILED = resolve('node_modules/.cache/compiled');
const DEADLINE = 20 * 60_000;
/** Longest a suite may go on after its last test, milliseconds: what lives on then was never closed. */
const GRACE = 10_000;

/** Where a run stands: what began last, and the files of several that have not come to their end. */
const whereabouts = ({ files = [] }: Suite, begun: string | undefined, parts: readonly PartResult[]): readonly string[] => {
  const ended = new Set(parts.map(({ name }) => name));
  const left = files.length > 1 ? files.filter((file) => !ended.has(file)) : [];
  return [...(begun === undefined ? [] : [`last to begin: ${begun}`]), ...(left.length === 0 ? [] : [`not ended: ${left.join(', ')}`])];
};

/** Runs `suite`; whatever goes wrong with its process counts as a failure, and is told with the test that had begun last. */
export const runSuite = async (suite: Suite, { milliseconds = DEADLINE, signal, onBegun }: SuiteOptions = {}): Promise<SuiteReport> => {
  const started = performance.now();
  const child = spawn(process.execPath, ['--conditions=holdfast-source', '--import', 'tsx', ...suite.command], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
  });
  const chunks: Buffer[] = [];
  const problems: string[] = [];
  const parts: PartResult[] = [];
  let begun: string | undefined;
  let result: SuiteResult | undefined;
  let grace: NodeJS.Timeout | undefined;
  const note = (problem: string): void => void problems.push([problem, ...whereabouts(suite, begun, parts)].join('; '));
  const give = (problem: string): void => {
    note(problem);
    child.kill('SIGKILL');
    // What the tests started may live on and hold its output: that is not waited for.
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const interrupt = (): void => give('interrupted');
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('message', (message: SuiteMessage) => {
    if ('begun' in message) {
      begun = message.begun;
      onBegun?.(begun);
    } else if ('part' in message) parts.push(message.part);
    else {
      result = message.result;
      grace = setTimeout(() => give(`still alive ${GRACE / 1_000} s after its last test: something was left open`), GRACE);
    }
  });
  const deadline =
    milliseconds === Infinity ? undefined : setTimeout(() => give(`not finished within ${milliseconds / 1_000} s`), milliseconds);
  signal?.addEventListener('abort', interrupt, { once: true });
  const code = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit, killer) => resolve(exit ?? killer ?? 1));
  });
  clearTimeout(deadline);
  clearTimeout(grace);
  signal?.removeEventListener('abort', interrupt);
  if (!result && problems.length === 0) note(`ended with ${code} before its tests did`);
  if (result?.failed === 0 && code !== 0 && problems.length === 0) problems.push(`ended with ${code} after its tests had passed`);
  const output = [Buffer.concat(chunks).toString(), ...problems.map((problem) => `${suite.name}: ${problem}\n`)].join('');
  const { passed, failed, skipped } = result ?? sumOf(parts);
  return {
    suite,
    output,
    seconds: (performance.now() - started) / 1_000,
    parts,
    problems,
    passed,
    failed: failed + problems.length,
    skipped,
  };
};
