import type { Deal, SignedRevision } from '../../core/market/deal.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { signature } from '../../core/units.js';
import type { RenterDeal } from '../../ports/store.js';

/** What a renter knows of a deal: the newest revision that both have signed, and its sectors in order. */
export interface DealListing {
  readonly signed: SignedRevision;
  readonly sectors: readonly SectorRef[];
}

/** Stands for a signature that never came: the chain has it. */
const UNKNOWN = signature(`0x${'00'.repeat(65)}`);

/** The listing of a deal, for a provider that lost its own; CATALOGUE_BEHIND if the chain is ahead of it, LISTING_EMPTY if nothing was ever signed. */
export const listingOf = (record: RenterDeal, deal: Pick<Deal, 'id' | 'number' | 'root'>): DealListing => {
  const { current, proposed, sectors } = record;
  if (proposed && proposed.revision.number === deal.number && proposed.revision.root === deal.root) {
    const { revision, renterSignature } = proposed;
    return { signed: { revision, renterSignature, providerSignature: UNKNOWN }, sectors: proposed.sectors };
  }
  const known = current?.revision.number ?? 0n;
  if (deal.number > known) throw new HoldfastError('CATALOGUE_BEHIND', { deal: deal.id, known, chain: deal.number });
  if (!current) throw new HoldfastError('LISTING_EMPTY', { deal: deal.id });
  return { signed: current, sectors };
};
