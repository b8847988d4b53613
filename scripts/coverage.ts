/**
 * `npm run coverage`: runs the Solidity tests over instrumented contracts, in a copy of the project, since Hardhat would leave
 * the instrumented artifacts behind. Prints a table of `contracts/`; fails when a test fails or a file is covered too little.
 */
import { measureCoverage } from './lab/coverage/measure.js';
import { coverageTable, readReport, shortcomings } from './lab/coverage/report.js';

/** Least coverage of each file and of all, percent of lines and of statements. */
const LEAST = 98;

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
const { lcov, output, failed } = await measureCoverage(process.cwd(), interruption.signal);
if (failed) {
  console.error(output);
  console.error('The Solidity tests did not pass.');
  process.exitCode = 1;
} else {
  const report = readReport(lcov, output);
  console.log(coverageTable(report));
  const short = shortcomings(report, LEAST);
  for (const line of short) console.error(line);
  if (short.length > 0) process.exitCode = 1;
}
