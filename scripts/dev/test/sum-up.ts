import type { Suite, SuiteReport } from './run-suite.js';
import { sumOf, type SuiteResult } from './suite-result.js';
import type { Plan } from './suites.js';

/** Floors that `reports` are under. */
const shortagesOf = (reports: readonly SuiteReport[], kinds: readonly Suite['kind'][], { floor }: Plan): readonly string[] =>
  kinds.flatMap((kind) => {
    const { passed } = sumOf(reports.filter(({ suite }) => suite.kind === kind));
    return passed < floor[kind] ? [`${passed} ${kind} tests passed, fewer than the ${floor[kind]} of scripts/dev/test/plan.json`] : [];
  });

export interface Summary extends SuiteResult {
  /** What is not well, in lines. */
  readonly complaints: readonly string[];
}

/** Adds up. Kinds that ran as a whole (`whole`) must reach their floors; each that does not is a failure, as is having run nothing. */
export const sumUp = (reports: readonly SuiteReport[], whole: readonly Suite['kind'][], plan: Plan): Summary => {
  const broken = reports.filter(({ failed, skipped }) => failed > 0 || skipped > 0);
  const faults = [...shortagesOf(reports, whole, plan), ...(reports.length === 0 ? ['nothing was run'] : [])];
  const { passed, failed, skipped } = sumOf(reports);
  return {
    complaints: [...broken.map((each) => `${each.suite.name}: ${each.failed} failed, ${each.skipped} skipped`), ...faults],
    passed,
    failed: failed + faults.length,
    skipped,
  };
};
