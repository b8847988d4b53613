import { mutantsOf, type Mutant, type Source } from './changes/mutant.js';
import { namedMutants, type NamedMutant } from './changes/named.js';
import { boundaryChanges, operatorChanges } from './changes/operators.js';
import { countByWords, modifiersOf, sitesOf, type Site, type SiteKind } from './changes/sites.js';
import { textHash } from './sources.js';

/** How many mutants of operators are drawn, and from which shuffle. */
const DRAWN = 100;
const SEED = 'holdfast';

/** All mutants, and for each site the names of those that stand for it. */
export interface Collection {
  readonly mutants: readonly Mutant[];
  readonly sites: readonly { readonly kind: SiteKind; readonly where: string; readonly mutants: readonly string[] }[];
}

/** Kinds of sites of which the syntax tree and the words of a file tell different numbers, a sentence each. */
const disagreements = (source: Source, sites: readonly Site[], modifiers: readonly string[]): readonly string[] =>
  Object.entries(countByWords(source, modifiers)).flatMap(([kind, count]) => {
    const found = sites.filter((site) => site.kind === kind).length;
    return found === count ? [] : [`${source.path} has ${count} times "${kind}" in its text, and ${found} in its syntax tree`];
  });

/** Those with the lowest hashes: a small change of the contracts changes few of them. */
const draw = (mutants: readonly Mutant[]): readonly Mutant[] =>
  mutants
    .map((mutant) => ({ mutant, rank: textHash(SEED + mutant.id) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, DRAWN)
    .map(({ mutant }) => mutant)
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));

/**
 * Makes every mutant of `contracts`: the named ones, those of each site, those of each boundary, and a hundred of operators.
 * Two that change a file to the same text are one, under the first name. Throws an Error if an anchor is not unique, or if a
 * site was overlooked.
 */
export const collectMutants = (root: string, contracts: readonly Source[], named: readonly NamedMutant[]): Collection => {
  const modifiers = contracts.flatMap(modifiersOf);
  const kept = new Map<string, Mutant>();
  const keep = (mutants: readonly Mutant[]): readonly string[] =>
    mutants.map((mutant) => {
      const text = `${mutant.path}\0${mutant.mutated}`;
      const first = kept.get(text) ?? mutant;
      kept.set(text, first);
      return first.id;
    });
  keep(namedMutants(contracts, named));
  const found = contracts.map((source) => ({ source, sites: sitesOf(root, source) }));
  const problems = found.flatMap(({ source, sites }) => disagreements(source, sites, modifiers));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const sites = found.flatMap(({ source, sites: ofFile }) => {
    const mutants = mutantsOf(
      source,
      'site',
      ofFile.flatMap(({ changes }) => changes),
    );
    let taken = 0;
    return ofFile.map(({ kind, changes }) => {
      const ofSite = mutants.slice(taken, (taken += changes.length));
      return { kind, where: `${source.path}:${ofSite[0]?.line ?? 0}`, mutants: keep(ofSite) };
    });
  });
  for (const source of contracts) keep(mutantsOf(source, 'boundary', boundaryChanges(root, source)));
  const operators = contracts
    .flatMap((source) => mutantsOf(source, 'operator', operatorChanges(root, source)))
    .filter(({ path, mutated }) => !kept.has(`${path}\0${mutated}`));
  keep(draw(operators));
  return { mutants: [...kept.values()], sites };
};
