import type { DealId } from '../../core/units.js';
import type { Catalogue, ObjectRecord } from '../../ports/catalogue.js';

/** Ids of the objects that a place is of: one, or all that lie in that slab of a crate. */
async function* ownersAt(catalogue: Pick<Catalogue, 'parts' | 'crate'>, owner: string, slab: number): AsyncGenerator<string> {
  if ((await catalogue.crate(owner)) === undefined) yield owner;
  else for await (const { object } of catalogue.parts(owner, slab)) yield object;
}

/** The objects that any shard in the deal is of, each once, in no order. Takes no longer the more lie elsewhere. */
export async function* objectsInDeal(
  catalogue: Pick<Catalogue, 'placesIn' | 'parts' | 'crate' | 'object'>,
  deal: DealId,
): AsyncGenerator<ObjectRecord> {
  const seen = new Set<string>();
  for await (const { owner, slab } of catalogue.placesIn(deal)) {
    if (seen.has(owner)) continue;
    for await (const id of ownersAt(catalogue, owner, slab)) {
      if (seen.has(id)) continue;
      seen.add(id);
      const object = await catalogue.object(id);
      // What was deleted is still a part of its crate; and an id may be another one's name.
      if (object?.id === id) yield object;
    }
  }
}
