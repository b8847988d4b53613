import type { Keeping, RenterSession } from '../../app/renter-session.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES, MAX_EGRESS, MAX_LEAVES, MAX_PRICE, type Wei } from '../../core/units.js';
import type { ProviderFailure, RenterEvent } from '../../renter/events.js';
import { countText, showTokens } from '../../core/amount-text.js';
import { visibleLine } from '../../core/visible-text.js';
import { systemClock } from '../../app/clock.js';
import { count, showSize, size, tokens } from '../amounts.js';
import type { Call, OptionReader, ParameterSpec } from '../command.js';
import type { Progress, Terminal } from '../terminal.js';
import { quoteLines } from './quote-lines.js';

/** Periods that new deals are paid for, unless told otherwise. */
export const DEFAULT_PERIODS = 90;
/** Most periods and bytes that a person can mean: well inside what a deal's fields hold. */
export const MOST_PERIODS = 1_000_000;
const MOST_ROOM = (MAX_LEAVES * LEAF_BYTES) / 2;

/** Options of everything that may open deals. */
export const payingOptions: readonly ParameterSpec[] = [
  { flags: '--periods <count>', description: `periods that new deals are paid for (default: ${DEFAULT_PERIODS})` },
  { flags: '--room <size>', description: 'room for later files in new deals (default: as much again as the file)' },
  { flags: '--max-price <tokens>', description: 'most tokens per GiB-month (30 days) that any provider may ask' },
  { flags: '--max-egress-price <tokens>', description: 'most tokens per GiB read that any provider may ask' },
];

export const periodsOf = (options: OptionReader): number =>
  options.parsed('periods', ...count(3, MOST_PERIODS, ' of periods')) ?? DEFAULT_PERIODS;

/** `room`, `maxPrice` and `maxEgressPrice`, as far as they were given. */
export const paymentOf = (options: OptionReader): { readonly room?: number; readonly maxPrice?: Wei; readonly maxEgressPrice?: Wei } => {
  const room = options.parsed('room', ...size('10GiB', MOST_ROOM));
  const maxPrice = options.parsed('maxPrice', ...tokens('0.8', { most: MAX_PRICE }));
  const maxEgressPrice = options.parsed('maxEgressPrice', ...tokens('0.1', { most: MAX_PRICE }));
  return {
    ...(room !== undefined && { room }),
    ...(maxPrice !== undefined && { maxPrice }),
    ...(maxEgressPrice !== undefined && { maxEgressPrice }),
  };
};

/** Option of everything that reads. */
export const readingOption: ParameterSpec = {
  flags: '--max-egress <tokens>',
  description: "most tokens that reading may cost (default: what the deals' escrow has beyond rent)",
};

/** `maxEgress`, if it was given. */
export const readingOf = (options: OptionReader): { readonly maxEgress?: Wei } => {
  const maxEgress = options.parsed('maxEgress', ...tokens('0.5', { most: MAX_EGRESS }));
  return { ...(maxEgress !== undefined && { maxEgress }) };
};

/** Runs `work` with the renter of this home folder and closes it after. Whoever only reads waits for no transaction. */
export const withRenter = async <Result>(
  call: Call,
  work: (session: RenterSession) => Promise<Result>,
  acting: 'wallet' | 'reader' = 'wallet',
  keeping?: Keeping,
): Promise<Result> => {
  const settings = await call.settings();
  // Loaded when needed: most commands start no libp2p host.
  const { openRenter } = await import('../../app/renter-session.js');
  await using session = await openRenter(settings, call.prompt.unlocking('Password of the wallet'), call.signal, acting, keeping);
  return await work(session);
};

/** Who failed and how, as JSON. */
export const failureJson = (failures: readonly ProviderFailure[]): readonly Record<string, unknown>[] =>
  failures.map(({ provider, error }) => ({
    provider,
    message: error.message,
    ...(error instanceof HoldfastError && { code: error.code }),
  }));

/** On one line: not every error is of ours, and those of others may hold what a provider wrote. */
export const failureLine = ({ provider, error }: ProviderFailure): string => `  ${provider} failed: ${visibleLine(error.message)}`;

/** Shows a renter's events as lines and progress bars. Call `end` when the task is over. */
export const narrate = (terminal: Terminal): { readonly report: (event: RenterEvent) => void; readonly end: () => void } => {
  let bar: { readonly kind: string; readonly progress: Progress } | undefined;
  const end = (): void => {
    bar?.progress.end();
    bar = undefined;
  };
  const move = (kind: string, label: string, done: number, total: number, amount?: typeof showSize): void => {
    if (bar?.kind !== kind) {
      end();
      bar = { kind, progress: terminal.progress(label, total, amount) };
    }
    bar.progress.to(done);
  };
  const say = (line: string): void => {
    end();
    terminal.say(line);
  };
  const report = (event: RenterEvent): void => {
    switch (event.kind) {
      case 'hashed':
      case 'healed':
      case 'renewed':
      case 'recovered':
      case 'verified':
        return;
      case 'quoted':
        quoteLines(event.quote, systemClock.now()).forEach(say);
        return;
      case 'rose':
        say(`  ${event.provider} asks more now than it was quoted with: ${showTokens(event.asked)} instead of ${showTokens(event.quoted)}`);
        return;
      case 'opened':
        say(`  deal ${event.deal} opened at ${event.provider}, ${showTokens(event.escrow)} in escrow`);
        return;
      case 'uploaded':
        if (event.total !== undefined) move('uploaded', 'sending', event.bytes, event.total, showSize);
        return;
      case 'signed':
        say(`  ${event.provider} signed revision ${event.number}`);
        return;
      case 'committed':
        say(`  revision ${event.number} at ${event.provider} is on chain`);
        return;
      case 'bond':
        say(
          `  the bond is ${showTokens(event.bond)}: half is burnt and half goes to ${event.provider} if it answers, all comes back if not`,
        );
        return;
      case 'found':
        say(`  ${countText(event.deals, 'deal')} of this wallet ${event.deals === 1 ? 'stores' : 'store'} something`);
        return;
      case 'looked':
        move('looked', 'reading the catalogue', event.deals, event.total);
        return;
      case 'failed':
        say(failureLine(event.failure));
        return;
      case 'downloaded':
        move('downloaded', 'fetching', event.bytes, event.total, showSize);
        return;
    }
  };
  return { report, end };
};
