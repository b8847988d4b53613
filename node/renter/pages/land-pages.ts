import type { DealId } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import { isLanded, landingOf } from './decide-pages.js';
import type { MadePage } from './make-pages.js';

/**
 * Records pages whose revisions the chain holds in the deals `held`, which name shards of some of them: what they tell goes into no later page. Of one that too few hold nothing is
 * recorded, and the next page tells it again.
 */
export const landPages = async (
  { catalogue, serial }: Pick<RenterContext, 'catalogue' | 'serial'>,
  pages: Iterable<MadePage>,
  held: ReadonlyMap<DealId, readonly MadePage[]>,
): Promise<void> => {
  for (const made of pages) {
    const { page, machine, from, to, bytes, k, n, wide } = made;
    const shards = [...made.shards.values()].map(({ placed }) => placed).filter(({ deal }) => held.get(deal)?.includes(made));
    if (!isLanded(shards.length, { k, n })) continue;
    const landed = { page, machine, from, to, bytes, shards };
    await serial('pages', async () => catalogue.putPage(landed, landingOf(await catalogue.paging(), landed, { wide, k })));
  }
};
