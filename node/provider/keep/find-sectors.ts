import { dataSetOf, type SectorRef } from '../../core/data/data-set.js';
import type { Revision } from '../../core/market/deal.js';

/** What the chain says of a list of sectors. */
export type SectorsTarget = Pick<Revision, 'root' | 'leaves' | 'sectors'>;

export interface SectorSources {
  /** Lists that the one sought may have grown from. */
  readonly bases: readonly (readonly SectorRef[])[];
  /** Sectors that may have been added, in the order in which they were stored. */
  readonly loose: readonly SectorRef[];
}

/** Descriptors that are hashed at most: seconds of one core. */
const MOST_HASHES = 2_000_000;
/** Ways through the loose sectors that are looked at. */
const MOST_STEPS = 2_000_000;
/** So many sectors are tried in every order. */
const MOST_PERMUTED = 6;
/** Bases up to this length are tried without each one of their sectors. */
const MOST_REMOVED_FROM = 256;

const leavesIn = (sectors: readonly SectorRef[]): number => sectors.reduce((sum, { leaves }) => sum + leaves, 0);

function* permutations(sectors: readonly SectorRef[]): Generator<readonly SectorRef[]> {
  if (sectors.length <= 1) {
    yield sectors;
    return;
  }
  for (const [index, first] of sectors.entries()) for (const rest of permutations(sectors.toSpliced(index, 1))) yield [first, ...rest];
}

function* orders(sectors: readonly SectorRef[]): Generator<readonly SectorRef[]> {
  if (sectors.length <= MOST_PERMUTED) yield* permutations(sectors);
  else yield* [sectors, sectors.toReversed()];
}

/**
 * The list of sectors that has the root the chain names, sought among what is on disk: as a base, or a base without one sector, followed by
 * loose ones. Whatever is found is right, since its root is; undefined if the search ends without. Its cost is bounded.
 */
export const findSectors = (target: SectorsTarget, { bases, loose }: SectorSources): readonly SectorRef[] | undefined => {
  let hashes = MOST_HASHES;
  let steps = MOST_STEPS;

  function* choices(count: number, leaves: number, from = 0): Generator<readonly SectorRef[]> {
    if (count === 0 && leaves === 0) yield [];
    if (count <= 0 || leaves <= 0) return;
    for (let index = from; index <= loose.length - count && steps > 0; index++, steps--) {
      const sector = loose[index] as SectorRef;
      for (const rest of choices(count - 1, leaves - sector.leaves, index + 1)) yield [sector, ...rest];
    }
  }

  const starts = [...bases, []].flatMap((base) => [
    base,
    ...(base.length <= MOST_REMOVED_FROM ? base.map((_, index) => base.toSpliced(index, 1)) : []),
  ]);
  for (const start of starts)
    for (const added of choices(target.sectors - start.length, target.leaves - leavesIn(start)))
      for (const order of orders(added)) {
        if ((hashes -= target.sectors) < 0) return undefined;
        const found = [...start, ...order];
        if (dataSetOf(found).root === target.root) return found;
      }
  return undefined;
};
