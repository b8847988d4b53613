import type { Catalogue, SlabOwner, SlabRecord } from '../../ports/catalogue.js';

/** The object or crate of an id. */
export const ownerOf = async (catalogue: Pick<Catalogue, 'crate' | 'object'>, id: string): Promise<SlabOwner | undefined> =>
  (await catalogue.crate(id)) ?? (await catalogue.object(id));

/** Puts slabs of an object or a crate in the place of what was there. */
export const putSlabs = (
  catalogue: Pick<Catalogue, 'putCrate' | 'putObject'>,
  owner: SlabOwner,
  slabs: ReadonlyMap<number, SlabRecord>,
): Promise<void> => (owner.state === 'crate' ? catalogue.putCrate(owner, slabs) : catalogue.putObject(owner, slabs));
