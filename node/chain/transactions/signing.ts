import { Transaction, type SigningKey } from 'ethers';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { hash, type Address, type Hash, type Hex } from '../../core/units.js';
import { feeCap, type Fees } from './fees.js';
import type { RpcAnswer } from '../rpc/answer.js';
import type { Rpc } from '../rpc/rpc.js';
import { sayingOf, saysPoor } from '../rpc/sending.js';

/** What a transaction does on chain. */
export interface Call {
  readonly to: Address;
  readonly data: Hex;
  /** Wei of the chain's own coin. */
  readonly value: bigint;
}

export interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: Hash;
}

/** Signs `call` locally. */
export const signTransaction = (
  key: SigningKey,
  chainId: bigint,
  call: Call,
  nonce: number,
  gasLimit: bigint,
  fees: Fees,
): SignedTransaction => {
  const transaction = Transaction.from({ chainId, ...call, nonce, gasLimit, ...fees });
  transaction.signature = key.sign(transaction.unsignedHash);
  return { raw: transaction.serialized as Hex, hash: hash(transaction.hash ?? '') };
};

const quantity = (value: bigint): string => `0x${value.toString(16)}`;

/** Gas that `call` takes now. Rejects with the coded error if it would revert. */
export const estimateGas = async (rpc: Rpc, from: Address, call: Call): Promise<bigint> => {
  const request = { from, to: call.to, data: call.data, value: quantity(call.value) };
  try {
    return BigInt(await rpc.read(async () => rpc.provider.send('eth_estimateGas', [request]) as Promise<string>));
  } catch (error) {
    if (isHoldfastError(error, 'RPC_REFUSED') && saysPoor({ message: error.data.reason })) await requireCoin(rpc, from, call.value + 1n);
    throw error;
  }
};

/** Rejects with COIN_TOO_SMALL if `account` has less than `needed` wei of the chain's own coin. */
export const requireCoin = async (rpc: Rpc, account: Address, needed: bigint): Promise<void> => {
  const balance = await rpc.read(async () => rpc.provider.getBalance(account));
  if (balance < needed) throw new HoldfastError('COIN_TOO_SMALL', { account, balance, needed });
};

/** The most a transaction can cost, wei of the chain's own coin. */
export const costOf = (gasLimit: bigint, fees: Fees, value: bigint): bigint => gasLimit * feeCap(fees) + value;

/** What the nodes said to a signed transaction; `unknown` where they may have it or not. */
export type Broadcast =
  { readonly kind: 'accepted' | 'nonce-used' | 'underpriced' } | { readonly kind: 'refused' | 'unknown'; readonly error: HoldfastError };

/** The words in which a node answered, within what ethers made of them. */
const wordsIn = (error: HoldfastError): NonNullable<RpcAnswer['error']> => {
  const { info, error: inner } = (error.cause ?? {}) as { info?: { error?: object }; error?: object };
  return info?.error ?? inner ?? { message: error.message };
};

/** Hands a signed transaction to the nodes, once. */
export const broadcast = async (rpc: Rpc, raw: Hex): Promise<Broadcast> => {
  try {
    await rpc.once(async () => rpc.provider.send('eth_sendRawTransaction', [raw]) as Promise<string>);
    return { kind: 'accepted' };
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    const kind = isHoldfastError(error, 'RPC_REFUSED') ? sayingOf(wordsIn(error)) : 'unknown';
    return kind === 'refused' || kind === 'unknown' ? { kind, error } : { kind };
  }
};

/** Whether the node refused for want of coin. */
export const wantsCoin = (error: HoldfastError): boolean => saysPoor(wordsIn(error));
