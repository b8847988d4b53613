import type { SectorRef } from '../../core/data/data-set.js';
import { pagesFrom } from '../../core/data/sector-tree.js';
import type { DealId } from '../../core/units.js';
import type { Catalogue } from '../../ports/catalogue.js';

/** The last `count` sectors that the newest revision signed by both names, in order. Takes no longer the more there are. */
export const lastSectors = async (
  catalogue: Pick<Catalogue, 'deal' | 'tree' | 'node'>,
  deal: DealId,
  count: number,
): Promise<readonly SectorRef[]> => {
  const number = (await catalogue.deal(deal))?.current?.revision.number;
  const tree = number === undefined ? undefined : await catalogue.tree(deal, number);
  if (tree === undefined) return [];
  const last: SectorRef[] = [];
  const from = Math.max(0, tree.sectors - count);
  for await (const sectors of pagesFrom((name) => catalogue.node(deal, name), tree, from)) last.push(...sectors);
  return last.slice(-count);
};
