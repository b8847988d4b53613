import { MAX_PERIOD, period, type Period } from '../../core/units.js';
import type { Reading } from '../amounts.js';
import type { Moment } from './moment.js';

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** The period that lasts for ever. */
export const FOR_EVER = period(MAX_PERIOD);

/** A day ("2027-02-28", its end in UTC) or how long from now ("12h", "30d", "4w"), as milliseconds since 1970. */
export const untilReading = (now: number): Reading<number> => [
  'a day to come such as 2027-02-28, or how long from now: 12h, 30d, 4w',
  (text) => {
    const span = /^(\d{1,5})([hdw])$/.exec(text);
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T23:59:59Z`) : NaN;
    const at = span ? now + Number(span[1]) * (UNITS[span[2] ?? ''] ?? NaN) : day;
    if (!Number.isFinite(at) || at <= now || (!span && new Date(at).toISOString().slice(0, 10) !== text))
      throw new RangeError('not to come');
    return at;
  },
];

/** The period in which that time lies, as blocks come. */
export const periodAtTime = (at: number, now: number, moment: Pick<Moment, 'now' | 'periodMilliseconds'>): Period =>
  period(Math.min(MAX_PERIOD, moment.now + Math.floor((at - now) / moment.periodMilliseconds)));
