import type { Deal } from '../../core/market/deal.js';
import { closableFrom, redeemedBy } from '../../core/market/endings.js';
import type { SettlementReader } from '../../ports/settlement.js';
import { termsOf } from '../../renter/deals/challenges.js';
import { showTokens } from '../../core/amount-text.js';
import { showLeaves, showWait } from '../amounts.js';
import type { Moment } from './moment.js';

/** An open challenge as screens show it; undefined if the deal has none. */
export const challengeOf = async (reader: SettlementReader, deal: Deal, signal: AbortSignal) => {
  const challenge = deal.challenged ? await reader.challengeOf(deal.id, signal) : undefined;
  return challenge && { ...challenge, ...termsOf(challenge, reader) };
};

/** How and from when a deal can be ended that is empty, over or defaulted. */
const endLines = (deal: Deal, { now, untilPeriod }: Moment): readonly string[] => {
  if (deal.status === 'closed') return [];
  if (deal.defaulted !== undefined) return [`  "holdfast deals close ${deal.id}" takes its collateral and escrow back`];
  const verb = deal.leaves === 0 ? 'cancelled' : 'closed';
  if (deal.leaves > 0 && now < deal.end) return [];
  const from = deal.leaves === 0 ? redeemedBy(deal) : closableFrom(deal, 'anyone');
  return now >= from
    ? [`  it can be ${verb} now: "holdfast deals ${verb === 'closed' ? 'close' : 'cancel'} ${deal.id}"`]
    : [`  it can be ${verb} from period ${from} on, ${showWait(untilPeriod(from))} from now`];
};

/** A deal as it stands now, for people, with the files in it where they are known. */
export const dealLines = (
  deal: Deal,
  challenge: Awaited<ReturnType<typeof challengeOf>>,
  moment: Moment,
  files?: string,
): readonly string[] => [
  `${deal.id}  ${deal.defaulted === undefined ? deal.status : 'provider defaulted'}`,
  `  provider ${deal.provider}`,
  `  stores ${showLeaves(deal.leaves)} of at most ${showLeaves(deal.maxLeaves)}, revision ${deal.number}, paid to the end of period ${deal.end - 1}, about ${moment.dayOf(deal.end)}`,
  ...(files === undefined || deal.status === 'closed' ? [] : [`  holds ${files}`]),
  `  rent ${showTokens(deal.rate)} a period, escrow ${showTokens(deal.escrow)}`,
  ...(deal.egressPrice === 0n
    ? []
    : [`  vouchers have paid ${showTokens(deal.redeemed)} for reading, and may take ${showTokens(deal.maxEgress)} in all`]),
  ...endLines(deal, moment),
  ...(challenge === undefined
    ? []
    : [
        `  challenged in period ${challenge.period} for a bond of ${showTokens(challenge.bond)}; expires unanswered in block ${challenge.expires}`,
      ]),
];
