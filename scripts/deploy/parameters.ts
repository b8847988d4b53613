import type { MarketParameters } from '../../node/core/deal.js';
import { wei } from '../../node/core/units.js';

/** What a kind of chain needs: its block time and the schedule of audits that fits it. */
interface Schedule {
  /** Milliseconds between two blocks, as the chain means it. */
  readonly blockMilliseconds: number;
  /** P, blocks in a period. */
  readonly periodBlocks: number;
  /** W, blocks of a period in which a proof counts. Over 256 the chain must serve EIP-2935 (R10). */
  readonly windowBlocks: number;
}

/** The table of settlement.md's Defaults. */
const schedules = {
  /** A period is a day, a window six hours. */
  ethereum: { blockMilliseconds: 12_000, periodBlocks: 7_200, windowBlocks: 1_800 },
  /** A period is a day, a window four hours. */
  'op-stack': { blockMilliseconds: 2_000, periodBlocks: 43_200, windowBlocks: 7_200 },
  /** A period is a day, a window two hours. */
  filecoin: { blockMilliseconds: 30_000, periodBlocks: 2_880, windowBlocks: 240 },
  /** Test networks with Ethereum's block time: a period is an hour, a window half of it. */
  'ethereum-test': { blockMilliseconds: 12_000, periodBlocks: 300, windowBlocks: 150 },
  /** Test networks of the OP stack: a period is an hour, a window eight minutes. */
  'op-stack-test': { blockMilliseconds: 2_000, periodBlocks: 1_800, windowBlocks: 256 },
  /** One machine: a period is 20 seconds, a window 10. */
  devnet: { blockMilliseconds: 500, periodBlocks: 40, windowBlocks: 20 },
} as const satisfies Record<string, Schedule>;

/** A kind of chain that Holdfast has parameters for. */
export type NetworkKind = keyof typeof schedules;

/** Everything a deployment needs to know of its network. */
export interface NetworkParameters {
  readonly blockMilliseconds: number;
  readonly parameters: MarketParameters;
}

/**
 * The market's parameters for a kind of network.
 * @param decimals Decimals of the token, at least 6 so that a slash of one unit divides evenly; the unit is 0.01 token.
 */
export const parametersOf = (kind: NetworkKind, decimals = 18): NetworkParameters => {
  if (!Number.isSafeInteger(decimals) || decimals < 6) throw new RangeError(`decimals must be at least 6, not ${decimals}`);
  const { blockMilliseconds, periodBlocks, windowBlocks } = schedules[kind];
  const unit = 10n ** BigInt(decimals - 2);
  return {
    blockMilliseconds,
    parameters: {
      periodBlocks,
      windowBlocks,
      /** k: with five samples 10 % of lost data is found within 30 periods, 1 % with 77.9 %. */
      samples: 5,
      /** One miss takes 1 % of the locked stake … */
      missBps: 100,
      /** … which is 90 periods of rent, so a miss costs 0.9 periods of it. */
      collateralPeriods: 90,
      /** Half is burnt, so that a provider's deals with itself do not give the slash back to it. */
      burnBps: 5_000,
      bountyBps: 200,
      compensationBps: 4_800,
      maxMisses: 5,
      coverBps: 9_000,
      noticePeriods: 30,
      unit: wei(unit),
      bountyCap: wei(10n * unit),
    },
  };
};
