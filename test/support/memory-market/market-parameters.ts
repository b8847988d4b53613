import type { MarketParameters } from '../../../node/core/market/deal.js';
import { wei } from '../../../node/core/units.js';

const unit = 10n ** 16n;

/** The devnet column of the settlement rules' defaults. */
export const devnetParameters: MarketParameters = {
  periodBlocks: 40,
  windowBlocks: 20,
  samples: 5,
  missBps: 100,
  collateralPeriods: 90,
  burnBps: 5000,
  bountyBps: 200,
  compensationBps: 4800,
  maxMisses: 5,
  coverBps: 9000,
  noticePeriods: 30,
  feeBps: 100,
  feeBurnBps: 5000,
  epochPeriods: 30,
  bondBps: 100,
  unit: wei(unit),
  bountyCap: wei(10n * unit),
  signatureGas: 100_000,
  bondUnit: wei(unit),
};
