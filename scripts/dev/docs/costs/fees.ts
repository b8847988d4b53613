import { DOLLARS_PER_ETH, ROLLUP } from './assumptions.js';

/** A transaction as fees see it. */
export interface Transaction {
  readonly gas: number;
  /** Bytes of its input. */
  readonly calldata: number;
}

/** Wei on Ethereum. */
export const ethereumFee = ({ gas }: Transaction, gasPrice: bigint): bigint => BigInt(gas) * gasPrice;

/**
 * The most wei that the data of a transaction costs on the OP stack since Fjord, as if nothing in it could be compressed: proofs are
 * hashes. https://specs.optimism.io/protocol/fjord/exec-engine.html; the size is that of its predeploy's `getL1FeeUpperBound`.
 * @param l1GasPrice Wei for a unit of gas on Ethereum.
 */
export const dataFee = ({ calldata }: Pick<Transaction, 'calldata'>, l1GasPrice: bigint): bigint => {
  const { baseFeeScalar, blobBaseFeeScalar, blobBaseFeeDivisor, envelopeBytes } = ROLLUP;
  const bytes = BigInt(calldata) + envelopeBytes;
  const fastLzBytes = bytes + bytes / 255n + 16n;
  const estimate = 836_500n * fastLzBytes - 42_585_600n;
  const millionthsOfBytes = estimate > 100_000_000n ? estimate : 100_000_000n;
  const scaledPrice = 16n * baseFeeScalar * l1GasPrice + (blobBaseFeeScalar * l1GasPrice) / blobBaseFeeDivisor;
  return (millionthsOfBytes * scaledPrice) / 10n ** 12n;
};

/** Wei on a rollup: its own gas, and its data on Ethereum. */
export const rollupFee = (transaction: Transaction, l1GasPrice: bigint): bigint =>
  BigInt(transaction.gas) * ROLLUP.gasPrice + dataFee(transaction, l1GasPrice);

const MICRO = 10n ** 6n;

/** Millionths of a dollar, rounded up, of an amount of wei. */
export const microDollars = (wei: bigint): bigint => {
  const scaled = wei * DOLLARS_PER_ETH * MICRO;
  const perEth = 10n ** 18n;
  return (scaled + perEth - 1n) / perEth;
};

/** `$12.35`, and below one dollar `$0.0123`: rounded up. */
export const showDollars = (micros: bigint): string => {
  const digits = micros < MICRO ? 4 : 2;
  const step = 10n ** BigInt(6 - digits);
  const steps = ((micros + step - 1n) / step).toString().padStart(digits + 1, '0');
  return `$${BigInt(steps.slice(0, -digits)).toLocaleString('en')}.${steps.slice(-digits)}`;
};
