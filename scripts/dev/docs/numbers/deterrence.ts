import type { MarketParameters } from '../../../../node/core/market/deal.js';

/**
 * What cheating costs, by settlement rules R6 and R9. Shares are 0 … 1; money is in periods of the honest renters' whole rent;
 * padding is the weight of the provider's deals with itself over the honest ones'.
 */
export type DeterrenceParameters = Pick<
  MarketParameters,
  'samples' | 'missBps' | 'collateralPeriods' | 'burnBps' | 'compensationBps' | 'coverBps'
>;

const BPS = 10_000;

/** Left side of R9's first inequality over its right side: k · missBps · CP · burnBps / 10⁸, at least 1. */
export const r9Product = ({ samples, missBps, collateralPeriods, burnBps }: DeterrenceParameters): number =>
  (samples * missBps * collateralPeriods * burnBps) / BPS ** 2;

/** What one miss takes of the stake behind a deal, in periods of its rent: missBps · CP / 10⁴. */
export const slashInRents = ({ missBps, collateralPeriods }: DeterrenceParameters): number => (missBps * collateralPeriods) / BPS;

/** Chance that an audit draws something of the share `dropped` of the honest data: 1 − (1 − dropped / (1 + padding))^k. */
export const caught = (dropped: number, padding: number, { samples }: DeterrenceParameters): number =>
  -Math.expm1(samples * Math.log1p(-dropped / (1 + padding)));

/**
 * What a miss costs provider, own renter and own caller together: what is burnt, of the padding too; the honest renters'
 * compensation; and the rent of the period. The bounty is their own caller's, the padding's compensation and rent come back.
 */
export const lossOfMiss = (padding: number, parameters: DeterrenceParameters): number => {
  const slash = slashInRents(parameters);
  return (slash * parameters.burnBps * (1 + padding)) / BPS + (slash * parameters.compensationBps) / BPS + 1;
};

/** Expected loss over gain in a period of a provider that dropped a share; the gain is at most the rent of what is dropped. */
export const lossOverGain = (dropped: number, padding: number, parameters: DeterrenceParameters): number =>
  (caught(dropped, padding, parameters) * lossOfMiss(padding, parameters)) / dropped;

/** Where the provider loses least by cheating. */
export interface Worst {
  readonly ratio: number;
  readonly dropped: number;
  readonly padding: number;
}

const STEPS = 60;
const ROUNDS = 12;
/** Smallest share and largest padding looked at: beyond them the ratio has come to its limits. */
const LEAST_DROPPED = 1e-6;
const MOST_PADDING = 1e6;

/** A grid of `STEPS` values from `low` to `high`, evenly by logarithm. */
const grid = (low: number, high: number): number[] =>
  Array.from({ length: STEPS + 1 }, (_, step) => low * (high / low) ** (step / STEPS)).map((value) => Math.min(value, high));

/**
 * The smallest ratio of loss to gain over all shares dropped and all paddings, by a search on a grid that closes in on the
 * least value found.
 */
export const worstCase = (parameters: DeterrenceParameters): Worst => {
  // The grid is over 1 + padding, so that none at all is on it.
  let [droppedFrom, droppedTo, sumFrom, sumTo] = [LEAST_DROPPED, 1, 1, 1 + MOST_PADDING];
  let worst: Worst = { ratio: Infinity, dropped: 1, padding: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    for (const dropped of grid(droppedFrom, droppedTo)) {
      for (const sum of grid(sumFrom, sumTo)) {
        const ratio = lossOverGain(dropped, sum - 1, parameters);
        if (ratio < worst.ratio) worst = { ratio, dropped, padding: sum - 1 };
      }
    }
    const near = (value: number, low: number, high: number): [number, number] => {
      const width = (high / low) ** (2 / STEPS);
      return [Math.max(low, value / width), Math.min(high, value * width)];
    };
    [droppedFrom, droppedTo] = near(worst.dropped, droppedFrom, droppedTo);
    [sumFrom, sumTo] = near(1 + worst.padding, sumFrom, sumTo);
  }
  return worst;
};

/** What the ratio comes to when padding grows without end: R9's product, whatever share is dropped. */
export const limitOfPadding = (parameters: DeterrenceParameters): number => lossOverGain(1, MOST_PADDING, parameters);

/**
 * The least chance a period with which a renter must challenge its own deal so that dropping any share of it costs more than
 * it saves: the largest share / ((1 − (1 − share)^k) · CP · cover), over all shares. `cover` is what stands behind a unit.
 */
export const challengeChance = (parameters: DeterrenceParameters, cover: number): number =>
  Math.max(...grid(LEAST_DROPPED, 1).map((share) => share / (caught(share, 0, parameters) * parameters.collateralPeriods * cover)));

/** Hashes that a builder of S(p) tries, on average, until one draws nothing that was dropped: (1 − dropped / (1 + padding))^−k. */
export const triesToPass = (dropped: number, padding: number, { samples }: DeterrenceParameters): number =>
  (1 - dropped / (1 + padding)) ** -samples;

/** Share of the first blocks of periods that must be bought before a loss pays whose ratio is `ratio`: (1 − b) · ratio = 1. */
export const boughtToPay = (ratio: number): number => 1 - 1 / ratio;
