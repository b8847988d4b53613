import { Transaction as Signed, type TransactionReceipt, type TransactionResponse } from 'ethers';
import type { Rpc } from '../rpc/rpc.js';
import { findUse, type Use } from './find-use.js';
import { attemptHashes, type Flight } from './flight.js';
import type { Sighting } from './sighting.js';
import type { Aloft, Deck, InLife } from './transaction.js';

/** The attempt that was mined, with its receipt. */
export const minedAttempt = async (rpc: Rpc, flight: Flight): Promise<(Sighting & { kind: 'mined' | 'cancelled' }) | undefined> => {
  for (const { hash, cancels } of attemptHashes(flight)) {
    const receipt = await rpc.read(async () => rpc.provider.getTransactionReceipt(hash));
    if (receipt !== null) return { kind: cancels ? 'cancelled' : 'mined', receipt };
  }
  return undefined;
};

/** Types of transactions whose hash and sender can be recomputed here. */
const KNOWN_TYPES = [0, 1, 2, 3, 4];

/** Whether its key signed `transaction`: an RPC cannot make one up. */
const isGenuine = (transaction: TransactionResponse): boolean => {
  const { type, gasPrice, from, hash } = transaction;
  if (!KNOWN_TYPES.includes(type)) return true;
  try {
    const again = Signed.from({ ...fieldsOf(transaction), gasPrice: type < 2 ? gasPrice : null });
    return again.hash === hash && again.from === from;
  } catch {
    return false;
  }
};

const fieldsOf = (transaction: TransactionResponse) => {
  const { type, to, nonce, gasLimit, maxPriorityFeePerGas, maxFeePerGas, maxFeePerBlobGas, data, value, chainId } = transaction;
  const { signature, accessList, blobVersionedHashes, authorizationList } = transaction;
  const fees = type < 2 ? {} : { maxPriorityFeePerGas, maxFeePerGas };
  const blobs = type === 3 ? { maxFeePerBlobGas, blobVersionedHashes } : {};
  const lists = { ...(type > 0 && { accessList }), ...(type === 4 && { authorizationList }) };
  return { type, to, nonce, gasLimit, ...fees, data, value, chainId, signature, ...blobs, ...lists };
};

/** The receipt of `use`, if it is what proves a nonce used: a transaction of that account and nonce, in a block. */
export const proofOf = async (
  { rpc, account }: Pick<Deck, 'rpc' | 'account'>,
  nonce: number,
  { hash }: Use,
): Promise<TransactionReceipt | undefined> => {
  const transaction = await rpc.read(async () => rpc.provider.getTransaction(hash));
  if (transaction?.from.toLowerCase() !== account || transaction.nonce !== nonce || !isGenuine(transaction)) return undefined;
  return (await rpc.read(async () => rpc.provider.getTransactionReceipt(hash))) ?? undefined;
};

/**
 * A foreign transaction, or one's own that cancels, proves an action lost in so many blocks, whatever depth a receipt needs: were it
 * undone, the first attempt could be mined after the action was signed anew. Where no blocks come, after so many milliseconds.
 */
const LOST = { blocks: 3, milliseconds: 60_000 } as const;

/** Whether `receipt` proves the action lost. An audit waits for no more blocks than a receipt needs: it costs its gas twice at worst. */
const isLostBy = ({ search, terms }: InLife<Aloft>, { blockNumber }: TransactionReceipt, head: number): boolean => {
  search.foundAt ??= Date.now();
  const isBuried = blockNumber + LOST.blocks - 1 <= head || Date.now() - search.foundAt >= LOST.milliseconds;
  return isBuried || terms.priority === 'audit';
};

/** Looks for the flight with the one RPC at hand, on the chain whose newest block is `head`. */
export const lookFor = async (deck: Deck, one: InLife<Aloft>, head: number): Promise<Sighting> => {
  const { rpc, account, confirmations } = deck;
  const { flight } = one.life;
  const isDeep = ({ blockNumber }: TransactionReceipt): boolean => blockNumber + confirmations - 1 <= head;
  const mined = await minedAttempt(rpc, flight);
  if (mined !== undefined) {
    const counts = isDeep(mined.receipt) && (mined.kind === 'mined' || isLostBy(one, mined.receipt, head));
    return counts ? mined : { kind: 'shallow' };
  }
  const used = await rpc.read(async () => rpc.provider.getTransactionCount(account, 'latest'));
  if (used <= flight.nonce) {
    one.search = {};
    return { kind: 'absent', used };
  }
  const question = { account, nonce: flight.nonce, since: flight.record.since ?? undefined, head };
  const use = await findUse(rpc, question, one.search);
  // One's own is mined, then, however long its receipt takes to show.
  if (use === undefined || attemptHashes(flight).some(({ hash }) => hash === use.hash)) return { kind: 'used' };
  const proof = await proofOf(deck, flight.nonce, use);
  if (proof === undefined) {
    one.search = {};
    return { kind: 'used' };
  }
  return isDeep(proof) && isLostBy(one, proof, head) ? { kind: 'foreign', hash: use.hash } : { kind: 'shallow' };
};
