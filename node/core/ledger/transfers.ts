import { wei, type Wei } from '../units.js';

/** An event of our contracts, decoded: arguments by name, addresses in lower case, integers as bigint. */
export interface NamedEvent {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly transaction: string;
}

/** One movement of tokens inside the market, or into and out of it. */
export interface Transfer {
  /** An account, `escrow:DEAL`, `stake:PROVIDER`, `compensation:PROVIDER`, `bond:DEAL` or `fees:market`. */
  readonly from: string;
  readonly to: string;
  readonly amount: Wei;
  readonly reason: Reason;
  readonly tx: string;
}

export type Reason =
  | 'stake'
  | 'unstake'
  | 'escrow'
  | 'rent'
  | 'fee'
  | 'egress'
  | 'bond'
  | 'burn'
  | 'bounty'
  | 'compensation'
  | 'refund'
  | 'collateral'
  | 'funding'
  | 'withdrawal';

/** 0x…dEaD, where burnt tokens are credited. */
const BURN_ACCOUNT = '0x000000000000000000000000000000000000dead';

/** Where fees wait until the reward pool collects them. */
const FEES = 'fees:market';

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
  const sum = (reason: Reason, from: string, to: string, amount: bigint): Transfer => ({ from, to, amount: wei(amount), reason, tx });
  const move = (reason: Reason, from: string, to: string, key: string): Transfer => sum(reason, from, to, args[key] as Wei);
  const at = (key: string): string => text(args[key]);
  const escrow = `escrow:${at('deal')}`;
  const bond = `bond:${at('deal')}`;
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
      return [
        sum('rent', escrow, at('provider'), (args['rent'] as bigint) - (args['fee'] as bigint)),
        move('fee', escrow, FEES, 'fee'),
        move('compensation', `compensation:${at('provider')}`, renter, 'compensation'),
      ];
    case 'DealCancelled':
      return [move('refund', escrow, renter, 'refund')];
    case 'DealClosed':
    case 'DealForfeited':
    case 'ChallengeExpired':
      return [move('refund', escrow, renter, 'refund'), move('collateral', `stake:${provider}`, renter, 'collateral')];
    case 'ChallengeOpened':
      return [move('bond', at('challenger'), bond, 'bond')];
    case 'ChallengeAnswered': {
      const half = (args['bond'] as bigint) / 2n;
      return [sum('bond', bond, at('provider'), half), sum('burn', bond, BURN_ACCOUNT, (args['bond'] as bigint) - half)];
    }
    case 'BondReturned':
      return [move('bond', bond, at('challenger'), 'bond')];
    case 'VoucherRedeemed':
      return [move('egress', escrow, at('provider'), 'paid')];
    case 'Funded':
      return [move('funding', at('from'), at('account'), 'amount')];
    case 'FeesCollected':
      return [move('burn', FEES, BURN_ACCOUNT, 'burnt'), move('fee', FEES, at('pool'), 'kept')];
    default:
      return [];
  }
};
