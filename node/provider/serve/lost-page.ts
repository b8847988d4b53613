import type { DealId, Hash } from '../../core/units.js';
import type { LostPage, LostRange, ProviderService } from '../../ports/link.js';
import type { ProviderJournal } from '../../ports/journal.js';
import type { Clock } from '../../ports/world.js';
import type { DealGate } from '../accept/authorization.js';
import type { LostSectors } from '../keep/lost-sectors.js';

/** Lost roots looked at for one answer, at most. */
export const LOOKED_AT = 16_384;
/** Milliseconds for which an order of a deal's lost roots serves. */
const ORDER_MILLISECONDS = 10_000;

interface LostAnswerParts {
  readonly gate: DealGate;
  readonly journal: Pick<ProviderJournal, 'holds'>;
  readonly lost: Pick<LostSectors, 'of'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Index of the first of the ordered roots after `root`. */
const firstAfter = (ordered: readonly Hash[], root: Hash): number => {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ordered[middle] as Hash) > root) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Tells a renter what of its deal is lost. That costs by what this deal lost, not by what it holds, nor by what others lost. */
export const answerLost = ({ gate, journal, lost, clock }: LostAnswerParts): ProviderService['lostSectors'] => {
  const orders = new WeakMap<ReadonlySet<Hash>, { readonly roots: readonly Hash[]; readonly at: number }>();
  const inOrder = (own: ReadonlySet<Hash>): readonly Hash[] => {
    const before = orders.get(own);
    if (before !== undefined && before.roots.length === own.size && clock.now() < before.at + ORDER_MILLISECONDS) return before.roots;
    const roots = [...own].sort();
    orders.set(own, { roots, at: clock.now() });
    return roots;
  };
  const pageOf = async (deal: DealId, { after, most }: LostRange): Promise<LostPage> => {
    const roots: Hash[] = [];
    const own = lost.of(deal);
    const all = inOrder(own);
    const start = firstAfter(all, after);
    let at = start;
    for (; at < all.length && at < start + LOOKED_AT && roots.length < most; at++) {
      const root = all[at] as Hash;
      if (own.has(root) && (await journal.holds(deal, root))) roots.push(root);
    }
    return { roots, next: at < all.length ? all[at - 1] : undefined };
  };
  return async (peer, authorization, range, signal) => {
    const { deal } = await gate.admit(peer, authorization, { fresh: false, reading: true, signal });
    return pageOf(deal.id, range);
  };
};
