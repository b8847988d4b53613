import { dataSetOf, type SectorRef } from '../../core/data/data-set.js';
import { recoverAddress } from '../../core/keys/signing.js';
import type { Deal, Revision } from '../../core/market/deal.js';
import { revisionDigest } from '../../core/market/revision.js';
import { signature, type Address, type Hash } from '../../core/units.js';
import type { ProviderRevision } from '../../ports/journal.js';
import type { CheckReport, CheckSources, DealFinding } from './check-deals.js';
import { findSectors } from './find-sectors.js';

/** Where a lost revision was found again. */
export type RecoveredFrom = 'sector files' | 'listing';

const collect = async (sectors: AsyncIterable<SectorRef>): Promise<SectorRef[]> => {
  const all: SectorRef[] = [];
  for await (const sector of sectors) all.push(sector);
  return all;
};

/** What stands for a signature that is not known: the chain has it already, and nobody is shown it as one. */
const UNKNOWN = signature(`0x${'00'.repeat(65)}`);

/** The revision that the chain holds, over `sectors`. How long it could be posted the chain does not say: for long, so that nobody forgets it. */
const postedRevision = (
  { id, number, root, leaves, sectors: count, end, price }: Deal,
  sectors: readonly SectorRef[],
): ProviderRevision => {
  const revision: Revision = { deal: id, number, root, leaves, sectors: count, end, price, validUntil: end };
  return { revision, renterSignature: UNKNOWN, providerSignature: UNKNOWN, sectors };
};

const signerOf = (digest: Hash, signed: ProviderRevision): Address | undefined => {
  try {
    return recoverAddress(digest, signed.providerSignature);
  } catch {
    return undefined;
  }
};

/** Whether a listing is of a revision that this provider's `operator` signed, or that the chain holds, and names just its sectors. */
export const isOwnListing = (
  listing: ProviderRevision,
  chain: Deal | undefined,
  operator: Address,
  identity: Parameters<typeof revisionDigest>[0],
): boolean => {
  const { revision, sectors } = listing;
  const set = dataSetOf(sectors);
  if (set.root !== revision.root || set.leaves !== revision.leaves || set.sectors !== revision.sectors) return false;
  const posted = chain?.id === revision.deal && chain.number === revision.number && chain.root === revision.root;
  return posted || signerOf(revisionDigest(identity, revision), listing) === operator;
};

/**
 * Puts back what a deal lost, as far as it can be found: from a renter's listing, which has been checked, or from the sectors on disk by the
 * root that the chain names. Undefined if it cannot.
 */
export const recoverRevision = async (
  { journal, store }: Pick<CheckSources, 'journal' | 'store'>,
  { deal, chain, problems }: DealFinding,
  { loose }: Pick<CheckReport, 'loose'>,
  listing?: ProviderRevision,
): Promise<RecoveredFrom | undefined> => {
  if (listing !== undefined) {
    await journal.restore(listing);
    return 'listing';
  }
  if (chain === undefined || !problems.includes('revision-lost')) return undefined;
  const bases: SectorRef[][] = [];
  for (const { revision } of (await journal.deal(deal))?.revisions ?? [])
    bases.unshift(await collect(journal.sectors(deal, revision.number)).catch(() => []));
  const free = new Set(loose.map(({ root }) => root));
  for await (const waiting of journal.pending()) if (waiting.deal === deal) free.add(waiting.root);
  const stored: SectorRef[] = [];
  for await (const sector of store.list()) if (free.has(sector.root)) stored.push(sector);
  const sectors = findSectors(chain, { bases, loose: stored });
  if (sectors === undefined) return undefined;
  await journal.restore(postedRevision(chain, sectors));
  return 'sector files';
};
