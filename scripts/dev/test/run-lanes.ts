import { runSuite, type Suite, type SuiteReport } from './run-suite.js';

const LANES = 2;

/** Runs `suites` in their order: first those that run alone, then the others in two lanes. When `signal` aborts, no more begin. */
export const runLanes = async (
  suites: readonly Suite[],
  report: (done: SuiteReport) => void,
  signal: AbortSignal,
): Promise<readonly SuiteReport[]> => {
  const reports: SuiteReport[] = [];
  const runNext = async (queue: Suite[]): Promise<void> => {
    for (let suite = queue.shift(); suite && !signal.aborted; suite = queue.shift()) {
      const done = await runSuite(suite, { signal });
      reports.push(done);
      report(done);
    }
  };
  await runNext(suites.filter(({ alone }) => alone));
  const shared = suites.filter(({ alone }) => !alone);
  await Promise.all(Array.from({ length: LANES }, () => runNext(shared)));
  return reports;
};
