import { leaves, LEAF_BYTES, type DealId, type Hash } from '../../core/units.js';
import type { Deal } from '../../core/market/deal.js';
import type { Catalogue, Crate, CratedObject, SlabRecord } from '../../ports/catalogue.js';
import type { SharedContents, SharedObject, SharedPart, SharedSlab } from './manifest.js';

/** What stands where a crate's own content would be told: nobody reads it as a whole. */
const UNTOLD = `0x${'00'.repeat(32)}` as Hash;

/** A slab with the shards that may be read. */
const slabOf = (
  { shards }: SharedSlab,
  { length, sha256 }: Pick<SharedPart, 'length' | 'sha256'>,
  readable: (deal: DealId) => boolean,
): SlabRecord => ({
  length,
  sha256,
  shards: shards.filter(({ deal }) => readable(deal)),
});

const isSmall = ({ parts }: SharedObject): boolean => parts[0]?.from !== undefined;

/** Small files by the slab that they share. */
const crated = (objects: readonly SharedObject[]): ReadonlyMap<number, readonly CratedObject[]> => {
  const inPlace = new Map<number, CratedObject[]>();
  for (const { object, parts } of objects)
    for (const { place, length, sha256, from } of parts) {
      if (from === undefined) continue;
      const there = inPlace.get(place) ?? [];
      there.push({ object, length, sha256, from });
      inPlace.set(place, there);
    }
  return inPlace;
};

/** Writes what is shared into an empty catalogue, as if it were one's own, with the deals that it may be read from. */
export const fillGuest = async (
  catalogue: Catalogue,
  { slabs, contents }: { readonly slabs: readonly SharedSlab[]; readonly contents: SharedContents },
  deals: readonly Deal[],
): Promise<void> => {
  const readable = new Set(deals.map(({ id }) => id));
  const mayRead = (deal: DealId): boolean => readable.has(deal);
  for (const { id, provider } of deals) await catalogue.putDeal({ id, provider });
  for (const one of contents.objects) {
    if (isSmall(one)) continue;
    const own = one.parts.flatMap((part, index) => {
      const slab = slabs[part.place];
      return slab ? [[index, slabOf(slab, part, mayRead)] as const] : [];
    });
    await catalogue.putObject(one.object, new Map(own));
  }
  for (const [place, objects] of crated(contents.objects)) {
    const slab = slabs[place];
    if (!slab) continue;
    const { k, n, shards } = slab;
    const id = place.toString(16).padStart(32, '0');
    const crate: Crate = { state: 'crate', id, name: '', storedAt: 0, k, n, slabs: 1 };
    const length = k * LEAF_BYTES * Math.min(...shards.map(({ sector }) => sector.leaves), leaves(1 << 17));
    const whole = slabOf(slab, { length, sha256: UNTOLD }, mayRead);
    await catalogue.putCrate(crate, new Map([[0, whole]]), new Map([[0, objects]]));
  }
};
