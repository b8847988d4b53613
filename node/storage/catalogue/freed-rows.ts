import { hash } from '../../core/units.js';
import type { Catalogue } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';
import { dealsUnder } from './place-rows.js';

const { freed, place: places } = catalogueSpaces;

/** The part of a catalogue on `rows` that says what nothing uses any more; `settle` finishes deletions that were interrupted. */
export const freedSectorsOn = (
  rows: Rows,
  exclusive: <Result>(task: () => Promise<Result>) => Promise<Result>,
  settle: () => Promise<void>,
): Pick<Catalogue, 'freedDeals' | 'freed' | 'isFreed' | 'putFreed' | 'forgetFreed'> => ({
  async *freedDeals() {
    await settle();
    yield* dealsUnder(rows, freed.prefix);
  },
  async *freed(deal) {
    await settle();
    for await (const [key, leaves] of freed.under(rows, deal)) yield { root: hash(key.slice(key.lastIndexOf('/') + 1)), leaves };
  },
  isFreed: async (deal, root) => (await freed.at(deal, root).read(rows)) !== undefined,
  putFreed: (shards) =>
    exclusive(async () => {
      const changes: RowChange[] = [];
      for (const { deal, sector } of shards)
        if ((await places.at(deal, sector.root).read(rows)) === undefined) changes.push(freed.at(deal, sector.root).put(sector.leaves));
      await rows.write(changes);
    }),
  forgetFreed: (deal, roots) => exclusive(() => rows.write(roots.map((root) => freed.at(deal, root).drop))),
});
