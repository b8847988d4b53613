import type { Suite, SuiteReport } from './run-suite.js';
import { sumOf, type PartResult, type SuiteResult } from './suite-result.js';
import type { Plan } from './suites.js';

/** Floors that `reports` are under. */
const shortagesOf = (reports: readonly SuiteReport[], kinds: readonly Suite['kind'][], { floor }: Plan): readonly string[] =>
  kinds.flatMap((kind) => {
    const { passed } = sumOf(reports.filter(({ suite }) => suite.kind === kind));
    return passed < floor[kind] ? [`${passed} ${kind} tests passed, fewer than the ${floor[kind]} of scripts/dev/test/plan.json`] : [];
  });

const isBroken = ({ failed, skipped }: SuiteResult): boolean => failed > 0 || skipped > 0;

const line = (name: string, { failed, skipped }: SuiteResult): string => `${name}: ${failed} failed, ${skipped} skipped`;

const reasonsOf = ({ failures }: PartResult): readonly string[] => failures.map((failure) => `  ${failure.replaceAll('\n', '\n    ')}`);

/** What is not well with `report`, by file where it ran several, and why. */
const complaintsOf = (report: SuiteReport): readonly string[] => {
  const { suite, parts, problems } = report;
  if ((suite.files?.length ?? 1) === 1) return [line(suite.name, report), ...parts.flatMap(reasonsOf)];
  return [
    ...parts.filter(isBroken).flatMap((part) => [line(part.name, part), ...reasonsOf(part)]),
    ...problems.map((problem) => `${suite.name}: ${problem}`),
  ];
};

export interface Summary extends SuiteResult {
  /** What is not well, in lines. */
  readonly complaints: readonly string[];
}

/** Adds up. Kinds that ran as a whole (`whole`) must reach their floors; each that does not is a failure, as is having run nothing. */
export const sumUp = (reports: readonly SuiteReport[], whole: readonly Suite['kind'][], plan: Plan): Summary => {
  const faults = [...shortagesOf(reports, whole, plan), ...(reports.length === 0 ? ['nothing was run'] : [])];
  const { passed, failed, skipped } = sumOf(reports);
  return {
    complaints: [...reports.filter(isBroken).flatMap(complaintsOf), ...faults],
    passed,
    failed: failed + faults.length,
    skipped,
  };
};
