import { globSync, readFileSync } from 'node:fs';
import type { Suite } from './run-suite.js';

/** `plan.json`: how few tests are too few, what is a scenario, and what lasts long. */
export interface Plan {
  /** Fewest tests that must pass, by kind; raised when tests are added. */
  readonly floor: Readonly<Record<Suite['kind'], number>>;
  /** Files that start many processes and run for minutes: `npm run scenarios` and `.ci/run` run them, `npm test` does not. */
  readonly scenarios: readonly string[];
  /** Suites by about how many seconds they last; the longest are begun first, those not listed last. */
  readonly seconds: Readonly<Record<string, number>>;
}

export const readPlan = (): Plan => JSON.parse(readFileSync('scripts/dev/test/plan.json', 'utf8')) as Plan;

const MOCHA = 'test/**/*.test.ts';

/** The suite of the Solidity tests: all, or those of `files`. */
const soliditySuite = (files: readonly string[]): Suite => ({
  name: 'Solidity',
  kind: 'solidity',
  command: ['scripts/dev/test/solidity-suite.ts', ...files],
});

const mochaSuite = (file: string, plan: Plan): Suite => ({
  name: file,
  kind: plan.scenarios.includes(file) ? 'scenarios' : 'mocha',
  command: ['scripts/dev/test/mocha-suite.ts', file],
});

/** Everything but the scenarios, the longest first. The Solidity tests are one suite, every file of mocha tests is another. */
export const testSuites = (plan: Plan): readonly Suite[] => {
  const files = globSync(MOCHA).filter((file) => !plan.scenarios.includes(file));
  const suites = [soliditySuite([]), ...files.sort().map((file) => mochaSuite(file, plan))];
  const seconds = ({ name }: Suite): number => plan.seconds[name] ?? 0;
  return suites.sort((one, other) => seconds(other) - seconds(one));
};

export const scenarioSuites = (plan: Plan): readonly Suite[] => plan.scenarios.map((file) => mochaSuite(file, plan));

/** The suites of `files`, scenarios among them. */
export const suitesOf = (files: readonly string[], plan: Plan): readonly Suite[] => {
  const solidity = files.filter((file) => file.endsWith('.sol'));
  const mocha = files.filter((file) => !file.endsWith('.sol'));
  return [...(solidity.length === 0 ? [] : [soliditySuite(solidity)]), ...mocha.map((file) => mochaSuite(file, plan))];
};

/** The stateful runs of the specification, alone. */
export const invariantSuite = (): Suite => {
  const files = globSync('test/contracts/invariants/*.sol');
  if (files.length === 0) throw new Error('there are no invariants');
  return soliditySuite(files);
};
