import { globSync, readFileSync } from 'node:fs';
import type { Suite } from './run-suite.js';

/** `plan.json`: how few tests are too few, what is a scenario, what lasts long, and what bears no company. */
export interface Plan {
  /** Fewest tests that must pass, by kind; raised when tests are added. */
  readonly floor: Readonly<Record<Suite['kind'], number>>;
  /** Files that start many processes and run for minutes: `npm run scenarios` and `.ci/run` run them, `npm test` does not. */
  readonly scenarios: readonly string[];
  /** Suites by about how many seconds they last; the longest are begun first. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Files that change what a whole process shares, or measure it: each has a process of its own. */
  readonly alone: readonly string[];
}

export const readPlan = (): Plan => JSON.parse(readFileSync('scripts/dev/test/plan.json', 'utf8')) as Plan;

const MOCHA = 'test/**/*.test.ts';
const SOLIDITY = 'Solidity';
/** Most files that share a process, and most seconds that they last together; a file of `LONG` seconds has a process of its own. */
const TOGETHER = 16;
const LONGEST = 60;
const LONG = 20;
/** About how long a file lasts that the plan does not list, seconds. */
const SHORT = 1;

/** The suite of the Solidity tests: all, or those of `files`. */
const soliditySuite = (files: readonly string[]): Suite => ({
  name: SOLIDITY,
  kind: 'solidity',
  command: ['scripts/dev/test/solidity-suite.ts', ...files],
});

const nameOf = (files: readonly string[]): string =>
  files.length === 1 ? String(files[0]) : `${files[0]} … ${files.at(-1)} (${files.length} files)`;

const mochaSuite = (files: readonly string[], plan: Plan): Suite => ({
  name: nameOf(files),
  kind: files.every((file) => plan.scenarios.includes(file)) ? 'scenarios' : 'mocha',
  command: ['scripts/dev/test/mocha-suite.ts', ...files],
  files,
});

const secondsOf = (files: readonly string[], { seconds }: Plan): number => files.reduce((sum, file) => sum + (seconds[file] ?? SHORT), 0);

/** Neighbours share a process, unless one of them lasts long or bears no company. */
const grouped = (files: readonly string[], plan: Plan): readonly (readonly string[])[] => {
  const isAlone = (file: string): boolean => plan.alone.includes(file) || secondsOf([file], plan) >= LONG;
  const groups: string[][] = [];
  for (const file of files.filter((each) => !isAlone(each))) {
    const last = groups.at(-1);
    if (last && last.length < TOGETHER && secondsOf([...last, file], plan) <= LONGEST) last.push(file);
    else groups.push([file]);
  }
  return [...groups, ...files.filter(isAlone).map((file) => [file])];
};

/** Everything but the scenarios, the longest first. The Solidity tests are one suite; the files of mocha tests are in groups. */
export const testSuites = (plan: Plan): readonly Suite[] => {
  const files = globSync(MOCHA).filter((file) => !plan.scenarios.includes(file));
  const suites = [soliditySuite([]), ...grouped(files.sort(), plan).map((group) => mochaSuite(group, plan))];
  const seconds = ({ name, files: group = [name] }: Suite): number => secondsOf(group, plan);
  return suites.sort((one, other) => seconds(other) - seconds(one));
};

export const scenarioSuites = (plan: Plan): readonly Suite[] => plan.scenarios.map((file) => mochaSuite([file], plan));

/** The suites of `files`, scenarios among them: each file of mocha tests alone, or all in one process (`together`). */
export const suitesOf = (files: readonly string[], plan: Plan, together = false): readonly Suite[] => {
  const solidity = files.filter((file) => file.endsWith('.sol'));
  const mocha = files.filter((file) => !file.endsWith('.sol'));
  const groups = together && mocha.length > 0 ? [mocha] : mocha.map((file) => [file]);
  return [...(solidity.length === 0 ? [] : [soliditySuite(solidity)]), ...groups.map((group) => mochaSuite(group, plan))];
};

/** The stateful runs of the specification, alone. */
export const invariantSuite = (): Suite => {
  const files = globSync('test/contracts/invariants/*.sol');
  if (files.length === 0) throw new Error('there are no invariants');
  return soliditySuite(files);
};
