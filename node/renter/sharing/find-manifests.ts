import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { shareTag, type LinkKeys } from '../../core/keys/share-keys.js';
import type { Deal, Revision } from '../../core/market/deal.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import { wei, type Address, type DealId } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { RenterContext } from '../context.js';
import { isNewer } from '../deals/reconcile.js';
import { createPurse } from '../download/purse.js';
import { readSpan } from '../download/read-sector.js';
import type { FailureList } from '../failure-list.js';
import { isBoard, MOST_BOARD_LEAVES, readBoard } from '../../core/data/board.js';
import { LOOKED_SECTORS } from './board-place.js';
import type { Manifest } from './manifest.js';
import { openManifest } from './seal-manifest.js';

/** A deal of the owner, with what its provider lists: both have signed that, and it is no older than what the chain holds. */
export interface LookedDeal {
  readonly deal: Deal;
  readonly sectors: readonly SectorRef[];
  /** The one that names these. */
  readonly revision: Revision;
  /** Number of the manifest that lies in it, if there is one. */
  readonly manifest: number | undefined;
}

/** The deals of an owner as far as a link's holder may look through them. */
export interface FoundManifests {
  readonly looked: readonly LookedDeal[];
  /** The manifest of the highest number: of the others no more is kept than theirs, however many deals there are. */
  readonly newest: Manifest | undefined;
  /** Deals that store something: of these some could not be looked through. */
  readonly deals: number;
  /** Deals in which reading has a price: nobody but whoever has them is served there. */
  readonly priced: readonly Deal[];
}

type Chain = Pick<SettlementReader, 'namedDealIdsOf' | 'agreed'>;

/** The deals that `owner` has opened and that store something. */
const storingDeals = async (settlement: Chain, owner: Address, signal?: AbortSignal): Promise<readonly Deal[]> => {
  const ids = await settlement.namedDealIdsOf('renter', owner, signal);
  const deals = await settlement.agreed.deals(ids, signal);
  return deals.filter((deal): deal is Deal => deal?.renter === owner && deal.status === 'active' && deal.defaulted === undefined);
};

/** Deals that are looked through at once. */
const AT_ONCE = 16;

/** A deal as it was looked through, with the manifest itself. */
interface LookedThrough {
  readonly deal: LookedDeal;
  readonly manifest: Manifest | undefined;
}

type Read = (sector: SectorRef, count: number) => Promise<Uint8Array>;

/** The manifest that a deal's board names; undefined where it has no board, or that names none. */
const manifestIn = async (sectors: readonly SectorRef[], keys: LinkKeys, read: Read): Promise<Manifest | undefined> => {
  const tag = shareTag(keys.verify);
  const named = new Set(sectors.map(({ root }) => root));
  for (const sector of sectors.slice(-LOOKED_SECTORS).reverse()) {
    if (sector.leaves > MOST_BOARD_LEAVES || !isBoard(await read(sector, 1))) continue;
    const entry = readBoard(await read(sector, sector.leaves)).find((one) => one.tag === tag);
    // The revision that names it is its signature: a board that names another sector says nothing.
    return entry && named.has(entry.sector.root) ? await openManifest(keys, await read(entry.sector, entry.sector.leaves)) : undefined;
  }
  return undefined;
};

/** Looks through one deal. LISTING_UNPROVEN for a list that the owner's signer and the provider did not sign, or an old one. */
const lookThrough = async (context: RenterContext, deal: Deal, keys: LinkKeys, signal: AbortSignal): Promise<LookedThrough> => {
  const { settlement, links, egress, limits } = context;
  const { id, provider } = deal;
  const [sheet, link, authorization] = await Promise.all([
    settlement.provider(provider, signal),
    links.to(provider, signal),
    links.authorize(id, signal),
  ]);
  const listing = await link.listSectors(authorization, signal);
  if (!sheet || !listing || listing.signed.revision.number < deal.number)
    throw new HoldfastError('LISTING_UNPROVEN', { deal: id, reason: 'it is older than what the chain holds' });
  if (!isNewer(listing, { id, provider }, sheet, deal, settlement.identity))
    throw new HoldfastError('LISTING_UNPROVEN', { deal: id, reason: 'not both have signed it' });
  const source = { link, authorization, egress, purse: createPurse(wei(0n)) };
  const read: Read = (sector, count) => readSpan(source, sector, { from: 0, count }, limits, signal);
  const manifest = await manifestIn(listing.sectors, keys, read);
  const looked = { deal, sectors: listing.sectors, revision: listing.signed.revision, manifest: manifest?.places.number };
  return { deal: looked, manifest };
};

/** As {@link lookThrough}, or PEER_SILENT after a time: each answer of a provider may come just before nobody waits any more. */
const lookWithin = async (context: RenterContext, deal: Deal, keys: LinkKeys, signal: AbortSignal): Promise<LookedThrough> => {
  const milliseconds = context.limits.lookMilliseconds;
  const late = AbortSignal.timeout(milliseconds);
  try {
    return await lookThrough(context, deal, keys, AbortSignal.any([signal, late]));
  } catch (error) {
    if (!late.aborted) throw error;
    throw new HoldfastError('PEER_SILENT', { peer: deal.provider, waitedFor: 'all that a link needs of a deal', milliseconds });
  }
};

/** Looks through all deals of `owner` that let it. Whose provider fails, lies or takes too long is added to `failures`. */
export const findManifests = async (
  context: RenterContext,
  owner: Address,
  keys: LinkKeys,
  failures: FailureList,
  signal?: AbortSignal,
): Promise<FoundManifests> => {
  const deals = await storingDeals(context.settlement, owner, signal);
  const looked: LookedDeal[] = [];
  let newest: Manifest | undefined;
  const free = deals.filter(({ egressPrice }) => egressPrice === 0n);
  await inFlight(free, AT_ONCE, signal, async (deal, either) => {
    try {
      const { deal: one, manifest } = await lookWithin(context, deal, keys, either);
      looked.push(one);
      if (manifest && manifest.places.number > (newest?.places.number ?? -1)) newest = manifest;
    } catch (error) {
      either.throwIfAborted();
      context.links.drop(deal.provider);
      failures.add(deal.provider, error);
    }
  });
  return { looked, newest, deals: deals.length, priced: deals.filter(({ egressPrice }) => egressPrice > 0n) };
};

/** The deals by id. */
export const byId = <Found extends { readonly deal: Deal }>(found: readonly Found[]): ReadonlyMap<DealId, Found> =>
  new Map(found.map((one) => [one.deal.id, one]));
