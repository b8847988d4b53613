import { Transaction, type Wallet } from 'ethers';
import { HoldfastError, isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { hash, type Hash, type Hex } from '../../node/core/units.js';
import { refusalText } from './ask-rpc.js';
import type { SentTransaction } from './existing/deployment-folder.js';
import type { Ask, DeployTransaction, SendTransaction } from './ignition/ignition-provider.js';

export interface DeployerAccountOptions {
  readonly wallet: Wallet;
  readonly chainId: bigint;
  readonly ask: Ask;
  /** Stores a signed transaction, durably: it is called before the transaction is sent. */
  readonly keep: (transaction: SentTransaction) => Promise<void>;
  /** What was stored so far, by earlier processes too. */
  readonly kept: () => Promise<readonly SentTransaction[]>;
  readonly onSent: (transaction: DeployTransaction, hash: Hash) => void;
}

const isKnown = async (ask: Ask, transaction: Hash): Promise<boolean> => (await ask('eth_getTransactionByHash', [transaction])) !== null;

/** Sends a signed transaction, unless the chain has it already. */
export const broadcast = async (ask: Ask, { hash: transaction, raw }: Pick<SentTransaction, 'hash' | 'raw'>): Promise<void> => {
  try {
    await ask('eth_sendRawTransaction', [raw]);
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    // An earlier attempt may have arrived though its answer did not.
    if (await isKnown(ask, transaction)) return;
    throw new HoldfastError('TRANSACTION_REFUSED', { action: 'deploy', reason: refusalText(error) }, { cause: error });
  }
};

/** Whether the chain takes a transaction that was signed before; its fees may be too low by now. */
export const isTaken = async (ask: Ask, signed: SentTransaction): Promise<boolean> => {
  try {
    await broadcast(ask, signed);
    return true;
  } catch (error) {
    if (isHoldfastError(error, 'TRANSACTION_REFUSED')) return false;
    throw error;
  }
};

/**
 * Signs with the wallet's key, keeps what was signed, then sends it. When an earlier transaction with this nonce was mined after
 * all, though its node had forgotten it, that one is the answer: all of one nonce deploy the same.
 */
export const createSender = ({ wallet, chainId, ask, keep, kept, onSent }: DeployerAccountOptions): SendTransaction => {
  const minedWith = async (nonce: number): Promise<Hash | undefined> => {
    for (const earlier of (await kept()).filter((each) => each.nonce === nonce))
      if ((await ask('eth_getTransactionReceipt', [earlier.hash])) !== null) return earlier.hash;
    return undefined;
  };
  return async (transaction) => {
    const { nonce, data, gasLimit, fees } = transaction;
    const earlier = await minedWith(nonce);
    if (earlier !== undefined) return earlier;
    const type = 'gasPrice' in fees ? 0 : 2;
    const signed = Transaction.from(await wallet.signTransaction({ type, chainId, nonce, data, gasLimit, ...fees }));
    const sent = { nonce, hash: hash(signed.hash ?? ''), raw: signed.serialized as Hex };
    await keep(sent);
    if (!(await isTaken(ask, sent))) {
      const mined = await minedWith(nonce);
      if (mined !== undefined) return mined;
      await broadcast(ask, sent);
    }
    onSent(transaction, sent.hash);
    return sent.hash;
  };
};
