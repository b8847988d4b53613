import { globSync, readFileSync } from 'node:fs';
import type { Suite } from './run-suite.js';

/** `plan.json`: how few tests are too few, and which files need the machine for themselves. */
export interface Plan {
  /** Fewest tests that must pass, by runner; raised when tests are added. */
  readonly floor: Readonly<Record<Suite['kind'], number>>;
  /** Files and folders (with a slash at their end) of tests that measure memory or start daemons. */
  readonly alone: readonly string[];
}

export const readPlan = (): Plan => JSON.parse(readFileSync('scripts/dev/test/plan.json', 'utf8')) as Plan;

const SOLIDITY = 'test/contracts/**/*.t.sol';
const MOCHA = 'test/**/*.test.ts';

/** All suites, or those of the files given. The Solidity tests are one suite, every file of mocha tests is another. */
export const suitesOf = (files: readonly string[], plan: Plan): readonly Suite[] => {
  const solidity = files.length === 0 ? globSync(SOLIDITY) : files.filter((file) => file.endsWith('.sol'));
  const mocha = files.length === 0 ? globSync(MOCHA).sort() : files.filter((file) => !file.endsWith('.sol'));
  const alone = (file: string): boolean => plan.alone.some((entry) => file === entry || (entry.endsWith('/') && file.startsWith(entry)));
  return [
    ...(solidity.length === 0
      ? []
      : [
          {
            name: 'Solidity',
            kind: 'solidity',
            alone: true,
            command: ['scripts/dev/test/solidity-suite.ts', ...(files.length === 0 ? [] : solidity)],
          } as const,
        ]),
    ...mocha.map(
      (file) => ({ name: file, kind: 'mocha', alone: alone(file), command: ['scripts/dev/test/mocha-suite.ts', file] }) as const,
    ),
  ];
};

/** The stateful runs of the specification, alone. */
export const invariantSuite = (plan: Plan): Suite => {
  const [suite] = suitesOf(globSync('test/contracts/invariants/*.sol'), plan);
  if (suite === undefined) throw new Error('there are no invariants');
  return suite;
};
