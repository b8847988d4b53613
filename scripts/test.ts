/**
 * `npm test [-- FILE …]`: the Solidity tests with Hardhat's runner, then the TypeScript tests with mocha, each file in a process
 * of its own, two at a time. No retries. Ends with the sums of both in one line; fails on any failure, on anything
 * skipped, and on fewer tests than `scripts/dev/test/plan.json` promises.
 */
import { runSuite, type Suite, type SuiteReport } from './dev/test/run-suite.js';
import { readPlan, suitesOf, type Plan } from './dev/test/suites.js';

const JOBS = 2;

const runAll = async (suites: readonly Suite[], report: (done: SuiteReport) => void): Promise<readonly SuiteReport[]> => {
  const reports: SuiteReport[] = [];
  const runNext = async (queue: Suite[]): Promise<void> => {
    for (let suite = queue.shift(); suite; suite = queue.shift()) {
      const done = await runSuite(suite);
      reports.push(done);
      report(done);
    }
  };
  await runNext(suites.filter((suite) => suite.alone));
  const shared = suites.filter((suite) => !suite.alone);
  await Promise.all(Array.from({ length: JOBS }, () => runNext(shared)));
  return reports;
};

const print = ({ suite, output, seconds, passed, failed }: SuiteReport): void => {
  console.log(`\n── ${suite.name}: ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`);
  console.log(output.trimEnd());
};

/** What is wrong with the numbers themselves. */
const shortages = (reports: readonly SuiteReport[], { floor }: Plan): readonly string[] =>
  (['solidity', 'mocha'] as const).flatMap((kind) => {
    const passed = reports.filter((each) => each.suite.kind === kind).reduce((sum, each) => sum + each.passed, 0);
    return passed < floor[kind] ? [`${passed} ${kind} tests passed, fewer than the ${floor[kind]} of scripts/dev/test/plan.json`] : [];
  });

const files = process.argv.slice(2);
const plan = readPlan();
const reports = await runAll(suitesOf(files, plan), print);
const sum = (key: 'passed' | 'failed' | 'skipped'): number => reports.reduce((total, each) => total + each[key], 0);
const short = files.length === 0 ? shortages(reports, plan) : [];
const broken = reports.filter((each) => each.failed > 0 || each.skipped > 0);
if (broken.length + short.length > 0) console.log('\nNot well:');
for (const { suite, failed, skipped } of broken) console.log(`  ${suite.name}: ${failed} failed, ${skipped} skipped`);
for (const shortage of short) console.log(`  ${shortage}`);
const failed = sum('failed') + short.length + (reports.length === 0 ? 1 : 0);
console.log(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
process.exitCode = failed + sum('skipped') === 0 ? 0 : 1;
