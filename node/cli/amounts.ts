import { formatUnits, parseUnits } from 'ethers';
import { LEAF_BYTES, leaves, wei, gasWei, type GasWei, type Leaves, type Wei } from '../core/units.js';

const TOKEN_DECIMALS = 18;
const SIZES: Readonly<Record<string, number>> = { B: 1, KiB: 1 << 10, MiB: 1 << 20, GiB: 1 << 30, TiB: 2 ** 40 };

/** "1.5" → 1.5 · 10^18 token wei. */
export const parseTokens = (text: string): Wei => wei(parseUnits(text, TOKEN_DECIMALS));
export const parseCoins = (text: string): GasWei => gasWei(parseUnits(text, TOKEN_DECIMALS));

/** Token wei as tokens, without trailing zeros: "1.5 HOLD". */
export const showTokens = (amount: bigint): string => `${trim(formatUnits(amount, TOKEN_DECIMALS))} HOLD`;
export const showCoins = (amount: bigint): string => `${trim(formatUnits(amount, TOKEN_DECIMALS))} ETH`;
const trim = (text: string): string => text.replace(/\.0$/, '');

/** "64MiB", "1.5 GiB", "100" (bytes) → bytes. */
export const parseSize = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]iB|B)?$/.exec(text.trim());
  if (match?.[1] === undefined) throw new TypeError(`not a size: ${text}`);
  const bytes = Math.round(Number(match[1]) * (SIZES[match[2] ?? 'B'] ?? 1));
  if (!Number.isSafeInteger(bytes)) throw new RangeError(`too large: ${text}`);
  return bytes;
};

/** Leaves that a size given by a person fills, rounded up. */
export const parseLeaves = (text: string): Leaves => leaves(Math.ceil(parseSize(text) / LEAF_BYTES));

/** Bytes in the largest unit that keeps the number above one: "1.50 MiB". */
export const showSize = (bytes: number): string => {
  const unit = ['TiB', 'GiB', 'MiB', 'KiB'].find((name) => bytes >= (SIZES[name] ?? Infinity));
  return unit === undefined ? `${bytes} B` : `${(bytes / (SIZES[unit] ?? 1)).toFixed(2)} ${unit}`;
};

export const showLeaves = (count: number): string => showSize(count * LEAF_BYTES);

/** A whole number of at least `min`. */
export const parseCount =
  (min: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) throw new RangeError(`not a whole number from ${min}: ${text}`);
    return value;
  };
