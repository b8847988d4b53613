import { countText } from '../../core/amount-text.js';
import type { Deal } from '../../core/market/deal.js';
import type { DealId, Period } from '../../core/units.js';
import { ok, problem, skipped, type Check, type Verdict } from './check.js';

const DAY_MILLISECONDS = 86_400_000;
/** Days before its end from which a deal is told, and most periods: a third of those that "put" pays for, for markets of short ones. */
const SOON_DAYS = 14;
const SOON_PERIODS = 30;

/** Deals of one kind, by name. */
const named = (ids: readonly DealId[]): string => `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ` and ${ids.length - 3} more` : ''}`;

/** Whether the deals that store something last, as of period `now`: none is of a provider that defaulted, is over, or ends soon. */
export const dealsVerdict = (
  deals: readonly Pick<Deal, 'id' | 'status' | 'leaves' | 'end' | 'defaulted'>[],
  now: Period,
  periodMilliseconds: number,
): Verdict => {
  const storing = deals.filter(({ status, leaves }) => status !== 'closed' && leaves > 0);
  const soon = Math.min(SOON_PERIODS, Math.ceil((SOON_DAYS * DAY_MILLISECONDS) / periodMilliseconds));
  const ids = (which: (deal: (typeof storing)[number]) => boolean): readonly DealId[] => storing.filter(which).map(({ id }) => id);
  const defaulted = ids((deal) => deal.defaulted !== undefined);
  const over = ids((deal) => deal.defaulted === undefined && deal.end <= now);
  const ending = ids((deal) => deal.defaulted === undefined && deal.end > now && deal.end <= now + soon);
  const says = [
    ...(defaulted.length === 0 ? [] : [`${countText(defaulted.length, 'deal')} of providers that defaulted: ${named(defaulted)}`]),
    ...(over.length === 0
      ? []
      : [`${countText(over.length, 'deal')} that are over, so that nobody has to keep what lies there: ${named(over)}`]),
    ...(ending.length === 0
      ? []
      : [`${countText(ending.length, 'deal')} of which the last paid period is at most ${soon} away: ${named(ending)}`]),
  ];
  if (says.length === 0) return ok(`${countText(storing.length, 'deal')} that store something, none of which ends within ${soon} periods`);
  const lost =
    defaulted.length + over.length > 0
      ? '"holdfast ls --health" names what cannot be read back, "holdfast repair" places the rest elsewhere. '
      : '';
  return problem(
    says.join('; '),
    `${lost}"holdfast renter run --once --budget TOKENS" renews what ends and closes what is over, and does so by itself without --once.`,
  );
};

/** What the wallet's deals store is kept for a while yet. */
export const dealsCheck: Check = {
  name: 'deals',
  look: async (facts) => {
    if (await facts.isProvider.known()) return skipped("this home folder is a provider's");
    const { parameters } = (await facts.reader.known()).reader;
    const { deals, now } = await facts.deals.learn();
    return dealsVerdict(deals, now, parameters.periodBlocks * (await facts.blockMilliseconds.known()));
  },
};
