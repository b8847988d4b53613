import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyForSolidity } from './project-copy.js';

/** What a run of the Solidity tests over instrumented contracts left. */
export interface Measurement {
  /** Hardhat's lcov.info: lines. */
  readonly lcov: string;
  /** What Hardhat printed: its table alone tells of statements. */
  readonly output: string;
  readonly failed: boolean;
}

/** Runs all Solidity tests with Hardhat's coverage in a copy of the project in folder `root`. */
export const measureCoverage = async (root: string, signal: AbortSignal): Promise<Measurement> => {
  await using copy = await copyForSolidity(root);
  const child = spawn(process.execPath, [join('node_modules', 'hardhat', 'dist', 'src', 'cli.js'), '--coverage', 'test', 'solidity'], {
    cwd: copy.root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    signal,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  const output = Buffer.concat(chunks).toString();
  if (code !== 0) return { lcov: '', output, failed: true };
  return { lcov: await readFile(join(copy.root, 'coverage', 'lcov.info'), 'utf8'), output, failed: false };
};
