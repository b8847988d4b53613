import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { balancesOf } from '../../core/ledger/balances.js';
import type { NamedEvent } from '../../core/ledger/transfers.js';
import type { WatchedContracts } from '../../core/ledger/watched.js';
import { IHoldToken__factory } from '../contracts/factories/interfaces/IHoldToken__factory.js';
import { IStorageMarket__factory } from '../contracts/factories/interfaces/IStorageMarket__factory.js';
import { IVault__factory } from '../contracts/factories/interfaces/IVault__factory.js';
import type { BlockSource } from './block-source.js';

/** How many balances were held against the events, and how many the RPC would not tell. */
export interface BalanceCheck {
  readonly checked: number;
  readonly refused: number;
}

interface Question {
  readonly what: string;
  readonly account: string;
  readonly to: string;
  readonly data: string;
  readonly expected: bigint;
  readonly read: (result: string) => bigint;
  /** Anybody may send tokens to the vault: it may hold more. */
  readonly orMore?: boolean;
}

const questionsOf = (
  events: readonly NamedEvent[],
  contracts: WatchedContracts,
  concerns: (account: string) => boolean,
): readonly Question[] => {
  const market = IStorageMarket__factory.createInterface();
  const token = IHoldToken__factory.createInterface();
  const vaults = IVault__factory.createInterface();
  const { credits, stakes, escrows, vault, accounted } = balancesOf(events, contracts.vault);
  const of = (sums: ReadonlyMap<string, bigint>, what: string, data: (account: string) => string, read: Question['read']): Question[] =>
    [...sums]
      .filter(([account]) => concerns(account))
      .map(([account, expected]) => ({ what, account, to: contracts.market, data: data(account), expected, read }));
  return [
    ...of(
      credits,
      'credit',
      (account) => market.encodeFunctionData('credits', [account]),
      (result) => market.decodeFunctionResult('credits', result)[0] as bigint,
    ),
    ...of(
      stakes,
      'stake',
      (account) => market.encodeFunctionData('accountOf', [account]),
      (result) => (market.decodeFunctionResult('accountOf', result)[0] as { stake: bigint }).stake,
    ),
    ...of(
      escrows,
      'escrow',
      (deal) => market.encodeFunctionData('dealOf', [deal]),
      (result) => (market.decodeFunctionResult('dealOf', result)[0] as { escrow: bigint }).escrow,
    ),
    {
      what: 'balance',
      account: contracts.vault,
      to: contracts.token,
      data: token.encodeFunctionData('balanceOf', [contracts.vault]),
      expected: vault,
      read: (result) => token.decodeFunctionResult('balanceOf', result)[0] as bigint,
      orMore: true,
    },
    {
      what: 'sum of what everybody owns',
      account: contracts.vault,
      to: contracts.vault,
      data: vaults.encodeFunctionData('accounted'),
      expected: accounted,
      read: (result) => vaults.decodeFunctionResult('accounted', result)[0] as bigint,
    },
  ];
};

/**
 * Asks the market for credits, stakes and escrows as of `block`, and the token for what the vault holds: they must be what
 * the events up to there add up to. LEDGER_BALANCE_MISFIT.
 * @param concerns Which accounts and deals to ask about.
 */
export const verifyBalances = async (
  source: BlockSource,
  contracts: WatchedContracts,
  events: readonly NamedEvent[],
  block: number,
  concerns: (account: string) => boolean,
  signal: AbortSignal,
): Promise<BalanceCheck> => {
  const questions = questionsOf(events, contracts, concerns);
  const at = `0x${block.toString(16)}`;
  const answers = await source.rpc.batch(
    questions.map(({ to, data }) => ({ method: 'eth_call', params: [{ to, data }, at] })),
    signal,
  );
  let refused = 0;
  for (const [index, { what, account, expected, read, orMore }] of questions.entries()) {
    const answer = answers[index];
    if (answer === undefined || 'error' in answer) {
      refused += 1;
      continue;
    }
    const found = numberIn(source.name, what, String(answer.result), read);
    if (found === expected || (orMore === true && found > expected)) continue;
    throw new HoldfastError('LEDGER_BALANCE_MISFIT', { block, what, account, expected, found, url: source.name });
  }
  return { checked: questions.length - refused, refused };
};

const numberIn = (url: string, what: string, result: string, read: Question['read']): bigint => {
  try {
    return read(result);
  } catch (cause) {
    throw new HoldfastError('LEDGER_ANSWER_INVALID', { url, what: `the ${what}`, problem: 'it is no number' }, { cause });
  }
};
