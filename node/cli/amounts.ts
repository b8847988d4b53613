import { countText, parseDecimal, tokensThere } from '../core/amount-text.js';
import { typedAddress } from '../core/typed-address.js';
import { LEAF_BYTES, MAX_LEAVES, leaves, wei, gasWei, type Address, type GasWei, type Leaves, type Wei } from '../core/units.js';

const TOKEN_DECIMALS = 18;
const SIZES: Readonly<Record<string, number>> = { B: 1, KiB: 1 << 10, MiB: 1 << 20, GiB: 1 << 30, TiB: 2 ** 40 };

/** "1.5" → 1.5 · 10^18 token wei. */
const parseTokens = (text: string): Wei => wei(parseDecimal(text, TOKEN_DECIMALS));

/** What an option or argument should be, in words, and how it is read; spread into whatever parses one. */
export type Reading<Value> = readonly [expected: string, parse: (text: string) => Value];

/** An amount of tokens from `least` to `most` token wei, the most that the contract's field holds; no bound where a balance is one. */
export const tokens = (example: string, { least = 0n, most }: { readonly least?: bigint; readonly most?: bigint } = {}): Reading<Wei> => {
  const above = least > 0n ? ' above 0,' : '';
  const below = most === undefined ? '' : `, at most ${tokensThere(most)}`;
  const parse = (text: string): Wei => {
    const amount = parseTokens(text);
    if (amount < least || (most !== undefined && amount > most)) throw new RangeError(`out of bounds: ${text}`);
    return amount;
  };
  return [`an amount of tokens${above} such as ${example}${below}`, parse];
};

/** An amount of the chain's own coin, from `least` wei on. */
export const coins = (example: string, least = 0n): Reading<GasWei> => [
  `an amount of coin${least > 0n ? ' above 0,' : ''} such as ${example}`,
  (text) => {
    const amount = gasWei(parseDecimal(text, TOKEN_DECIMALS));
    if (amount < least) throw new RangeError(`too little: ${text}`);
    return amount;
  },
];

export const addressReading: Reading<Address> = [
  'an address: 0x and 40 hex digits, all of one case or with the right checksum',
  typedAddress,
];

/** A whole number from `least` to `most`. */
export const count = (least: number, most?: number, of = ''): Reading<number> => [
  `a whole number${of} ${most === undefined ? `from ${least}` : `in ${least}…${most}`}`,
  (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > (most ?? value))
      throw new RangeError(`out of bounds: ${text}`);
    return value;
  },
];

/** A percentage between 0 and 100, neither of them, as a fraction. */
export const percent = (example: string): Reading<number> => [
  `a percentage above 0 and below 100 such as ${example}`,
  (text) => {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value >= 100) throw new RangeError(`out of bounds: ${text}`);
    return value / 100;
  },
];

/** "64MiB", "1.5 GiB", "100" (bytes) → bytes. */
const parseSize = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]iB|B)?$/.exec(text.trim());
  if (match?.[1] === undefined) throw new TypeError(`not a size: ${text}`);
  const bytes = Math.round(Number(match[1]) * (SIZES[match[2] ?? 'B'] ?? 1));
  if (!Number.isSafeInteger(bytes)) throw new RangeError(`too large: ${text}`);
  return bytes;
};

/** A size from `least` to `most` bytes. */
export const size = (example: string, most: number, least = 0): Reading<number> => [
  `a size such as ${example}, ${least === 0 ? '' : `at least ${showSize(least)} and `}at most ${showSize(most)}`,
  (text) => {
    const bytes = parseSize(text);
    if (bytes < least || bytes > most) throw new RangeError(`out of bounds: ${text}`);
    return bytes;
  },
];

/** A size as the leaves that it fills, rounded up. */
export const leafSize = (example: string): Reading<Leaves> => {
  const [expected, parse] = size(example, MAX_LEAVES * LEAF_BYTES);
  return [expected, (text) => leaves(Math.ceil(parse(text) / LEAF_BYTES))];
};

/** Bytes in the largest unit that keeps the number above one: "1.50 MiB". */
export const showSize = (bytes: number): string => {
  const unit = ['TiB', 'GiB', 'MiB', 'KiB'].find((name) => bytes >= (SIZES[name] ?? Infinity));
  return unit === undefined ? `${bytes} B` : `${(bytes / (SIZES[unit] ?? 1)).toFixed(2)} ${unit}`;
};

export const showLeaves = (count: number): string => showSize(count * LEAF_BYTES);

/** The day of a time in milliseconds since 1970, in UTC: "2027-02-28". */
export const showDay = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

/** A time in milliseconds since 1970 to the minute, in UTC: "2026-11-30 20:59". */
export const showMinute = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ');

const SPANS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** About how long something takes, in the largest unit of which there are two: "about 3 hours", "about 20 seconds". */
export const showWait = (milliseconds: number): string => {
  const [name, unit] = SPANS.find(([, each]) => milliseconds >= 2 * each) ?? (['second', 1_000] as const);
  const number = Math.max(1, Math.round(milliseconds / unit));
  return `about ${countText(number, name)}`;
};
