import type { Address, DealId, Period } from '../core/units.js';
import type { Metrics } from '../ports/metrics.js';
import type { Log } from '../ports/world.js';
import type { DealView } from './settle/decide-settlement.js';
import type { Moment } from './moment.js';

/** Raises the alarms that only a comparison with the step before, or with the journal, can raise. Each once. */
export interface Watch {
  moment(moment: Moment | undefined): void;
  deals(views: readonly DealView[]): void;
}

export interface WatchOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Address that this daemon signs as. */
  readonly signer: Address;
}

export const createWatch = ({ log, metrics, signer }: WatchOptions): Watch => {
  let before: Moment | undefined;
  let missed: Period | undefined;
  let strangers = '';
  const behind = new Set<DealId>();

  const once = (key: string, raise: () => void): void => {
    if (key === strangers) return;
    strangers = key;
    if (key !== '') raise();
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
    log.alarm('provider-defaulted', { generation: before.sheet.generation, stake: sheet.stake });
  };

  return {
    moment: (moment) => {
      if (moment === undefined) return once('unregistered', () => log.warn('provider-unregistered'));
      const { operator } = moment.sheet;
      once(operator === signer ? '' : operator, () => log.alarm('operator-replaced', { operator, signer }));
      alarmOfDefault(moment);
      alarmOfMisses(moment);
      before = moment;
    },
    deals: (views) => {
      for (const { deal, newest } of views) {
        const lost = deal.status === 'active' && deal.number > (newest?.revision.number ?? 0n);
        if (!lost || behind.has(deal.id)) continue;
        behind.add(deal.id);
        log.alarm('journal-behind', { deal: deal.id, number: deal.number, newest: newest?.revision.number ?? 0n });
      }
    },
  };
};
