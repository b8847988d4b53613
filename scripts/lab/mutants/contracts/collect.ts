import { createCollector, draw, type Collection } from '../collection.js';
import { mutantsOf, type Source } from '../mutant.js';
import { boundaryChanges, operatorChanges } from './changes/operators.js';
import { countByWords, modifiersOf, sitesOf, type Site } from './changes/sites.js';
import { namedMutants, type NamedMutant } from './named.js';

/** How many mutants of operators are drawn. */
const DRAWN = 100;

/** Kinds of sites of which the syntax tree and the words of a file tell different numbers, a sentence each. */
const disagreements = (source: Source, sites: readonly Site[], modifiers: readonly string[]): readonly string[] =>
  Object.entries(countByWords(source, modifiers)).flatMap(([kind, count]) => {
    const found = sites.filter((site) => site.kind === kind).length;
    return found === count ? [] : [`${source.path} has ${count} times "${kind}" in its text, and ${found} in its syntax tree`];
  });

/**
 * Makes every mutant of `contracts`: the named ones, those of each site, those of each boundary, and a hundred of operators.
 * Throws an Error if an anchor is not unique, or if a site was overlooked.
 */
export const collectMutants = (root: string, contracts: readonly Source[], named: readonly NamedMutant[]): Collection => {
  const modifiers = contracts.flatMap(modifiersOf);
  const collector = createCollector();
  collector.add(namedMutants(contracts, named));
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
      return { kind, where: `${source.path}:${ofSite[0]?.line ?? 0}`, mutants: collector.add(ofSite) };
    });
  });
  for (const source of contracts) collector.add(mutantsOf(source, 'boundary', boundaryChanges(root, source)));
  const operators = contracts
    .flatMap((source) => mutantsOf(source, 'operator', operatorChanges(root, source)))
    .filter((mutant) => !collector.has(mutant));
  collector.add(draw(operators, DRAWN));
  return { mutants: collector.all(), sites };
};
