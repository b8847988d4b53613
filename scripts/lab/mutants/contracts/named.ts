import { placeOf } from '../../changed-code/replace-once.js';
import { applied, changeText, lineOf, type Mutant, type Source } from '../mutant.js';

/** A defect with a name: what an attacker would wish for, or what breaks an invariant. */
export interface NamedMutant {
  /** `INV-4`, `dust weight` and the like: an invariant or an attack of the rules; several mutants may be against the same. */
  readonly against: string;
  /** What is wrong with it, one sentence. */
  readonly breaks: string;
  /** File that is changed, its path from the root. */
  readonly path: string;
  /** The text that is replaced, which occurs once in the file. */
  readonly anchor: string;
  readonly replacement: string;
}

/** Puts the named mutants into the sources. Throws an Error that lists every anchor that does not occur exactly once. */
export const namedMutants = (sources: readonly Source[], named: readonly NamedMutant[]): readonly Mutant[] => {
  const problems: string[] = [];
  const mutants = named.flatMap(({ against, breaks, path, anchor, replacement }) => {
    const source = sources.find((each) => each.path === path) ?? { path, text: '' };
    let from: number;
    try {
      from = placeOf(source.text, anchor);
    } catch (error) {
      problems.push(`${against} (${breaks}): ${(error as Error).message} in ${path}`);
      return [];
    }
    const mutated = applied(source, { from, to: from + anchor.length, replacement });
    const id = `${against}: ${breaks}`;
    const change = changeText(anchor, replacement);
    return [{ id, origin: 'named', path, line: lineOf(source, from), verb: verbAt(source, from), change, mutated } as const];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return mutants;
};

/** Name of the function that `offset` lies in. */
const verbAt = ({ text }: Source, offset: number): string =>
  [...text.slice(0, offset).matchAll(/\b(?:function|modifier)\s+(\w+)/g)].at(-1)?.[1] ?? '';
