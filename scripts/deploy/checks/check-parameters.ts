import type { MarketParameters } from '../../../node/core/market/deal.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';

/** 10⁴ basis points, squared. */
const SHARES = 10n ** 8n;
/** Most of the rent that may go to the reward pool, basis points. */
const MAX_FEE_BPS = 200;
/** Largest bond as a share of the collateral that it is about, basis points. */
const MAX_BOND_BPS = 1_000;
/** Oldest block hash that EIP-2935 serves. */
const OLDEST_HASH = 8_191;

/** An inequality of R9 or R10: what must not be less than what. Names and order as in `contracts/libraries/Soundness.sol`. */
type Inequality = readonly [name: string, left: number | bigint, right: number | bigint];

const within = (name: string, value: number, min: number, max: number): readonly Inequality[] => [
  [name, value, min],
  [`most ${name}`, max, value],
];

const inequalities = (p: MarketParameters): readonly Inequality[] => {
  const shares = p.burnBps + p.bountyBps + p.compensationBps;
  const rest = (bps: number): bigint => (p.unit * BigInt(p.missBps * bps)) % SHARES;
  return [
    ['deterrence', BigInt(p.samples) * BigInt(p.missBps * p.collateralPeriods) * BigInt(p.burnBps), SHARES],
    ['sum of shares', shares, 10_000],
    ['10000 by sum of shares', 10_000, shares],
    ['10000 by cover and all misses', 10_000, p.coverBps + p.maxMisses * p.missBps],
    ['coverBps', p.coverBps, p.missBps],
    ['windowBlocks', p.windowBlocks, 2],
    ['periodBlocks', p.periodBlocks, 2 * p.windowBlocks],
    ...within('noticePeriods', p.noticePeriods, 1, 1_000),
    ...within('maxMisses', p.maxMisses, 3, 50),
    ...within('samples', p.samples, 1, 16),
    ...within('signatureGas', p.signatureGas, 20_000, 1_000_000),
    ['200 by feeBps', MAX_FEE_BPS, p.feeBps],
    ['10000 by feeBurnBps', 10_000, p.feeBurnBps],
    ['epochPeriods', p.epochPeriods, 1],
    ['unit', p.unit, 1],
    ['bondUnit', p.bondUnit, p.unit],
    ['1000 by bondBps', MAX_BOND_BPS, p.bondBps],
    ['burn per weight', 0, rest(p.burnBps)],
    ['bounty per weight', 0, rest(p.bountyBps)],
    ['compensation per weight', 0, rest(p.compensationBps)],
    ['oldest hash by windowBlocks', OLDEST_HASH, p.windowBlocks],
  ];
};

/** The inequalities of R9 (and R10's longest window) that `parameters` break, with both numbers, in the constructor's order. */
export const brokenInequalities = (parameters: MarketParameters): readonly Inequality[] =>
  inequalities(parameters).filter(([, left, right]) => left < right);

/** Refuses what the market's constructor would refuse: BAD_PARAMETER with the name of the inequality and both numbers. */
export const requireSound = (parameters: MarketParameters): void => {
  const [broken] = brokenInequalities(parameters);
  if (broken === undefined) return;
  const [name, left, right] = broken;
  throw new HoldfastError('BAD_PARAMETER', { name, left: BigInt(left), right: BigInt(right) });
};
