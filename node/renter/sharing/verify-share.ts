import type { ShareLink } from '../../core/keys/share-link.js';
import type { Deal } from '../../core/market/deal.js';
import { wei, type DealId, type Hash } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { isPosted } from '../deals/decide-revision.js';
import { createPurse } from '../download/purse.js';
import { isHeld } from '../verify/finding.js';
import { placeSources } from '../verify/place-sources.js';
import { createProviderTally, type ProviderFinding } from '../verify/provider-findings.js';
import { samplePlaces, type Depth, type HeldPlace, type PlaceFinding, type RevisionNaming } from '../verify/sample-places.js';
import { byId, type LookedDeal } from './find-manifests.js';
import type { SharedPlaces } from './manifest.js';
import { openShare, type OpenedShare } from './open-share.js';

export interface VerifyShareOptions extends TaskOptions {
  /** Default: one random leaf of each shard. */
  readonly depth?: Depth | undefined;
}

/** What was found of a slab of which a shard is missing; k of its n shards bring it back. */
export interface WantingSlab {
  readonly k: number;
  readonly n: number;
  readonly held: number;
}

/** What somebody who has a link, and no key of the owner, was shown. */
export interface VerifiedShare {
  readonly opened: OpenedShare;
  readonly shards: number;
  readonly wanting: readonly WantingSlab[];
  readonly providers: readonly ProviderFinding[];
  /** Of the deals that it lies in, as the chain has them now. */
  readonly chained: ReadonlyMap<DealId, Deal>;
}

const keyOf = (deal: DealId, root: Hash): string => `${deal} ${root}`;

/** Each sector once, in all its length: where in it small files lie, a link that verifies does not say. */
const placesOf = ({ slabs }: SharedPlaces): readonly HeldPlace[] => {
  const places = new Map<string, HeldPlace>();
  for (const { shards } of slabs)
    for (const { deal, sector } of shards)
      places.set(keyOf(deal, sector.root), { deal, sector, spans: [{ from: 0, count: sector.leaves }] });
  return [...places.values()];
};

/** Whether what both have signed of a deal, as its provider listed it, names a root. */
const namingIn = (looked: ReadonlyMap<DealId, LookedDeal>) => {
  const roots = new Map([...looked].map(([id, { sectors }]) => [id, new Set(sectors.map(({ root }) => root))]));
  return async (deal: Deal, root: Hash): Promise<RevisionNaming> => {
    const found = looked.get(deal.id);
    if (found === undefined || found.revision.number < deal.number) return 'unknown';
    if (!roots.get(deal.id)?.has(root)) return 'absent';
    return isPosted(found.revision, deal) ? 'posted' : 'signed';
  };
};

/** Why a deal that somebody has to keep could not be looked through. */
const unlooked = ({ failures }: OpenedShare, deal: Deal): PlaceFinding => {
  const { provider } = deal;
  if (deal.egressPrice > 0n) return { finding: 'priced', provider };
  return { finding: 'silent', provider, error: failures.find((one) => one.provider === provider)?.error };
};

const wantingOf = ({ slabs }: SharedPlaces, found: ReadonlyMap<string, PlaceFinding>): readonly WantingSlab[] =>
  slabs.flatMap(({ k, n, shards }) => {
    const held = shards.filter(({ deal, sector }) => isHeld(found.get(keyOf(deal, sector.root))?.finding ?? 'over')).length;
    return held < n ? [{ k, n, held }] : [];
  });

/**
 * Has those who hold what a link leads to show random leaves of each shard, or all, against the roots that the chain has. Opens no name and no content: a link
 * that only verifies is enough. The errors of {@link openShare}.
 */
export const verifyShare = async (
  context: RenterContext,
  link: ShareLink,
  { depth = 1, ...task }: VerifyShareOptions = {},
): Promise<VerifiedShare> => {
  const { signal } = task;
  const opened = await openShare(context, link, task);
  const places = placesOf(opened.places);
  const looked = byId(opened.looked);
  // A guest pays for nothing: deals in which reading has a price are not looked through.
  const sources = await placeSources(context, places, { naming: namingIn(looked), purse: createPurse(wei(0n)) }, signal);
  const keysOf = places.map(({ deal, sector }) => keyOf(deal, sector.root));
  const reasoned = (one: PlaceFinding, place: HeldPlace | undefined): PlaceFinding => {
    const deal = place && sources.deals.get(place.deal);
    return one.finding === 'behind' && deal && !looked.has(deal.id) ? unlooked(opened, deal) : one;
  };
  const found = (await samplePlaces(sources, places, depth, signal)).map((one, index) => reasoned(one, places[index]));
  const tally = createProviderTally();
  tally.note(places, found);
  const byPlace = new Map(found.map((one, index) => [keysOf[index] ?? '', one]));
  return {
    opened,
    shards: places.length,
    wanting: wantingOf(opened.places, byPlace),
    providers: await tally.findings(context, signal),
    chained: sources.deals,
  };
};
