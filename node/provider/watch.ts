import type { Address, DealId, Period, Wei } from '../core/units.js';
import type { Metrics } from '../ports/metrics.js';
import type { DealDoubt } from '../ports/journal-faults.js';
import type { Log } from '../ports/world.js';
import { unsignedDeals } from './settle/decide-forfeits.js';
import type { DealView } from './settle/decide-settlement.js';
import type { Moment } from './moment.js';

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
  /** Token wei behind one unit of weight. */
  readonly unit: Wei;
}

export const createWatch = ({ log, metrics, signer, unit }: WatchOptions): Watch => {
  let before: Moment | undefined;
  let missed: Period | undefined;
  let strangers = '';
  let limited = false;
  /** Weight in the tree that no revision of ours explains. */
  let unsigned: bigint | undefined;
  const behind = new Set<DealId>();

  const once = (key: string, raise: () => void): void => {
    if (key === strangers) return;
    strangers = key;
    if (key !== '') raise();
  };

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
      log.alarm('locked-jumped', { unexplained: unexplained * unit, locked: before?.sheet.locked ?? 0n });
    unsigned = unexplained;
  };

  const alarmOfMisses = ({ sheet, decided, period }: Moment): void => {
    const idle = sheet.total === 0n;
    if (idle || sheet.lastProven >= decided || missed === decided) return;
    missed = decided;
    metrics.count('holdfast_periods_missed_total');
    log.alarm('period-missed', { missed: decided, lastProven: sheet.lastProven, period });
  };

  const alarmOfDefault = ({ sheet }: Moment): void => {
    if (before === undefined || sheet.generation === before.sheet.generation) return;
    log.alarm('provider-defaulted', { generation: before.sheet.generation, stake: sheet.stake, lockLimit: sheet.lockLimit });
  };

  /** More was signed than the journal knows: it cannot prove it, and signs nothing more for the deal. */
  const tellBehind = (deal: DealId, number: bigint, newest: bigint): void => {
    if (behind.has(deal)) return;
    behind.add(deal);
    log.alarm('journal-behind', { deal, number, newest });
  };

  return {
    moment: (moment) => {
      if (moment === undefined) return once('unregistered', () => log.warn('provider-unregistered'));
      const { operator } = moment.sheet;
      once(operator === signer ? '' : operator, () => log.alarm('operator-replaced', { operator, signer }));
      alarmOfDefault(moment);
      alarmOfMisses(moment);
      alarmOfLimit(moment);
      before = moment;
    },
    deals: (views, doubts = []) => {
      alarmOfLocks(views);
      for (const { deal, number, newest } of doubts) tellBehind(deal, number, newest);
      for (const { deal, newest } of views) {
        const known = newest?.revision.number ?? 0n;
        if (deal.status === 'active' && deal.number > known) tellBehind(deal.id, deal.number, known);
      }
    },
  };
};
