/** Amounts as people read them. Data stay in wei: only sentences are made here. */

const TOKEN_DECIMALS = 18;
const GWEI_DECIMALS = 9;

/** `amount` divided by 10^`decimals`, exactly, without trailing zeros: 1500000000000000000 with 18 is "1.5". */
export const decimalText = (amount: bigint, decimals: number): string => {
  const base = 10n ** BigInt(decimals);
  const size = amount < 0n ? -amount : amount;
  const fraction = (size % base).toString().padStart(decimals, '0').replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${size / base}${fraction === '' ? '' : `.${fraction}`}`;
};

/** The amount that `text` says: "1.5" with 18 decimals is 1500000000000000000. TypeError unless it is a decimal number of no more digits. */
export const parseDecimal = (text: string, decimals: number): bigint => {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  const digits = fraction.replace(/0+$/, '');
  if (whole + fraction === '' || digits.length > decimals) throw new TypeError(`not a number with at most ${decimals} decimals: ${text}`);
  const size = BigInt(whole + digits.padEnd(decimals, '0'));
  return sign === '-' ? -size : size;
};

/** Decimals that people are shown of tokens. */
const SHOWN_DECIMALS = 6;
const SHOWN_UNIT = 10n ** BigInt(TOKEN_DECIMALS - SHOWN_DECIMALS);

const shownText = (amount: bigint, shown: bigint): string => {
  if (shown === 0n && amount !== 0n) return `${amount < 0n ? '-' : '<'}${decimalText(1n, SHOWN_DECIMALS)} HOLD`;
  return `${decimalText(amount < 0n ? -shown : shown, SHOWN_DECIMALS)} HOLD`;
};

/**
 * Token wei as tokens with at most six decimals, to the nearest: "1.5 HOLD", "0.333333 HOLD"; what is not nothing is never shown as nothing: "<0.000001
 * HOLD".
 */
export const showTokens = (amount: bigint): string => {
  const size = amount < 0n ? -amount : amount;
  return shownText(amount, (2n * size + SHOWN_UNIT) / (2n * SHOWN_UNIT));
};

/** Token wei that are there or allowed, rounded down; beside what is needed, of which there is more, it never reads as enough. */
export const tokensThere = (amount: bigint): string => shownText(amount, amount / SHOWN_UNIT);

/** Token wei as what a command is given that must bring at least so much: tokens, with at most six decimals, rounded up. */
export const tokensUp = (amount: bigint): string => decimalText((amount + SHOWN_UNIT - 1n) / SHOWN_UNIT, SHOWN_DECIMALS);

/** Token wei that are needed or asked for, rounded up: who brings what is shown has enough. */
export const tokensNeeded = (amount: bigint): string => `${tokensUp(amount)} HOLD`;
/** Wei of the chain's own coin: "0.2 ETH". */
export const showCoins = (amount: bigint): string => `${decimalText(amount, TOKEN_DECIMALS)} ETH`;
/** A price of gas in wei: "1.5 gwei". */
export const showGwei = (price: bigint): string => `${decimalText(price, GWEI_DECIMALS)} gwei`;

/** "1 deal", "2 deals". */
export const countText = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
