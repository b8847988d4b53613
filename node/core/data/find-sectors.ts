import { unpackSectors } from './packed-sectors.js';
import { FAN_OUT, heightOf, unpackLinks, type NodeName, type ReadNode, type SectorTree } from './sector-tree.js';
import type { SectorRef } from './data-set.js';
import type { Hash } from '../units.js';

interface Page {
  /** Index of its first sector. */
  readonly from: number;
  readonly sectors: readonly SectorRef[];
}

/** Pages from the last to the first. */
async function* pagesBack(read: ReadNode, tree: SectorTree): AsyncGenerator<Page> {
  async function* below(name: NodeName): AsyncGenerator<Page> {
    const bytes = await read(name);
    if (name.level === 0) {
      yield { from: name.index * FAN_OUT, sectors: unpackSectors(bytes) };
      return;
    }
    for (const [slot, { version }] of [...unpackLinks(bytes).entries()].reverse())
      yield* below({ level: name.level - 1, index: name.index * FAN_OUT + slot, version });
  }
  if (tree.sectors > 0) yield* below({ level: heightOf(tree.sectors), index: 0, version: tree.version });
}

/**
 * Indices at which a set names one of the roots, ascending; `times` says of each root how often it is named. Looks from the end, and no further
 * than the first that is found: no more pages than are made anew where these sectors are taken out.
 */
export const indicesOf = async (read: ReadNode, tree: SectorTree, times: ReadonlyMap<Hash, number>): Promise<readonly number[]> => {
  const found: number[] = [];
  let left = [...times.values()].reduce((sum, count) => sum + count, 0);
  if (left === 0) return found;
  for await (const { from, sectors } of pagesBack(read, tree)) {
    for (const [slot, { root }] of [...sectors.entries()].reverse()) {
      if (!times.has(root)) continue;
      found.push(from + slot);
      left -= 1;
    }
    if (left <= 0) break;
  }
  return found.reverse();
};
