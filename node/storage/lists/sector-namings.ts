import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { dealId, hash, type DealId, type Hash } from '../../core/units.js';
import type { Draft } from '../rows/draft.js';
import { listSpaces } from '../layout.js';
import type { Rows } from '../rows/rows.js';

const { naming } = listSpaces;

/** Throws SECTOR_CONFLICT if a root is known with another count of leaves. */
export const requireSameCounts = async (rows: Rows, sectors: readonly SectorRef[]): Promise<void> => {
  for (const { root, leaves: offered } of sectors)
    for await (const [, { leaves: kept }] of naming.under(rows, root))
      if (kept !== offered) throw new HoldfastError('SECTOR_CONFLICT', { root, kept, offered });
};

/** Whether any deal, `except` one, names the root. */
export const isNamed = async (rows: Rows, root: Hash, except?: DealId): Promise<boolean> => {
  for await (const [key] of rows.under(`${naming.prefix}${root}/`)) if (except === undefined || !key.endsWith(except)) return true;
  return false;
};

/** Namings of `root`, or of all roots in their order. */
export async function* namingsOf(rows: Rows, root?: Hash): AsyncGenerator<SectorRef & { readonly deal: DealId }> {
  for await (const [key, { leaves }] of root === undefined ? naming.under(rows) : naming.under(rows, root)) {
    const [, named, deal] = key.split('/');
    yield { root: hash(named as string), leaves, deal: dealId(deal as string) };
  }
}

/** Counts what a batch does to the namings of one deal. */
export interface NamingTally {
  add(sectors: readonly SectorRef[], by: 1 | -1): void;
  /** Puts the counts; returns the roots that nothing names any more. */
  settle(): Promise<readonly Hash[]>;
}

export const createTally = (rows: Rows, draft: Draft, deal: DealId): NamingTally => {
  const changed = new Map<Hash, { readonly sector: SectorRef; readonly by: number }>();
  return {
    add: (sectors, by) => {
      for (const sector of sectors) changed.set(sector.root, { sector, by: (changed.get(sector.root)?.by ?? 0) + by });
    },
    settle: async () => {
      const freed: Hash[] = [];
      for (const [root, { sector, by }] of changed) {
        if (by === 0) continue;
        const place = naming.at(root, deal);
        const before = await place.read(draft);
        const count = (before?.count ?? 0) + by;
        draft.put(count > 0 ? place.put({ leaves: before?.leaves ?? sector.leaves, count }) : place.drop);
        if (count <= 0 && !(await isNamed(rows, root, deal))) freed.push(root);
      }
      return freed;
    },
  };
};
