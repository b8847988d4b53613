import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { DealId } from '../core/units.js';
import { listingOf, type DealListing } from '../renter/deals/listing.js';
import { openCatalogueFiles } from '../storage/catalogue.js';
import { Closing } from './closing.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';
import { openReader } from './wallet-session.js';

/** What this home's catalogue knows of a deal, held against the chain; needs no key. DEAL_OF_ANOTHER, DEAL_UNKNOWN, and as {@link listingOf}. */
export const readDealListing = async (settings: Settings, deal: DealId, signal: AbortSignal): Promise<DealListing> => {
  await using opened = new Closing();
  const { reader } = opened.use(await openReader(settings, signal));
  const catalogue = await openCatalogueFiles(foldersOf(settings).catalogue, reader.identity);
  opened.defer(() => catalogue.close());
  const [record, chain] = await Promise.all([catalogue.deal(deal), reader.deal(deal, signal)]);
  if (!record) throw new HoldfastError('DEAL_OF_ANOTHER', { deal });
  if (!chain) throw new HoldfastError('DEAL_UNKNOWN', { deal });
  return await listingOf(catalogue, record, chain);
};
