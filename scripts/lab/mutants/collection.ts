import type { Mutant } from './mutant.js';
import { textHash } from './sources.js';

/** All mutants, and for each site the names of those that stand for it. */
export interface Collection {
  readonly mutants: readonly Mutant[];
  readonly sites: readonly { readonly kind: string; readonly where: string; readonly mutants: readonly string[] }[];
}

/** Mutants as they are made. Two that change a file to the same text are one, under the first name. */
export interface Collector {
  /** Takes them in; returns the names under which they are kept. */
  add(mutants: readonly Mutant[]): readonly string[];
  has(mutant: Mutant): boolean;
  all(): readonly Mutant[];
}

const key = ({ path, mutated }: Mutant): string => `${path}\0${mutated}`;

export const createCollector = (): Collector => {
  const kept = new Map<string, Mutant>();
  return {
    add: (mutants) =>
      mutants.map((mutant) => {
        const first = kept.get(key(mutant)) ?? mutant;
        kept.set(key(mutant), first);
        return first.id;
      }),
    has: (mutant) => kept.has(key(mutant)),
    all: () => [...kept.values()],
  };
};

const SEED = 'holdfast';

/** `count` of them, those with the lowest hashes: a small change of the sources changes few of them. */
export const draw = (mutants: readonly Mutant[], count: number): readonly Mutant[] =>
  mutants
    .map((mutant) => ({ mutant, rank: textHash(SEED + mutant.id) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant)
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
