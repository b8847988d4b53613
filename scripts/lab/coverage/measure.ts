import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../run-tool.js';
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
  const { code, output } = await runTool(copy.root, 'hardhat/dist/src/cli.js', ['--coverage', 'test', 'solidity'], signal);
  if (code !== 0) return { lcov: '', output, failed: true };
  return { lcov: await readFile(join(copy.root, 'coverage', 'lcov.info'), 'utf8'), output, failed: false };
};
