import { beforeBoard } from '../../core/data/board.js';
import { MOST_EARLIER, type PageHead, type PlacedPageShard } from '../../core/data/page-head.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { LEAF_BYTES, type Hash } from '../../core/units.js';
import type { ListedDeal, Opened, SectorReader } from './sector-reader.js';

/** Leaves of a sector that are read of it first where it may be a page: the whole of most pages' shards, in one range. */
const FIRST_LEAVES = 4_096;
/** Sectors that are looked at, from the end, where the last one is no page. */
const MOST_SCANNED = 16;
/** Leaves of each of these. */
const SCANNED_LEAVES = 256;
/** Heads that lead from one catalogue's pages to another's, in one deal. */
const MOST_HOPS = 256;

/** What a deal says of pages. */
export interface DealPages {
  readonly deal: ListedDeal;
  /** Shards of pages that lie in it, by root. */
  readonly shards: ReadonlyMap<Hash, PlacedPageShard>;
  /** Whole shards that were read on the way, with the heads before them, by root. */
  readonly read: ReadonlyMap<Hash, Uint8Array>;
  /** Versions of pages that this program does not know. */
  readonly newer: ReadonlySet<number>;
}

const headOf = ({ opened }: Opened): PageHead | undefined => (opened.kind === 'page' ? opened.head : undefined);

/**
 * Looks for pages in a deal from the end of its list, where the newest is: its head names those before it, and the one that another catalogue put there
 * meanwhile. Where the end is no page, some sectors before it are looked at.
 */
export const readHeads = async (
  reader: SectorReader,
  deal: ListedDeal,
  sectors: readonly SectorRef[],
  signal?: AbortSignal,
): Promise<DealPages> => {
  const places = new Map(sectors.map(({ root }, index) => [root, index]));
  const shards = new Map<Hash, PlacedPageShard>();
  const read = new Map<Hash, Uint8Array>();
  const newer = new Set<number>();
  const opened = new Set<Hash>();

  const open = async (sector: SectorRef, leaves: number): Promise<Opened> => {
    opened.add(sector.root);
    const one = await reader.open(deal, sector, leaves, signal);
    if (one.opened.kind === 'newer') newer.add(one.opened.version);
    if (one.bytes.length === sector.leaves * LEAF_BYTES) read.set(sector.root, one.bytes);
    return one;
  };
  /** The last page at or before `index` that can be read. Rejects where nothing there can. */
  const lastPage = async (index: number): Promise<Opened | undefined> => {
    const last = sectors[index];
    if (last === undefined) return undefined;
    const [first] = await Promise.allSettled([open(last, FIRST_LEAVES)]);
    if (first.status === 'fulfilled' && headOf(first.value)) return first.value;
    signal?.throwIfAborted();
    const before = sectors.slice(Math.max(0, index - MOST_SCANNED), index).reverse();
    const scanned = await Promise.allSettled(before.map((sector) => open(sector, SCANNED_LEAVES)));
    const read = scanned.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (first.status === 'rejected' && read.length === 0) throw first.reason;
    const found = read.find((one) => headOf(one) !== undefined);
    if (found) return found;
    // What links need was written behind the pages, perhaps more than once.
    const board = [...(first.status === 'fulfilled' ? [first.value] : []), ...read]
      .map(({ bytes }) => beforeBoard(bytes))
      .find((root) => root);
    const place = board && places.get(board);
    return place !== undefined && place < index ? lastPage(place) : undefined;
  };

  const next = [sectors.length - 1];
  for (let hops = 0; next.length > 0 && hops < MOST_HOPS; hops++) {
    const found = await lastPage(next.pop() as number);
    const head = found && headOf(found);
    if (!found || !head) continue;
    const { previous, earlier, length: _, sha256: __, ...own } = head;
    shards.set(found.sector.root, { ...own, sector: found.sector });
    // What the list does not name was never posted, or is taken out.
    const named = earlier.filter(({ sector }) => places.has(sector.root));
    for (const one of named) shards.set(one.sector.root, one);
    const further = [earlier.length === MOST_EARLIER ? named[0]?.sector : undefined, previous];
    for (const sector of further) {
      if (!sector || opened.has(sector.root) || (sector === previous && shards.has(sector.root))) continue;
      const place = places.get(sector.root);
      if (place !== undefined) next.push(place);
    }
  }
  return { deal, shards, read, newer };
};
