import type { Wei } from '../units.js';

const DECIMALS = 18;

/** An amount of the market's token for people, exact and without needless zeros: `1.25 HOLD`. */
export const holdText = (amount: Wei): string => {
  const digits = amount.toString().padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`} HOLD`;
};
