import { runSuite, type Suite, type SuiteReport } from './run-suite.js';

const LANES = 2;

/** Runs `suites` in two lanes, beginning them in their order. When `signal` aborts, no more begin. */
export const runLanes = async (
  suites: readonly Suite[],
  report: (done: SuiteReport) => void,
  signal: AbortSignal,
): Promise<readonly SuiteReport[]> => {
  const reports: SuiteReport[] = [];
  const queue = [...suites];
  const runNext = async (): Promise<void> => {
    for (let suite = queue.shift(); suite && !signal.aborted; suite = queue.shift()) {
      const done = await runSuite(suite, { signal });
      reports.push(done);
      report(done);
    }
  };
  await Promise.all(Array.from({ length: LANES }, runNext));
  return reports;
};
