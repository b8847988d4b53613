import { systemClock } from '../../app/clock.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { dealId, hash, type Hash } from '../../core/units.js';
import { addressReading } from '../amounts.js';
import type { Call } from '../command.js';
import { createLedgerFilter, parseSince, type LedgerFilter, type Since } from './filter.js';

/** What is asked of a ledger. */
export interface Wish {
  readonly since: Since;
  readonly filter: LedgerFilter;
  readonly byProvider: boolean;
  readonly follow: boolean;
  readonly csv: boolean;
  readonly verify: boolean;
  readonly head: Hash | undefined;
}

const refuse = (option: string, value: string, expected: string): never => {
  throw new HoldfastError('BAD_OPTION', { option, value, expected });
};

/** What the options ask for. BAD_OPTION. */
export const wishOf = ({ options, terminal }: Call): Wish => {
  const deal = options.parsed('deal', 'a deal id: 0x and 64 hex digits', dealId);
  const provider = options.parsed('provider', ...addressReading);
  const now = systemClock.now();
  const since = options.parsed('since', 'a block, a date such as 2026-08-01, or a time ago such as 7d or 12h', (text) =>
    parseSince(text, now),
  );
  const head = options.parsed('head', 'the hash of a block: 0x and 64 hex digits', hash);
  const [follow, csv, verify] = [options.flag('follow'), options.flag('csv'), options.flag('verify')];
  if (head !== undefined && !verify) refuse('--head', head, 'given together with --verify');
  if (head !== undefined && follow) refuse('--head', head, 'left out with --follow, which goes on to newer blocks');
  if (csv && terminal.json) refuse('--csv', 'true', 'left out with --json');
  return {
    since: since ?? {},
    filter: createLedgerFilter({ deal, provider }),
    byProvider: provider !== undefined,
    follow,
    csv,
    verify,
    head,
  };
};
