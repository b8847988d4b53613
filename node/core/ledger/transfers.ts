import type { Wei } from '../units.js';

/** An event of our contracts, decoded: arguments by name, addresses in lower case, integers as bigint. */
export interface NamedEvent {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly transaction: string;
}

/** One movement of tokens inside the market, or into and out of it. */
export interface Transfer {
  /** An account, `escrow:DEAL` or `stake:PROVIDER`. */
  readonly from: string;
  readonly to: string;
  readonly amount: Wei;
  readonly reason: Reason;
  readonly tx: string;
}

export type Reason = 'stake' | 'unstake' | 'escrow' | 'rent' | 'burn' | 'bounty' | 'compensation' | 'refund' | 'collateral' | 'withdrawal';

/** 0x…dEaD, where burnt tokens are credited. */
const BURN_ACCOUNT = '0x000000000000000000000000000000000000dead';

/** What the events say who paid whom, in order. Nothing of amount zero is listed. */
export const transfersOf = (events: readonly NamedEvent[]): readonly Transfer[] => {
  const parties = new Map(
    events
      .filter(({ name }) => name === 'DealOpened')
      .map(({ args }) => [text(args['deal']), { renter: text(args['renter']), provider: text(args['provider']) }] as const),
  );
  return events.flatMap((event) => movesOf(event, parties)).filter(({ amount }) => amount > 0n);
};

interface Parties {
  readonly renter: string;
  readonly provider: string;
}

const text = (value: unknown): string => String(value).toLowerCase();

const movesOf = ({ name, args, transaction: tx }: NamedEvent, parties: ReadonlyMap<string, Parties>): readonly Transfer[] => {
  const move = (reason: Reason, from: string, to: string, key: string): Transfer => ({ from, to, amount: args[key] as Wei, reason, tx });
  const at = (key: string): string => text(args[key]);
  const escrow = `escrow:${at('deal')}`;
  const stake = `stake:${at('provider')}`;
  const { renter, provider } = parties.get(at('deal')) ?? { renter: '', provider: '' };
  switch (name) {
    case 'Staked':
      return [move('stake', at('from'), stake, 'amount')];
    case 'Unstaked':
      return [move('unstake', stake, at('provider'), 'amount')];
    case 'Withdrawn':
      return [move('withdrawal', at('account'), at('to'), 'amount')];
    case 'Missed':
      return [
        move('burn', stake, BURN_ACCOUNT, 'burnt'),
        move('bounty', stake, at('finder'), 'bounty'),
        move('compensation', stake, `compensation:${at('provider')}`, 'compensation'),
      ];
    case 'Defaulted':
      return [move('burn', stake, BURN_ACCOUNT, 'burnt')];
    case 'DealOpened':
      return [move('escrow', renter, escrow, 'escrow')];
    case 'DealDeposited':
      return [move('escrow', at('from'), escrow, 'amount')];
    case 'DealSettled':
      return [move('rent', escrow, at('provider'), 'rent'), move('compensation', `compensation:${at('provider')}`, renter, 'compensation')];
    case 'DealCancelled':
      return [move('refund', escrow, renter, 'refund')];
    case 'DealClosed':
    case 'DealForfeited':
      return [move('refund', escrow, renter, 'refund'), move('collateral', `stake:${provider}`, renter, 'collateral')];
    default:
      return [];
  }
};
