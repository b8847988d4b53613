import { countText, showTokens } from '../../../core/amount-text.js';
import { asCoded } from '../../../core/errors/coded.js';
import { wei, type Period } from '../../../core/units.js';
import type { UnrenewedDeal, Unrenewable } from '../../../renter/upkeep/decide-renewal.js';
import type { FailedRenewal, RenewResult } from '../../../renter/upkeep/renew-deals.js';
import { dayOfPeriod } from '../moment.js';

const MOVE = '"holdfast repair --ahead <periods>" moves what it stores into another deal, for new escrow';

/** Why a deal is not renewed, and what a person does about it. */
const reasons: Readonly<Record<Unrenewable, readonly [reason: string, remedy: string]>> = {
  'paid-elsewhere': [
    'another key began to pay for it, and nobody was told the end of that',
    'that key finishes it: "holdfast renew" if it is the wallet, "holdfast renter run --once" if it is the purse',
  ],
  challenged: ['a challenge of it is open', 'it can be renewed once that has ended'],
  failing: ['its provider misses audits', MOVE],
  dearer: ['its provider asks more now than the deal pays, and the price of a deal never rises', MOVE],
  'no-longer': ['its provider takes no deal that lasts longer', MOVE],
  bound: [
    'only the wallet may let it last longer',
    '"holdfast renter purse --bounds <periods>" lets whoever looks after your files renew it, "holdfast renew" does it once',
  ],
  'over-budget': ['the budget or the purse does not have that', 'give more with --budget, or renew it by hand: "holdfast renew"'],
};

/** Says of a deal's first unpaid period with which period it ends, and on which day that is about. */
type EndText = (end: Period) => string;

const unrenewedLines = ({ deal, reason, deposit }: UnrenewedDeal, endText: EndText): readonly string[] => {
  const [why, remedy] = reasons[reason];
  const cost = deposit === 0n ? '' : `, for ${showTokens(deposit)}`;
  return [`  deal ${deal.id} at ${deal.provider} ends with ${endText(deal.end)} and is not renewed${cost}: ${why}`, `    → ${remedy}`];
};

const failedLines = ({ deal, error }: FailedRenewal, endText: EndText): readonly string[] => {
  const { message, remedy } = asCoded(error);
  return [`  deal ${deal.id} at ${deal.provider} ends with ${endText(deal.end)} and could not be renewed: ${message}`, `    → ${remedy}`];
};

const paidIn = ({ renewed }: RenewResult) => wei(renewed.reduce((sum, { deposit }) => sum + deposit, 0n));

/** What lasts longer, or would, for people; nothing where no deal ends soon. */
export const renewalLines = (result: RenewResult): readonly string[] => {
  const endText: EndText = (end) => `period ${end - 1}, about ${dayOfPeriod(end, result, result.at)},`;
  const { performed, renewed, unrenewed, failed } = result;
  if (renewed.length + unrenewed.length + failed.length === 0) return ['No deal ends soon.'];
  return [
    ...renewed.map(
      ({ deal, end, deposit }) =>
        `  deal ${deal.id} at ${deal.provider} ${performed ? 'lasts' : 'would last'} through ${endText(end)} instead of period ${deal.end - 1}, ` +
        `for ${showTokens(deposit)} of escrow`,
    ),
    ...unrenewed.flatMap((one) => unrenewedLines(one, endText)),
    ...failed.flatMap((one) => failedLines(one, endText)),
    `${performed ? 'Renewed' : 'Would renew'} ${countText(renewed.length, 'deal')} for ${showTokens(paidIn(result))}, ${unrenewed.length + failed.length} not.`,
  ];
};

/** The same for programs. */
export const renewalJson = (result: RenewResult): Readonly<Record<string, unknown>> => ({
  performed: result.performed,
  renewed: result.renewed.map(({ deal, end, deposit }) => ({ deal: deal.id, provider: deal.provider, from: deal.end, end, deposit })),
  unrenewed: result.unrenewed.map(({ deal, reason, deposit }) => ({
    deal: deal.id,
    provider: deal.provider,
    end: deal.end,
    reason,
    deposit,
  })),
  failed: result.failed.map(({ deal, end, deposit, error }) => {
    const { code, message, remedy } = asCoded(error);
    return { deal: deal.id, provider: deal.provider, from: deal.end, end, deposit, code, message, remedy };
  }),
  paid: paidIn(result),
});
