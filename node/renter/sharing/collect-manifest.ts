import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { DealId } from '../../core/units.js';
import type { ShardPlacement, StoredObject } from '../../ports/catalogue.js';
import type { Share } from '../../ports/catalogue-shares.js';
import type { RenterContext } from '../context.js';
import { newestInFolder } from '../objects/newest-in-folder.js';
import { MOST_MANIFEST_BYTES, type SharedContents, type SharedObject, type SharedPart, type SharedSlab } from './manifest.js';

/** What a share has now, and where that lies. */
export interface CollectedShare {
  readonly slabs: readonly SharedSlab[];
  readonly contents: SharedContents;
  /** The deals that any shard of it lies in, each once. */
  readonly deals: readonly DealId[];
}

type Told = Pick<RenterContext, 'catalogue' | 'objectKey'>;

/** Bytes of a shard's place in a manifest, about; so that what is too large is not put together first. */
const SHARD_BYTES = 42;

/**
 * Names as they are told: from the object's or folder's own on. An object is told under the name it was shared by, whatever it is called now: a link goes on
 * leading to it, and says nothing of where it was moved.
 */
const createNaming = ({ name, object }: Share) => {
  const from = name.lastIndexOf('/') + 1;
  const own = name.slice(from);
  return { own, of: (stored: string): string => (object === undefined ? stored.slice(from) : own) };
};

/** Of a folder each name's newest object that is stored; of an object that one. Reads nothing else of the catalogue. */
const sharedObjects = async ({ catalogue }: Told, { name, object }: Share): Promise<readonly StoredObject[]> => {
  if (object !== undefined) {
    const found = await catalogue.object(object);
    return found?.state === 'stored' ? [found] : [];
  }
  return (await newestInFolder(catalogue, name)).toSorted((one, other) => (one.id < other.id ? -1 : 1));
};

/** Slabs as they are met, each once: many small files have one in common. */
const createPlaces = (share: Share) => {
  const slabs: SharedSlab[] = [];
  const known = new Map<string, number>();
  const deals = new Set<DealId>();
  let bytes = 0;
  return {
    slabs,
    deals,
    /** Index of the slab that `key` names. */
    place: (key: string, shape: { readonly k: number; readonly n: number }, shards: readonly ShardPlacement[]): number => {
      const found = known.get(key);
      if (found !== undefined) return found;
      bytes += shards.length * SHARD_BYTES;
      if (bytes > MOST_MANIFEST_BYTES) throw new HoldfastError('SHARE_TOO_LARGE', { name: share.name, bytes, most: MOST_MANIFEST_BYTES });
      for (const { deal } of shards) deals.add(deal);
      known.set(key, slabs.length);
      slabs.push({ k: shape.k, n: shape.n, shards });
      return slabs.length - 1;
    },
  };
};

/**
 * What a share has, by the catalogue alone: reads the objects that are shared and no others. Undefined where nothing of it is stored any more.
 * SHARE_TOO_LARGE.
 */
export const collectShare = async (context: Told, share: Share): Promise<CollectedShare | undefined> => {
  const { catalogue, objectKey } = context;
  const places = createPlaces(share);
  const naming = createNaming(share);
  const objects: SharedObject[] = [];
  for (const object of await sharedObjects(context, share)) {
    const parts: SharedPart[] = [];
    for await (const [index, { length, sha256, shards, within }] of catalogue.slabs(object.id)) {
      const place = places.place(within ? `${within.crate} ${within.slab}` : `${object.id} ${index}`, object, shards);
      parts.push({ place, length, sha256, ...(within && { from: within.from }) });
    }
    const { origin: _, ...told } = object;
    objects.push({ object: { ...told, name: naming.of(object.name) }, key: objectKey(object.id), parts });
  }
  if (objects.length === 0) return undefined;
  const contents: SharedContents = { name: naming.own, isFolder: share.object === undefined, objects };
  return { slabs: places.slabs, contents, deals: [...places.deals] };
};
