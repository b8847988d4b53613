/** Token wei in a millionth of a token. */
const MICRO = 10n ** 12n;

/** Token wei as tokens for people, cut after six decimals: "1.25 HOLD". */
export const tokens = (amount: bigint): string => {
  const micros = amount / MICRO;
  const fraction = (micros % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  if (amount > 0n && micros === 0n) return '< 0.000001 HOLD';
  return `${micros / 1_000_000n}${fraction === '' ? '' : `.${fraction}`} HOLD`;
};
