import type { Deal, ProviderSheet, SignedRevision } from '../../core/market/deal.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { revisionDigest } from '../../core/market/revision.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import { signerOf } from '../../core/keys/signing.js';
import type { DealId, Period } from '../../core/units.js';
import type { RenterDeal } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import { fallBackOf, highestNumber, isPosted, namesSectors } from './decide-revision.js';

/** Whether the chain or the provider may know more than the catalogue: only then is the provider asked. */
export const needsReconciling = (record: RenterDeal, deal: Pick<Deal, 'number'>): boolean =>
  record.proposed !== undefined || deal.number > (record.current?.revision.number ?? 0n);

type Listing = { readonly signed: SignedRevision; readonly sectors: readonly SectorRef[] };

/**
 * Whether a listing is what this renter and the provider signed, and newer than what the catalogue has. Of what the chain holds the contract has
 * checked the signatures: the provider's key of then may not be that of now.
 */
export const isNewer = (
  { signed, sectors }: Listing,
  record: RenterDeal,
  sheet: Pick<ProviderSheet, 'operator'>,
  deal: Deal,
  identity: Parameters<typeof revisionDigest>[0],
): boolean => {
  const { revision, renterSignature, providerSignature } = signed;
  if (revision.deal !== record.id || revision.number <= (record.current?.revision.number ?? 0n)) return false;
  if (!namesSectors(signed, sectors)) return false;
  if (isPosted(revision, deal)) return true;
  const digest = revisionDigest(identity, revision);
  return signerOf(digest, renterSignature) === deal.signer && signerOf(digest, providerSignature) === sheet.operator;
};

const askProvider = async (context: RenterContext, record: RenterDeal, signal?: AbortSignal) => {
  const [sheet, link, authorization] = await Promise.all([
    context.settlement.provider(record.provider, signal),
    context.links.to(record.provider, signal),
    context.links.authorize(record.id, signal),
  ]);
  return { sheet, listing: await link.listSectors(authorization, signal) };
};

/** Puts a listing that was checked in the place of what the catalogue has. */
const adopt = ({ catalogue }: RenterContext, record: RenterDeal, { signed, sectors }: Listing): Promise<void> =>
  catalogue.putDeal({ ...record, current: signed }, { number: signed.revision.number, sectors });

/** Takes over what the provider lists, if it is newer than what the catalogue has. */
const takeNewer = async (
  context: RenterContext,
  record: RenterDeal,
  deal: Deal,
  { sheet, listing }: Awaited<ReturnType<typeof askProvider>>,
): Promise<boolean> => {
  if (!sheet || !listing || !isNewer(listing, record, sheet, deal, context.settlement.identity)) return false;
  const { id, provider, proposed, spent } = record;
  const open = proposed && proposed.revision.number > listing.signed.revision.number;
  await adopt(context, { id, provider, ...(open && { proposed }), ...(spent !== undefined && { spent }) }, listing);
  return true;
};

/**
 * The provider does not know the base of a proposal: takes over what it lists, if that is newer, or else what the chain holds, once nobody
 * can post what the catalogue has beyond that. Whether it did.
 */
export const takeOver = async (
  context: RenterContext,
  record: RenterDeal,
  deal: Deal,
  now: Period,
  signal?: AbortSignal,
): Promise<boolean> => {
  const answer = await askProvider(context, record, signal);
  const { listing } = answer;
  const { proposed: _, ...settled } = { ...record, spent: highestNumber(record, deal) };
  if (await takeNewer(context, settled, deal, answer)) return true;
  const fallBack = fallBackOf(record, deal, listing?.signed.revision, now);
  if (fallBack === undefined) return false;
  if (listing === undefined) await context.catalogue.putDeal(fallBack);
  else if (namesSectors(listing.signed, listing.sectors)) await adopt(context, fallBack, listing);
  else return false;
  return true;
};

/**
 * Brings the catalogue's deals up to what chain and providers hold: a signature that got lost on its way is fetched, a revision
 * that an older copy of the catalogue does not know is taken over once both signatures are checked. A provider that cannot
 * be asked is added to `failures`.
 */
export const reconcileDeals = async (
  context: RenterContext,
  deals: ReadonlyMap<DealId, Deal>,
  failures: FailureList,
  signal?: AbortSignal,
): Promise<void> => {
  const reconcile = async (deal: Deal, either: AbortSignal): Promise<void> => {
    const record = await context.catalogue.deal(deal.id);
    if (!record || deal.status === 'closed' || deal.defaulted || !needsReconciling(record, deal)) return;
    try {
      await takeNewer(context, record, deal, await askProvider(context, record, either));
    } catch (error) {
      either.throwIfAborted();
      context.links.drop(record.provider);
      failures.add(record.provider, error);
    }
  };
  await inFlight(deals.values(), context.limits.dealsAtOnce, signal, (deal, either) =>
    context.serial(deal.id, () => reconcile(deal, either), either),
  );
};
