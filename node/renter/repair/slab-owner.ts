import type { Catalogue, SlabOwner } from '../../ports/catalogue.js';

/** The object or crate of an id. */
export const ownerOf = async (catalogue: Pick<Catalogue, 'crate' | 'object'>, id: string): Promise<SlabOwner | undefined> =>
  (await catalogue.crate(id)) ?? (await catalogue.object(id));
