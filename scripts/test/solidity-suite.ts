/** Runs the Solidity tests (all, or the files given) with Hardhat's runner. */
import hre from 'hardhat';
import type { TestRunResult } from 'hardhat/types/test';
import type { Result } from 'hardhat/types/utils';
import { sendResult } from './suite-result.js';

const result = (await hre.tasks.getTask(['test', 'solidity']).run({ testFiles: process.argv.slice(2) })) as Result<
  TestRunResult,
  TestRunResult
>;
const { summary } = result.success ? result.value : result.error;
const broken = !result.success && summary.failed === 0 ? 1 : 0;
sendResult({ passed: summary.passed, failed: summary.failed + broken, skipped: summary.skipped + summary.todo });
process.exitCode = result.success ? 0 : 1;
process.disconnect?.();
