import type { SectorRef } from '../../core/data/data-set.js';
import type { Deal, SignedRevision } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { signature } from '../../core/units.js';
import type { Catalogue, RenterDeal } from '../../ports/catalogue.js';

/** Stands for a signature that never came: the chain has it. */
const UNKNOWN = signature(`0x${'00'.repeat(65)}`);

/**
 * The revision whose sectors a provider needs that lost its own list; CATALOGUE_BEHIND if the chain is ahead of the renter, LISTING_EMPTY if
 * nothing was ever signed.
 */
export const revisionToList = (record: RenterDeal, deal: Pick<Deal, 'id' | 'number' | 'root'>): SignedRevision => {
  const { current, proposed } = record;
  if (proposed && proposed.revision.number === deal.number && proposed.revision.root === deal.root)
    return { revision: proposed.revision, renterSignature: proposed.renterSignature, providerSignature: UNKNOWN };
  const known = current?.revision.number ?? 0n;
  if (deal.number > known) throw new HoldfastError('CATALOGUE_BEHIND', { deal: deal.id, known, chain: deal.number });
  if (!current) throw new HoldfastError('LISTING_EMPTY', { deal: deal.id });
  return current;
};

/** What a renter knows of a deal: a revision that counts, and its sectors in order. */
export interface DealListing {
  readonly signed: SignedRevision;
  readonly sectors: readonly SectorRef[];
}

/** The listing of a deal, as {@link revisionToList}. */
export const listingOf = async (
  catalogue: Pick<Catalogue, 'sectors'>,
  record: RenterDeal,
  deal: Pick<Deal, 'id' | 'number' | 'root'>,
): Promise<DealListing> => {
  const signed = revisionToList(record, deal);
  const sectors: SectorRef[] = [];
  for await (const sector of catalogue.sectors(deal.id, signed.revision.number)) sectors.push(sector);
  return { signed, sectors };
};
