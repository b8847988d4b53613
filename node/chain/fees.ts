import type { Transaction } from 'ethers';
import { HoldfastError } from '../core/errors.js';
import type { Rpc } from './rpc.js';

/** What a transaction offers for a unit of gas, wei of the chain's coin. */
export type Fees =
  | { readonly type: 2; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly type: 0; readonly gasPrice: bigint };

/** Tip where the node does not name one, wei a unit of gas. */
const DEFAULT_TIP = 1_000_000_000n;

/** The most that a unit of gas may cost under `fees`. */
export const feeCap = (fees: Fees): bigint => (fees.type === 2 ? fees.maxFeePerGas : fees.gasPrice);

/** Fees that get a transaction into one of the next blocks: EIP-1559 where blocks have a base fee (twice it, plus the tip). */
export const quoteFees = async (rpc: Rpc): Promise<Fees> => {
  const block = await rpc.read(async () => rpc.provider.getBlock('latest'));
  if (typeof block?.baseFeePerGas !== 'bigint') {
    return { type: 0, gasPrice: BigInt(await rpc.read(async () => rpc.provider.send('eth_gasPrice', []) as Promise<string>)) };
  }
  const tip = await rpc
    .read(async () => rpc.provider.send('eth_maxPriorityFeePerGas', []) as Promise<string>)
    .then(BigInt, (error: unknown) => {
      if (error instanceof HoldfastError && error.code === 'RPC_REFUSED') return DEFAULT_TIP;
      throw error;
    });
  return { type: 2, maxFeePerGas: 2n * block.baseFeePerGas + tip, maxPriorityFeePerGas: tip };
};

/**
 * The same fees with a few random wei in the cap: two processes of one key that do the same thing at once must not sign the
 * same transaction, or one mined transaction would pass for both.
 */
export const distinctFees = (fees: Fees): Fees => {
  const extra = BigInt(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) >> 8n;
  return fees.type === 2 ? { ...fees, maxFeePerGas: fees.maxFeePerGas + extra } : { ...fees, gasPrice: fees.gasPrice + extra };
};

/** A quarter more, which every node takes as a replacement (they ask for a tenth). */
const raised = (value: bigint): bigint => (value * 5n) / 4n + 1n;
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Fees that replace `former` and are not below the market's. */
export const replacementFees = (former: Transaction, market: Fees): Fees =>
  former.type === 2
    ? {
        type: 2,
        maxFeePerGas: larger(raised(former.maxFeePerGas ?? 0n), feeCap(market)),
        maxPriorityFeePerGas: larger(raised(former.maxPriorityFeePerGas ?? 0n), market.type === 2 ? market.maxPriorityFeePerGas : 0n),
      }
    : { type: 0, gasPrice: larger(raised(former.gasPrice ?? 0n), feeCap(market)) };
