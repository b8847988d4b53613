import type { Collection } from './collection.js';
import type { Mutant, Origin } from './mutant.js';
import type { Verdict } from './verdict.js';

/** Judges one mutant at a time, in a process of its own. */
export interface Judge {
  /** Rejects when the signal aborts. */
  judge(mutant: Mutant, signal: AbortSignal): Promise<Verdict>;
  /** Ends its process. */
  close(): void;
}

/** A kind of mutants: what is changed, and which tests must notice. */
export interface MutantKind {
  readonly name: 'contracts' | 'decisions';
  /** Heading of its section on the page. */
  readonly title: string;
  /** What its mutants are made from, in words. */
  readonly origins: Readonly<Partial<Record<Origin, string>>>;
  readonly collection: Collection;
  /** Changes of nothing: on each must pass the tests that judge files `paths`, else every mutant of these would look caught. */
  unchangedFor(paths: ReadonlySet<string>): readonly Mutant[];
  /** Hash of all that a verdict rests on. */
  basisOf(verdict: Verdict): string;
  /** Makes what all judges share, and returns what makes a judge. */
  prepare(): () => Judge;
}

/** The file of `source` as a mutant that changes nothing. */
export const unchangedMutant = ({ path, text }: { readonly path: string; readonly text: string }): Mutant => ({
  id: `nothing changed in ${path}`,
  origin: 'site',
  path,
  line: 1,
  verb: '',
  change: '',
  mutated: text,
});
