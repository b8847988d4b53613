import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { revertIn } from '../rpc/revert.js';
import { lastCost, type Flight } from './flight.js';
import { requireCoin, wantsCoin } from './signing.js';
import type { TransactionReceipt } from 'ethers';
import type { Deck, Ending, Transaction } from './transaction.js';

/** Counts how a transaction that is over ended. */
export const countEnd = ({ metrics }: Deck, { terms: { priority } }: Transaction, ending: Ending): void => {
  const outcomes = { foreign: 'lost', cancelled: 'expired', refused: 'refused' } as const;
  const outcome = ending.kind !== 'mined' ? outcomes[ending.kind] : ending.receipt.status === 1 ? 'mined' : 'reverted';
  metrics.count('holdfast_transactions_total', { priority, outcome });
};

/** Why a mined transaction had no effect, as far as can be found out. */
const revertOf = async (
  { rpc, account }: Deck,
  { call, terms: { action } }: Transaction,
  receipt: TransactionReceipt,
): Promise<HoldfastError> => {
  const transaction = receipt.hash;
  const mined = await rpc.read(async () => rpc.provider.getTransaction(transaction));
  if (mined !== null && receipt.gasUsed === mined.gasLimit) {
    return new HoldfastError('TRANSACTION_OUT_OF_GAS', { action, transaction, gas: mined.gasLimit });
  }
  const reverted = new HoldfastError('TRANSACTION_REVERTED', { action, transaction });
  try {
    await rpc.once(async () => rpc.provider.call({ from: account, ...call, blockTag: receipt.blockNumber }));
    return reverted;
  } catch (error) {
    if (!(error instanceof HoldfastError) || revertIn(error.cause) === undefined) return reverted;
    return new HoldfastError(error.code, error.data, { cause: reverted });
  }
};

const refusalOf = async (deck: Deck, one: Transaction, flight: Flight, error: HoldfastError): Promise<unknown> => {
  try {
    if (wantsCoin(error)) await requireCoin(deck.rpc, deck.account, lastCost(flight) + 1n);
  } catch (poor) {
    return poor;
  }
  return new HoldfastError('TRANSACTION_REFUSED', { action: one.terms.action, reason: error.message }, { cause: error });
};

/** What whoever waits is told: the receipt, or the error that it ended in. */
export const outcomeOf = async (
  deck: Deck,
  one: Transaction,
  flight: Flight,
  ending: Exclude<Ending, { kind: 'foreign' }>,
): Promise<TransactionReceipt> => {
  const { action, deadline } = one.terms;
  if (ending.kind === 'refused') throw await refusalOf(deck, one, flight, ending.error);
  if (ending.kind === 'cancelled')
    throw new HoldfastError('TRANSACTION_EXPIRED', { action, deadline: deadline ?? ending.receipt.blockNumber });
  if (ending.receipt.status !== 1) throw await revertOf(deck, one, ending.receipt);
  return ending.receipt;
};
