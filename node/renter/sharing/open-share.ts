import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { ShareLink } from '../../core/keys/share-link.js';
import type { Deal } from '../../core/market/deal.js';
import { wei } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import type { ProviderFailure } from '../events.js';
import { createFailureList } from '../failure-list.js';
import { fillGuest } from './fill-guest.js';
import { findManifests, type FoundManifests, type LookedDeal } from './find-manifests.js';
import type { Manifest, SharedContents, SharedPlaces } from './manifest.js';

/** What a link leads to. */
export interface OpenedShare extends Manifest {
  /** The deals that were looked through. */
  readonly looked: readonly LookedDeal[];
  /** Deals of the owner that store something. */
  readonly deals: number;
  /** Deals that have a manifest of a lower number: it is old, and not what was opened. */
  readonly older: number;
  readonly failures: readonly ProviderFailure[];
}

/** The contents of a share that may be read. */
export interface ReadableShare extends OpenedShare {
  readonly contents: SharedContents;
}

const notFound = (owner: string, { looked, deals, priced }: FoundManifests): HoldfastError => {
  const [first, ...more] = priced.map(({ egressPrice }) => egressPrice);
  if (first !== undefined && looked.length === 0)
    return new HoldfastError('SHARE_READ_PRICED', {
      price: more.reduce((least, price) => (price < least ? price : least), first),
      deals: priced.length,
    });
  return new HoldfastError('SHARE_NOT_FOUND', { owner, asked: looked.length, silent: deals - looked.length });
};

/** LINK_FOREIGN for a link of another market, SHARE_ENDED for one that counts no more. */
const requireUsable = async ({ settlement }: RenterContext, { chainId, market, grant }: ShareLink, signal?: AbortSignal): Promise<void> => {
  const { identity } = settlement;
  if (chainId !== identity.chainId)
    throw new HoldfastError('LINK_FOREIGN', { field: 'chain', expected: String(identity.chainId), found: String(chainId) });
  if (market !== identity.market) throw new HoldfastError('LINK_FOREIGN', { field: 'market', expected: identity.market, found: market });
  const now = await currentPeriod(settlement, signal);
  if (grant.until < now) throw new HoldfastError('SHARE_ENDED', { until: grant.until, now });
};

/**
 * Finds what a link leads to: looks through the deals of its owner, and takes the manifest of the highest number that any of their providers has. LINK_FOREIGN,
 * SHARE_ENDED, SHARE_NOT_FOUND, SHARE_READ_PRICED.
 */
export const openShare = async (context: RenterContext, link: ShareLink, { signal, report }: TaskOptions = {}): Promise<OpenedShare> => {
  await requireUsable(context, link, signal);
  const failures = createFailureList(context, report);
  const found = await findManifests(context, link.owner, link, failures, signal);
  const { looked, deals, newest } = found;
  if (newest === undefined) throw notFound(link.owner, found);
  const { number } = newest.places;
  const older = looked.filter(({ manifest }) => manifest !== undefined && manifest < number).length;
  return { ...newest, looked, deals, older, failures: failures.all };
};

/** The deals that shards lie in, of those that the chain has. */
const dealsOf = async ({ settlement }: RenterContext, { slabs }: SharedPlaces, signal?: AbortSignal): Promise<readonly Deal[]> => {
  const ids = new Set(slabs.flatMap(({ shards }) => shards.map(({ deal }) => deal)));
  return (await settlement.agreed.deals([...ids], signal)).filter((deal) => deal !== undefined);
};

/** SHARE_READ_PRICED where fewer than k shards of a slab lie where reading is free. */
const requireFree = ({ slabs }: SharedPlaces, deals: readonly Deal[]): void => {
  const prices = new Map(deals.map(({ id, egressPrice }) => [id, egressPrice]));
  for (const { k, shards } of slabs) {
    const priced = shards.map(({ deal }) => prices.get(deal) ?? wei(0n)).filter((price) => price > 0n);
    const needed = k - (shards.length - priced.length);
    if (needed <= 0 || shards.length < k) continue;
    const price = priced.toSorted((a, b) => (a < b ? -1 : 1))[0] ?? 0n;
    throw new HoldfastError('SHARE_READ_PRICED', { price, deals: needed });
  }
};

/**
 * Opens a share to read it: what it has is in the guest's catalogue then. LINK_VERIFIES_ONLY, and the errors of {@link openShare}; SHARE_DAMAGED for names and keys
 * that are not what this program understands.
 */
export const readShare = async (context: RenterContext, link: ShareLink, task: TaskOptions = {}): Promise<ReadableShare> => {
  if (!link.share) throw new HoldfastError('LINK_VERIFIES_ONLY', {});
  const opened = await openShare(context, link, task);
  const { places, contents } = opened;
  if (contents === undefined) throw new HoldfastError('LINK_VERIFIES_ONLY', {});
  const deals = await dealsOf(context, places, task.signal);
  requireFree(places, deals);
  const readable = deals.filter(({ renter, egressPrice }) => renter === link.owner && egressPrice === 0n);
  await fillGuest(context.catalogue, { slabs: places.slabs, contents }, readable);
  return { ...opened, contents };
};
