import { createChance } from '../staging/chance.js';
import type { ParameterSet } from './parameter-sets.js';
import { partOf, type ReportPart } from './report.js';
import { efforts, search, type Depth } from './search.js';
import { createStage } from './stage.js';
import { uncheckedMarket } from './unchecked-market.js';

export interface SearchOptions {
  readonly depth: Depth;
  /** The same seed gives the same strategies, draws and figures. */
  readonly seed: string;
}

/** Searches at one set of parameters, on a chain of its own. */
export const runSearch = async (set: ParameterSet, { depth, seed }: SearchOptions, say: (line: string) => void): Promise<ReportPart> => {
  const effort = efforts[depth];
  const unchecked = set.sound ? undefined : await uncheckedMarket();
  const stage = await createStage({ parameters: set.parameters, periods: effort.periods, unchecked });
  try {
    return partOf(set, await search(stage, effort, createChance(`${seed}: ${set.name}`), say));
  } finally {
    await stage.close();
  }
};
