/**
 * `npm test [-- FILE …]`: the Solidity tests with Hardhat's runner, and the TypeScript tests with mocha, in two processes at a
 * time, each with one long file or several short ones. No retries. Ends with the sums of all in one line; fails on any failure, on anything skipped, and
 * on fewer tests than `scripts/dev/test/plan.json` promises. The scenarios are left out; `npm run scenarios` runs them alike.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { handOn, takeOver } from './dev/test/handed-counts.js';
import { runLanes } from './dev/test/run-lanes.js';
import type { SuiteReport } from './dev/test/run-suite.js';
import { inWords, sumOf } from './dev/test/suite-result.js';
import { readPlan, scenarioSuites, suitesOf, testSuites } from './dev/test/suites.js';
import { sumUp } from './dev/test/sum-up.js';

const USAGE = `usage: npm test [-- FILE …]
       npm run scenarios

  --together           the files given run in one process, as short ones do when all run
  --write-counts FILE  how many passed, failed and were skipped goes to this file as well
  --add-counts FILE    adds what another run wrote there to the last line`;

const print = ({ suite, output, seconds, passed, failed, parts }: SuiteReport): void => {
  console.log(`\n── ${suite.name}: ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`);
  console.log(output.trimEnd());
  if (parts.length < 2) return;
  console.log('');
  for (const part of parts) console.log(`─ ${part.name}: ${part.passed} passed, ${part.failed} failed, ${part.seconds.toFixed(1)} s`);
};

/** Ctrl-C and SIGTERM end what runs, which then says how far it was. */
const interrupted = (): AbortSignal => {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
};

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    scenarios: { type: 'boolean', default: false },
    together: { type: 'boolean', default: false },
    'write-counts': { type: 'string' },
    'add-counts': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const plan = readPlan();
const what = values.scenarios ? 'scenarios' : files.length > 0 ? 'files' : 'tests';
const suites = { scenarios: scenarioSuites, tests: testSuites, files: () => suitesOf(files, plan, values.together) }[what];
const whole = { scenarios: ['scenarios'], tests: ['solidity', 'mocha'], files: [] } as const;

const missing = files.filter((file) => !existsSync(file));

if (values.help) console.log(USAGE);
else if (missing.length > 0) {
  console.error(`There is no ${missing.join(', no ')}. The tests lie under test/, those of the core in test/core/data/ and so on.`);
  process.exitCode = 2;
} else {
  const signal = interrupted();
  const reports = await runLanes(suites(plan), print, signal);
  const { complaints, ...own } = sumUp(reports, whole[what], plan);
  if (complaints.length > 0) console.log(`\nNot well:\n${complaints.map((line) => `  ${line}`).join('\n')}`);
  if (values['write-counts'] !== undefined) handOn(values['write-counts'], own);
  const added = values['add-counts'] === undefined ? undefined : takeOver(values['add-counts']);
  if (added) console.log(`\nTests: ${inWords(own)}; added: ${inWords(added)}; together:`);
  else if (what === 'tests') console.log(`\nLeft out: long scenarios (${plan.scenarios.length} of them); npm run scenarios runs them.`);
  const all = sumOf(added ? [own, added] : [own]);
  console.log(`\n${inWords(all)}`);
  process.exitCode = all.failed + all.skipped === 0 && !signal.aborted ? 0 : 1;
}
