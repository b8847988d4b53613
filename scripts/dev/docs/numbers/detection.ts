/** Chance that at least one of `samples` draws in each of `periods` audits hits a share `lost` of the weight: 1 − (1 − lost)^(k·n). */
export const detected = (lost: number, samples: number, periods: number): number => -Math.expm1(samples * periods * Math.log1p(-lost));
