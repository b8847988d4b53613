import { LEAF_BYTES, type DealId } from '../../core/units.js';
import type { DealHealing } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { mayReadFor, withRefusal } from './decide-patience.js';
import { FIRST_ROOT } from './lost-claims.js';

const DAY = 86_400_000;

/** What was made anew for a deal in the present span of days. */
export const healingOf = async ({ catalogue, clock, limits }: RenterContext, deal: DealId): Promise<DealHealing> => {
  const known = await catalogue.healing(deal);
  const now = clock.now();
  if (known !== undefined && now < known.since + limits.healDays * DAY) return known;
  return { deal, after: known?.after ?? FIRST_ROOT, since: now, bytes: 0, refused: known?.refused };
};

const changeHealing = (context: RenterContext, deal: DealId, change: (healing: DealHealing) => Partial<DealHealing>): Promise<void> =>
  context.serial(`healing ${deal}`, async () => {
    const healing = await healingOf(context, deal);
    await context.catalogue.putHealing({ ...healing, ...change(healing) });
  });

/** Counts bytes before they are made anew: what a provider claims again and again is not made again and again. */
export const countHealed = (context: RenterContext, deal: DealId, bytes: number): Promise<void> =>
  changeHealing(context, deal, (healing) => ({ bytes: Math.max(0, healing.bytes + bytes) }));

const longestWait = ({ limits }: RenterContext): number => limits.healDays * DAY;

/** Takes note of what was made in vain: who takes nothing is not read for again soon. */
export const countRefusal = (context: RenterContext, deal: DealId): Promise<void> =>
  changeHealing(context, deal, ({ refused }) => ({ refused: withRefusal(refused, context.clock.now(), longestWait(context)) }));

export const forgetRefusals = async (context: RenterContext, deal: DealId): Promise<void> => {
  if ((await healingOf(context, deal)).refused !== undefined) await changeHealing(context, deal, () => ({ refused: undefined }));
};

/** All that a deal holds may be made anew once in so many days, and a little more. */
export const allowedOf = async (context: RenterContext, { deal, record }: KnownDeal): Promise<number> => {
  const held = Math.max(deal.leaves, record.current?.revision.leaves ?? 0) * LEAF_BYTES;
  return held + context.limits.healSlack - (await healingOf(context, deal.id)).bytes;
};

/** Whether enough time is over since the provider last did not take what was made for it. */
export const isPatient = async (context: RenterContext, deal: DealId): Promise<boolean> =>
  mayReadFor((await healingOf(context, deal)).refused, context.clock.now(), longestWait(context));
