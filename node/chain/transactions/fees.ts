import type { Transaction } from 'ethers';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Rpc } from '../rpc/rpc.js';

/** What a transaction offers for a unit of gas, wei of the chain's coin. */
export type Fees =
  | { readonly type: 2; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly type: 0; readonly gasPrice: bigint };

export interface FeePolicy {
  /** Most that a unit of gas may cost, wei of the chain's coin. */
  readonly maxFeePerGas: bigint;
  /** Sign with one gas price, also where blocks have a base fee. */
  readonly legacyGas: boolean;
}

/** A policy with what is left out: 500 gwei, and a base fee where there is one. */
export const feePolicyOf = ({
  maxFeePerGas = 500_000_000_000n,
  legacyGas = false,
}: { [Name in keyof FeePolicy]?: FeePolicy[Name] | undefined }): FeePolicy => ({
  maxFeePerGas,
  legacyGas,
});

/** Whatever the chain asks. */
export const anyFee: FeePolicy = { maxFeePerGas: 2n ** 256n - 1n, legacyGas: false };

/** Tip where the node does not name one, wei a unit of gas. */
const DEFAULT_TIP = 1_000_000_000n;

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const quarterMore = (value: bigint): bigint => (value * 5n) / 4n + 1n;

/** The most that a unit of gas may cost under `fees`. */
export const feeCap = (fees: Fees): bigint => (fees.type === 2 ? fees.maxFeePerGas : fees.gasPrice);

const readQuantity = async (rpc: Rpc, method: string): Promise<bigint> =>
  BigInt(await rpc.read(async () => rpc.provider.send(method, []) as Promise<string>));

/** The node's idea of a tip; where it has none, one that leaves the cap room for the base fee. */
const readTip = async (rpc: Rpc, room: bigint): Promise<bigint> => {
  try {
    return await readQuantity(rpc, 'eth_maxPriorityFeePerGas');
  } catch (error) {
    if (isHoldfastError(error, 'RPC_REFUSED')) return smaller(DEFAULT_TIP, larger(room, 0n));
    throw error;
  }
};

/** `wanted`, or what is allowed if that still gets a transaction in at `least`. FEE_TOO_HIGH if it does not. */
const allowed = (wanted: bigint, least: bigint, max: bigint): bigint => {
  if (least > max) throw new HoldfastError('FEE_TOO_HIGH', { fee: least, max });
  return smaller(wanted, max);
};

/**
 * Fees that get a transaction into one of the next blocks: EIP-1559 where blocks have a base fee (twice it, plus the tip, as far
 * as that is allowed), one gas price elsewhere. FEE_TOO_HIGH when not even the next block is within `policy`.
 */
export const quoteFees = async (rpc: Rpc, policy: FeePolicy): Promise<Fees> => {
  const { maxFeePerGas: max, legacyGas } = policy;
  const block = await rpc.read(async () => rpc.provider.getBlock('latest'));
  const base = block?.baseFeePerGas ?? undefined;
  if (base === undefined || legacyGas) {
    const price = await readQuantity(rpc, 'eth_gasPrice');
    // A base fee may rise by an eighth with every block, and a price cannot follow it.
    return { type: 0, gasPrice: allowed(base === undefined ? price : quarterMore(price), price, max) };
  }
  const tip = await readTip(rpc, max - base);
  return { type: 2, maxFeePerGas: allowed(2n * base + tip, base + tip, max), maxPriorityFeePerGas: tip };
};

/**
 * The same fees with a few random wei in the cap: two processes of one key that do the same thing at once must not sign the
 * same transaction, or one mined transaction would pass for both.
 */
export const distinctFees = (fees: Fees, { maxFeePerGas: max }: Pick<FeePolicy, 'maxFeePerGas'>): Fees => {
  const extra = BigInt(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) >> 8n;
  const distinct = (fee: bigint, least: bigint): bigint => (fee + extra <= max ? fee + extra : larger(max - (extra & 1_023n), least));
  return fees.type === 2
    ? { ...fees, maxFeePerGas: distinct(fees.maxFeePerGas, fees.maxPriorityFeePerGas) }
    : { ...fees, gasPrice: distinct(fees.gasPrice, 0n) };
};

/** A quarter more if that is allowed; else all that is, if it is the tenth more that nodes ask of a replacement. */
const raised = (former: bigint, market: bigint, max: bigint): bigint | undefined => {
  const wanted = larger(quarterMore(former), market);
  if (wanted <= max) return wanted;
  return max >= former + former / 10n + 1n && max >= market ? max : undefined;
};

/** Fees that replace `former` and are not below the market's; undefined if that is more than is allowed. */
export const replacementFees = (
  former: Transaction,
  market: Fees,
  { maxFeePerGas: max }: Pick<FeePolicy, 'maxFeePerGas'>,
): Fees | undefined => {
  if (former.type !== 2) {
    const gasPrice = raised(former.gasPrice ?? 0n, feeCap(market), max);
    return gasPrice === undefined ? undefined : { type: 0, gasPrice };
  }
  const maxFeePerGas = raised(former.maxFeePerGas ?? 0n, feeCap(market), max);
  const tip = raised(former.maxPriorityFeePerGas ?? 0n, market.type === 2 ? market.maxPriorityFeePerGas : 0n, max);
  if (maxFeePerGas === undefined || tip === undefined) return undefined;
  return { type: 2, maxFeePerGas, maxPriorityFeePerGas: smaller(tip, maxFeePerGas) };
};
