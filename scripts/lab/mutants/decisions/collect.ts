import { createCollector, draw, type Collection } from '../collection.js';
import { mutantsOf, type Change, type Mutant, type Origin, type Source } from '../mutant.js';
import { boundaryChanges, numberChanges, operatorChanges } from './changes/operators.js';
import { conditionChanges, refusalChanges } from './changes/sites.js';

/** How many mutants of numbers are drawn. */
const DRAWN = 100;

/** Makes every mutant of the decisions in `sources`, those of numbers drawn. Throws an Error if a refusal was overlooked. */
export const collectDecisions = (sources: readonly Source[]): Collection => {
  const collector = createCollector();
  const mutants = (origin: Origin, changes: (source: Source) => readonly Change[]): readonly Mutant[] =>
    sources.flatMap((source) => mutantsOf(source, origin, changes(source)));
  collector.add(mutants('refusal', refusalChanges));
  collector.add(mutants('site', conditionChanges));
  collector.add(mutants('boundary', boundaryChanges));
  collector.add(mutants('operator', operatorChanges));
  collector.add(draw(mutants('number', numberChanges), DRAWN));
  return { mutants: collector.all(), sites: [] };
};
