/**
 * The probability that at least `k` of `n` shards survive where each does with probability `survival`, none of them because of another: the upper tail of
 * the binomial distribution, Σ C(n, i) pⁱ (1−p)ⁿ⁻ⁱ for i = k … n (Feller, An Introduction to Probability Theory, VI.2). No money: a fraction in 0 … 1, summed
 * from its smallest terms on. RangeError unless 0 ≤ k ≤ n and `survival` is in 0 … 1.
 */
export const durability = (k: number, n: number, survival: number): number => {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || k > n) throw new RangeError(`not k of n: ${k} of ${n}`);
  if (!(survival >= 0 && survival <= 1)) throw new RangeError(`no probability: ${survival}`);
  const terms: number[] = [];
  for (let i = k; i <= n; i++) terms.push(choose(n, i) * survival ** i * (1 - survival) ** (n - i));
  return Math.min(
    1,
    terms.sort((a, b) => a - b).reduce((sum, term) => sum + term, 0),
  );
};

/** How likely each shard is taken to survive where nothing else is said: that of providers whom nobody repairs after. */
export const USUAL_SURVIVAL = 0.75;

/** Ways to take `i` of `n`; exact enough up to 255 of them, where it is near 10^76. */
const choose = (n: number, i: number): number => {
  let ways = 1;
  for (let taken = 1; taken <= Math.min(i, n - i); taken++) ways = (ways * (n - taken + 1)) / taken;
  return ways;
};

/** A fraction as a percentage that never says more than there is: "83.05 %", "99.99 %", and as many nines as it has. */
export const percentDown = (fraction: number): string => {
  if (fraction >= 1) return '100 %';
  const lost = (1 - fraction) * 100;
  const decimals = lost >= 0.01 ? 2 : Math.min(12, Math.floor(-Math.log10(lost)) + 1);
  const scale = 10 ** decimals;
  return `${(Math.floor(fraction * 100 * scale) / scale).toFixed(decimals)} %`;
};
