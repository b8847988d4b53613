/** Runs the Solidity tests (all, or the files given) with Hardhat's runner. */
import hre from 'hardhat';
import type { Result } from 'hardhat/types/utils';
import { sendResult } from './suite-result.js';

/** What the runner hands back, as far as it is counted here. Its own sums stay zero unless it runs as part of `hardhat test`. */
interface Run {
  readonly suiteResults: readonly { readonly testResults: readonly { readonly status: 'Success' | 'Failure' | 'Skipped' }[] }[];
}

const result = (await hre.tasks.getTask(['test', 'solidity']).run({ testFiles: process.argv.slice(2) })) as Result<Run, Run>;
const { suiteResults } = result.success ? result.value : result.error;
const count = (wanted: string): number =>
  suiteResults.flatMap(({ testResults }) => testResults).filter(({ status }) => status === wanted).length;
const failed = count('Failure');
const broken = !result.success && failed === 0 ? 1 : 0;
sendResult({ passed: count('Success'), failed: failed + broken, skipped: count('Skipped') });
process.exitCode = result.success ? 0 : 1;
process.disconnect?.();
