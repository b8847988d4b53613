import { TRANSFER_NAME } from './watched.js';
import { transfersOf, type NamedEvent } from './transfers.js';

/** What the market's books must say after these events, token wei. */
export interface Balances {
  /** Credit by account. */
  readonly credits: ReadonlyMap<string, bigint>;
  /** Stake by provider. */
  readonly stakes: ReadonlyMap<string, bigint>;
  /** Escrow by deal. */
  readonly escrows: ReadonlyMap<string, bigint>;
  /** Tokens that came into the vault less those that left it. */
  readonly vault: bigint;
  /** The same of what the market took and paid alone: anybody may send tokens to the vault. */
  readonly accounted: bigint;
}

const ESCROW = 'escrow:';

/** Adds up what each account got and gave. `events` are all since the deployment, in order; `vault` is its address. */
export const balancesOf = (events: readonly NamedEvent[], vault: string): Balances => {
  const credits = new Map<string, bigint>();
  const escrows = new Map<string, bigint>();
  for (const { from, to, amount, reason } of transfersOf(events)) {
    if (from.startsWith(ESCROW)) add(escrows, from.slice(ESCROW.length), 0n - amount);
    if (to.startsWith(ESCROW)) add(escrows, to.slice(ESCROW.length), amount);
    // Stakes and escrows are paid from wallets, and withdrawals into them: a wallet is not a credit.
    if (reason === 'withdrawal') add(credits, from, 0n - amount);
    else if (to.startsWith('0x')) add(credits, to, amount);
  }
  return { credits, escrows, stakes: stakesOf(events), vault: vaultOf(events, vault), accounted: accountedOf(events) };
};

const add = (sums: Map<string, bigint>, key: string, amount: bigint): void => void sums.set(key, (sums.get(key) ?? 0n) + amount);

const stakesOf = (events: readonly NamedEvent[]): ReadonlyMap<string, bigint> => {
  const stakes = new Map<string, bigint>();
  const providers = new Map<unknown, string>();
  for (const { name, args } of events) {
    const of = (key: string): bigint => args[key] as bigint;
    const provider = String(args['provider']);
    if (name === 'DealOpened') providers.set(args['deal'], provider);
    if (name === 'Staked') add(stakes, provider, of('amount'));
    if (name === 'Unstaked') add(stakes, provider, -of('amount'));
    if (name === 'Missed') add(stakes, provider, -(of('burnt') + of('bounty') + of('compensation')));
    if (name === 'Defaulted') add(stakes, provider, -(of('share') * of('total') + of('burnt')));
    if (name === 'DealForfeited' || name === 'ChallengeExpired') add(stakes, providers.get(args['deal']) ?? '', -of('collateral'));
  }
  return stakes;
};

/** What each event that moves tokens into the vault, or out of it, says of how many. */
const FLOWS: Readonly<Record<string, readonly [string, 1n | -1n]>> = {
  Staked: ['amount', 1n],
  DealOpened: ['escrow', 1n],
  DealDeposited: ['amount', 1n],
  ChallengeOpened: ['bond', 1n],
  Funded: ['amount', 1n],
  Withdrawn: ['amount', -1n],
};

/** Token wei by which these events, all of some blocks or some of them, change what the vault accounts for. */
export const accountedOf = (events: readonly Pick<NamedEvent, 'name' | 'args'>[]): bigint =>
  events.reduce((sum, { name, args }) => {
    const flow = FLOWS[name];
    return flow === undefined ? sum : sum + flow[1] * (args[flow[0]] as bigint);
  }, 0n);

const vaultOf = (events: readonly NamedEvent[], vault: string): bigint =>
  events
    .filter(({ name }) => name === TRANSFER_NAME)
    .reduce((sum, { args }) => {
      const value = args['value'] as bigint;
      return sum + (args['to'] === vault ? value : 0n) - (args['from'] === vault ? value : 0n);
    }, 0n);
