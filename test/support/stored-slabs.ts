import type { Catalogue, ObjectRecord, ShardPlacement, SlabRecord } from '../../node/ports/catalogue.js';
import { collect } from './collect.js';

/** The slabs of an object, in order. */
export const slabsOf = async (catalogue: Pick<Catalogue, 'slabs'>, { id }: Pick<ObjectRecord, 'id'>): Promise<SlabRecord[]> =>
  (await collect(catalogue.slabs(id))).map(([, slab]) => slab);

/** Where all shards of an object lie, slab by slab; none for undefined. */
export const shardsOf = async (
  catalogue: Pick<Catalogue, 'slabs'>,
  object: Pick<ObjectRecord, 'id'> | undefined,
): Promise<ShardPlacement[]> => (object === undefined ? [] : (await slabsOf(catalogue, object)).flatMap(({ shards }) => shards));

/** Puts every object of a catalogue, with its slabs, into another. */
export const copyObjects = async (from: Catalogue, to: Catalogue): Promise<void> => {
  for (const object of await collect(from.objects())) await to.putObject(object, new Map((await slabsOf(from, object)).entries()));
};
