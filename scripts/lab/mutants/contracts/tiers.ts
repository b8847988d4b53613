import type { Mutant } from '../mutant.js';
import { guards } from './guards.js';

/** Tests that are run against a mutant together, and how thoroughly. */
export interface Tier {
  /** Files of tests, in the order in which they are run. */
  readonly files: readonly string[];
  /** Runs of each fuzz test, and of each invariant. */
  readonly fuzzRuns: number;
  readonly invariantRuns: number;
}

const FEW_RUNS = 16;
/** As Hardhat runs them. */
const MANY_RUNS = 256;
const INVARIANT_RUNS = 24;

const isInvariant = (file: string): boolean => file.includes('/invariants/');

const basename = (file: string): string => (file.split('/').at(-1) ?? '').replace(/\.t\.sol$/, '').toLowerCase();

/** How close the name of a test file is to the function that was changed: the closest come first. */
const distance = (file: string, { verb, path }: Mutant): number => {
  const name = basename(file);
  const wanted = verb.replace(/^_/, '').toLowerCase();
  if (wanted !== '' && (name === wanted || name.startsWith(wanted))) return 0;
  return path.toLowerCase().endsWith(`/${name}.sol`) ? 1 : 2;
};

/** What is run against `mutant`, one after the other until something fails: its guards, the rest, then everything at length. */
export const tiersFor = (mutant: Mutant, testFiles: readonly string[]): readonly Tier[] => {
  const entries = guards[mutant.path] ?? [];
  const rank = (file: string): number => entries.findIndex((entry) => file === entry || (entry.endsWith('/') && file.startsWith(entry)));
  const plain = testFiles.filter((file) => !isInvariant(file));
  const guarding = plain
    .filter((file) => rank(file) >= 0)
    .sort((a, b) => distance(a, mutant) - distance(b, mutant) || rank(a) - rank(b) || (a < b ? -1 : 1));
  const others = plain.filter((file) => rank(file) < 0);
  return [
    { files: guarding, fuzzRuns: FEW_RUNS, invariantRuns: 1 },
    { files: others, fuzzRuns: FEW_RUNS, invariantRuns: 1 },
    { files: testFiles.filter(isInvariant), fuzzRuns: FEW_RUNS, invariantRuns: INVARIANT_RUNS },
    { files: plain, fuzzRuns: MANY_RUNS, invariantRuns: 1 },
  ];
};
