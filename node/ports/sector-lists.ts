import type { SectorRef } from '../core/data/data-set.js';
import type { SectorChange, TreeEdit } from '../core/data/edit-tree.js';
import type { NodeName, SectorTree } from '../core/data/sector-tree.js';
import type { DealId, Hash } from '../core/units.js';

/** How the sectors of a revision come of those of another one that is kept, or with number zero of none. */
export interface SectorGrowth {
  /** Number of that one. */
  readonly base: bigint;
  readonly change: SectorChange;
  /** What the change makes of its tree, the new nodes with the number of the revision for their version. */
  readonly edit: TreeEdit;
}

/** The sectors of kept revisions, as trees in nodes that revisions share. STORE_CORRUPT where a row is missing. */
export interface SectorLists {
  /** The set that revision `number` of `deal` names; undefined if it is not kept. */
  tree(deal: DealId, number: bigint): Promise<SectorTree | undefined>;
  /** A node of one of the deal's sets. */
  node(deal: DealId, name: NodeName): Promise<Uint8Array>;
  /** The sectors of a revision, in order; none if it is not kept. */
  sectors(deal: DealId, number: bigint): AsyncIterable<SectorRef>;
  /** How often revision `number` names `root`. Takes no longer the more sectors there are. */
  timesNamed(deal: DealId, number: bigint, root: Hash): Promise<number>;
}
