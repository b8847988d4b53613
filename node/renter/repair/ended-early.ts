import type { Address, DealId } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { ownerOf } from './slab-owner.js';

/** A deal that ended before the time it was paid for, by default or because its provider gave it up, and in which shards of files still lie. */
export interface EndedDeal {
  readonly deal: DealId;
  readonly provider: Address;
  /** Nothing is left in it to take back. */
  readonly isClosed: boolean;
  /** Shards of files that are to lie there. */
  readonly shards: number;
  /** The files, each once. */
  readonly names: readonly string[];
}

const endedDeal = async ({ catalogue }: RenterContext, { deal, record }: KnownDeal): Promise<EndedDeal> => {
  const owners = new Set<string>();
  let shards = 0;
  for await (const { root } of catalogue.sectors(deal.id, record.current?.revision.number ?? 0n)) {
    const place = await catalogue.sectorPlace(deal.id, root);
    if (place === undefined) continue;
    shards += 1;
    owners.add(place.owner);
  }
  const found = await Promise.all([...owners].map((id) => ownerOf(catalogue, id)));
  const names = found.flatMap((owner) => (owner && owner.state !== 'placing' ? [owner.name] : []));
  return { deal: deal.id, provider: deal.provider, isClosed: deal.status === 'closed', shards, names: [...new Set(names)] };
};

/** Of the deals `ended`, whose providers have to keep nothing any more, those from which shards were not moved elsewhere yet. */
export const readEndedDeals = async (context: RenterContext, ended: readonly KnownDeal[]): Promise<readonly EndedDeal[]> => {
  const found: EndedDeal[] = [];
  for (const known of ended) found.push(await endedDeal(context, known));
  return found.filter(({ names }) => names.length > 0);
};
