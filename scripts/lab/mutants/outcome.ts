import type { Collection } from './collection.js';
import type { Mutant } from './mutant.js';
import type { Reasons } from './reasons.js';
import type { Verdict } from './verdict.js';

/** A mutant that compiled, what became of it, and why it may survive. */
export interface Judged {
  readonly mutant: Mutant;
  readonly verdict: Exclude<Verdict, { readonly kind: 'uncompilable' }>;
  readonly reason: string | undefined;
}

export interface Outcome {
  readonly judged: readonly Judged[];
  /** What is not as it should be, a sentence each. */
  readonly problems: readonly string[];
  readonly summary: string;
}

/**
 * Adds up verdicts. A survivor needs a written reason, a reason a survivor; a named mutant must compile, and so must one of
 * each site.
 * @param whole Whether all mutants were judged, so that what is missing is wrong.
 */
export const outcomeOf = (
  { mutants, sites }: Collection,
  verdicts: ReadonlyMap<string, Verdict>,
  reasons: Reasons,
  whole: boolean,
): Outcome => {
  const judged = mutants.flatMap((mutant): readonly Judged[] => {
    const verdict = verdicts.get(mutant.id);
    return verdict === undefined || verdict.kind === 'uncompilable' ? [] : [{ mutant, verdict, reason: reasons[mutant.id] }];
  });
  const survivors = judged.filter(({ verdict }) => verdict.kind === 'survived');
  const equivalent = survivors.filter(({ reason }) => reason !== undefined);
  const caught = judged.length - survivors.length;
  const compiles = (id: string): boolean => verdicts.get(id)?.kind !== 'uncompilable';
  const problems = [
    ...survivors.filter(({ reason }) => reason === undefined).map(({ mutant }) => `survived: ${mutant.id} (${mutant.path}:${mutant.line})`),
    ...judged
      .filter(({ verdict, reason }) => verdict.kind === 'caught' && reason !== undefined)
      .map(({ mutant }) => `said to be equivalent, and caught: ${mutant.id}`),
    ...mutants.filter(({ id, origin }) => origin === 'named' && !compiles(id)).map(({ id }) => `does not compile: ${id}`),
    ...sites.filter((site) => !site.mutants.some(compiles)).map(({ kind, where }) => `no mutant of this ${kind} compiles: ${where}`),
    ...(whole
      ? Object.keys(reasons)
          .filter((id) => !mutants.some((mutant) => mutant.id === id))
          .map((id) => `said to be equivalent, and there is no such mutant: ${id}`)
      : []),
  ];
  return { judged, problems, summary: `${judged.length} mutants, ${caught} caught, ${equivalent.length} equivalent` };
};
