import { showTokens } from '../core/amount-text.js';
import type { MarketParameters } from '../core/market/deal.js';
import { slashOf } from '../core/market/rent.js';
import { period, type Address, type DealId, type Period } from '../core/units.js';
import type { Metrics } from '../ports/metrics.js';
import type { DealDoubt } from '../ports/journal-faults.js';
import type { Log } from '../ports/world.js';
import { unsignedDeals } from './settle/decide-forfeits.js';
import type { DealView } from './settle/decide-settlement.js';
import type { Moment } from './moment.js';
import type { Troubles } from './standing/troubles.js';

/** Raises the alarms that only a comparison with the step before, or with the journal, can raise. Each once. */
export interface Watch {
  moment(moment: Moment | undefined): void;
  /** `doubts` are those of the journal about itself. */
  deals(views: readonly DealView[], doubts?: readonly DealDoubt[]): void;
}

export interface WatchOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Address that this daemon signs as. */
  readonly signer: Address;
  readonly parameters: MarketParameters;
  readonly troubles: Troubles;
  /** Why no proof of a period came about, as far as it is known. */
  readonly causeOf: (period: Period) => string | undefined;
}

export const createWatch = ({ log, metrics, signer, parameters, troubles, causeOf }: WatchOptions): Watch => {
  let before: Moment | undefined;
  /** Newest miss that was told. */
  let missed = 0;
  /** Rent of all deals in the tree, token wei a period, when they were last read. */
  let rent: bigint | undefined;
  let limited = false;
  /** Weight in the tree that no revision of ours explains. */
  let unsigned: bigint | undefined;
  const behind = new Set<DealId>();

  /** What the owner lets revisions lock is used up: no deal can grow, and each miss or payout lowers it further (R6). */
  const alarmOfLimit = ({ sheet: { locked, lockLimit } }: Moment): void => {
    const below = lockLimit < locked;
    if (below && !limited) log.alarm('lock-limit-below', { locked, lockLimit });
    limited = below;
  };

  /** More collateral than any revision of ours explains: somebody else signs with the operator's key, or the journal is behind. */
  const alarmOfLocks = (views: readonly DealView[]): void => {
    const unexplained = unsignedDeals(views).reduce((sum, { weight }) => sum + weight, 0n);
    if (unsigned !== undefined && unexplained > unsigned)
      log.alarm('locked-jumped', { unexplained: unexplained * parameters.unit, locked: before?.sheet.locked ?? 0n });
    unsigned = unexplained;
  };

  /** What a missed period costs: collateral is so many periods' rent at least, where deals were not read yet. */
  const costsOf = ({ sheet: { total, locked } }: Moment): { readonly slash: string; readonly rent: string } => {
    const { burnt, bounty, compensation } = slashOf(total, parameters);
    const lost = rent ?? locked / BigInt(parameters.collateralPeriods);
    return { slash: showTokens(burnt + bounty + compensation), rent: showTokens(lost) };
  };

  /** One alarm for each missed period, with what it cost. */
  const alarmOfMisses = (moment: Moment): void => {
    const { sheet, decided, period: now } = moment;
    const { lastProven } = sheet;
    if (sheet.total === 0n) return;
    for (let one = Math.max(missed, lastProven) + 1; one <= decided; one++) {
      missed = one;
      metrics.count('holdfast_periods_missed_total');
      const [row, cause] = [{ inRow: one - lastProven, defaultAt: parameters.maxMisses }, causeOf(period(one))];
      log.alarm('period-missed', { missed: one, lastProven, period: now, ...row, ...costsOf(moment), ...(cause && { cause }) });
    }
  };

  const alarmOfDefault = ({ sheet }: Moment): void => {
    if (before === undefined || sheet.generation === before.sheet.generation) return;
    log.alarm('provider-defaulted', { generation: before.sheet.generation, stake: sheet.stake, lockLimit: sheet.lockLimit });
  };

  /** Somebody else is the operator: this daemon serves and proves, and can neither sign, post nor close. */
  const alarmOfOperator = ({ sheet: { operator } }: Moment): void => {
    const facts = { operator, signer };
    troubles.tell('operator', operator === signer ? undefined : { event: 'operator-replaced', key: operator, facts });
  };

  /** More was signed than the journal knows: it cannot prove it, and signs nothing more for the deal. */
  const tellBehind = (deal: DealId, number: bigint, newest: bigint): void => {
    if (behind.has(deal)) return;
    behind.add(deal);
    log.alarm('journal-behind', { deal, number, newest });
  };

  return {
    moment: (moment) => {
      troubles.tell('registration', moment === undefined ? { event: 'provider-unregistered', facts: { signer } } : undefined);
      if (moment === undefined) return;
      alarmOfOperator(moment);
      alarmOfDefault(moment);
      alarmOfMisses(moment);
      alarmOfLimit(moment);
      before = moment;
    },
    deals: (views, doubts = []) => {
      alarmOfLocks(views);
      rent = views.reduce((sum, { deal }) => (deal.status === 'active' ? sum + deal.rate : sum), 0n);
      for (const { deal, number, newest } of doubts) tellBehind(deal, number, newest);
      for (const { deal, newest } of views) {
        const known = newest?.revision.number ?? 0n;
        if (deal.status === 'active' && deal.number > known) tellBehind(deal.id, deal.number, known);
      }
    },
  };
};
