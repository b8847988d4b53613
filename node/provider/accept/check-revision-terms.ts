import type { Deal, MarketParameters, ProviderSheet, Revision } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { leastEgress, type RevisionTerms } from '../../core/market/egress-cover.js';
import { checkRevision } from '../../core/market/revision.js';
import { weight, wei, type Period, type Wei, type Weight } from '../../core/units.js';
import type { ProviderPolicy } from '../policy.js';
import { checkDeals } from './decide-admission.js';

/** What a revision is measured against before any of its sectors is looked at. */
export interface TermsSnapshot {
  readonly deal: Deal;
  readonly period: Period;
  readonly sheet: Pick<ProviderSheet, 'ask' | 'total' | 'lockLimit'>;
  /** Stake once all misses so far are recorded. */
  readonly stake: Wei;
  /** Misses among the periods that the deal has not settled yet. */
  readonly misses: number;
  /** Weight that other deals will add by revisions signed and not yet posted. */
  readonly promised: Weight;
  /** Other deals that have data, or will by a revision signed. */
  readonly kept: number;
  readonly parameters: Pick<MarketParameters, 'unit' | 'collateralPeriods' | 'windowBlocks'>;
  /** Revisions of the deal signed before, those that can no longer be posted among them. */
  readonly signed: readonly RevisionTerms[];
  /** The highest voucher, token wei; zero without one. */
  readonly voucher: Wei;
  readonly policy: Pick<ProviderPolicy, 'minLeaves' | 'maxDeals'>;
}

/** Why the provider does not want a revision with these numbers, whatever its sectors are; undefined if it does. */
export const checkRevisionTerms = (revision: Revision, snapshot: TermsSnapshot): HoldfastError | undefined =>
  checkTime(revision, snapshot) ?? checkAsk(revision, snapshot) ?? checkContract(revision, snapshot) ?? checkVouchers(revision, snapshot);

const within = (name: string, value: number, min: number, max: number): HoldfastError | undefined =>
  value < min || value > max
    ? new HoldfastError('OUT_OF_BOUNDS', { name, value: BigInt(value), min: BigInt(min), max: BigInt(max) })
    : undefined;

/** There must be time to post it after the next proof. */
const checkTime = ({ validUntil }: Revision, { period }: TermsSnapshot): HoldfastError | undefined =>
  within('validUntil', validUntil, period + 1, period + 2);

/** Whether the revision brings data into a deal that has none, or none in a revision that may still be posted before it. */
const isFilling = ({ deal, period, signed }: TermsSnapshot): boolean =>
  deal.leaves === 0 || signed.some(({ number, leaves, validUntil }) => number > deal.number && leaves === 0 && validUntil >= period);

/**
 * What this provider wants beyond what the contract does. A deal that gets data, or lasts longer, does so as the provider asks today; one that
 * only grows has the price that it was opened at. What an empty revision says of price and end the contract holds.
 */
const checkAsk = (revision: Revision, snapshot: TermsSnapshot): HoldfastError | undefined => {
  const { deal, sheet, period, policy } = snapshot;
  const { leaves, price, end } = revision;
  if (leaves === 0) return undefined;
  if (leaves < policy.minLeaves) return new HoldfastError('REVISION_TOO_SMALL', { leaves, min: policy.minLeaves });
  const filling = isFilling(snapshot);
  const anew = filling || end > deal.end;
  const min = anew && sheet.ask.price > deal.price ? sheet.ask.price : deal.price;
  if (price < min) return new HoldfastError('REVISION_UNDERPAID', { price, min });
  return (
    (anew ? within('end', end, period + 2, period + sheet.ask.maxPeriods) : undefined) ??
    (filling || leaves > deal.leaves ? within('leaves', leaves, 0, sheet.ask.maxLeaves) : undefined) ??
    (filling ? checkDeals(snapshot) : undefined)
  );
};

/** What the contract would refuse, at a moment when the provider has proven and with all that it promised to others posted. */
const checkContract = (revision: Revision, snapshot: TermsSnapshot): HoldfastError | undefined => {
  const { deal, period, sheet, stake, misses, promised, parameters } = snapshot;
  return checkRevision(revision, deal, {
    period,
    frozen: false,
    proven: true,
    stake,
    total: weight(sheet.total + promised),
    lockLimit: sheet.lockLimit,
    misses,
    parameters,
  });
};

/** The revision, whenever it is posted, takes nothing from the vouchers that were accepted (R12). */
const checkVouchers = (revision: Revision, { deal, period, signed, voucher }: TermsSnapshot): HoldfastError | undefined => {
  const before = leastEgress(deal, signed, period);
  const owed = voucher < before ? voucher : before;
  const missing = owed - leastEgress(deal, [...signed, revision], period);
  if (missing <= 0n) return undefined;
  return new HoldfastError('ESCROW_TOO_SMALL', { escrow: deal.escrow, needed: wei(deal.escrow + missing) });
};

/**
 * Why `sectors` sectors of `leaves` leaves together are not those that the revision names: found by counting, before anything is hashed. How
 * many there may be is {@link checkRevisionTerms}' to say, of numbers that are true then.
 */
export const checkSize = (
  revision: Revision,
  { sectors, leaves }: { readonly sectors: number; readonly leaves: number },
): HoldfastError | undefined => {
  const disagrees = (field: string, ours: number, theirs: number): HoldfastError | undefined =>
    ours === theirs ? undefined : new HoldfastError('REVISION_DISAGREES', { field, ours: String(ours), theirs: String(theirs) });
  return disagrees('leaves', leaves, revision.leaves) ?? disagrees('sectors', sectors, revision.sectors);
};
