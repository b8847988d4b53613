import type { LedgerRecord } from '../../chain/ledger/decode.js';
import { blockNumber, type Address, type BlockNumber, type DealId } from '../../core/units.js';
import type { MarketEvent } from '../../ports/settlement.js';

/** From where on records are shown: a block, or seconds since 1970. */
export interface Since {
  readonly block?: BlockNumber;
  readonly timestamp?: number;
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };

/** "1200" (a block), "2026-08-01", "2026-08-01T12:00Z", "7d", "12h", "30m" (ago). `now` in milliseconds. */
export const parseSince = (text: string, now: number): Since => {
  if (/^\d+$/.test(text)) return { block: blockNumber(Number(text)) };
  const ago = /^(\d{1,6})([mhd])$/.exec(text);
  if (ago !== null) return { timestamp: Math.floor(now / 1000) - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0) };
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(date)) throw new TypeError(`not a block, a date or a time ago: ${text}`);
  return { timestamp: Math.floor(date / 1000) };
};

/** Leaves of a record the events that were asked for; undefined if there is none. */
export type LedgerFilter = (record: LedgerRecord) => LedgerRecord | undefined;

/**
 * Keeps the events that name `deal`, and those that name `provider` or one of its deals. For the latter it must see the
 * records from the first one on, in order.
 */
export const createLedgerFilter = ({ deal, provider }: { deal?: DealId | undefined; provider?: Address | undefined }): LedgerFilter => {
  const dealsOfProvider = new Set<unknown>();

  const concerns = ({ name, args }: MarketEvent): boolean => {
    if (name === 'DealOpened' && args['provider'] === provider) dealsOfProvider.add(args['deal']);
    if (deal !== undefined && args['deal'] !== deal) return false;
    return provider === undefined || Object.values(args).includes(provider) || dealsOfProvider.has(args['deal']);
  };

  return (record) => {
    const events = record.events.filter(concerns);
    return events.length === 0 ? undefined : { ...record, events };
  };
};
