import type { MarketParameters } from '../../../node/core/market/deal.js';
import { wei, type Wei } from '../../../node/core/units.js';

/*
 * Everything that differs between networks, in one place to be reviewed. R9 and R10 say what the contracts refuse; `npm run
 * deploy` checks both before it sends anything.
 */

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
  /** Test networks of the OP stack: a period is an hour, a window eight and a half minutes, all that BLOCKHASH reaches. */
  'op-stack-test': { blockMilliseconds: 2_000, periodBlocks: 1_800, windowBlocks: 256 },
  /** Filecoin's test networks: a period is an hour, a window half of it. */
  'filecoin-test': { blockMilliseconds: 30_000, periodBlocks: 120, windowBlocks: 60 },
  /** One machine: a period is 20 seconds, a window 10. */
  devnet: { blockMilliseconds: 500, periodBlocks: 40, windowBlocks: 20 },
} as const satisfies Record<string, Schedule>;

/** A kind of chain that Holdfast has parameters for. */
export type NetworkKind = keyof typeof schedules;

/** All of them. */
export const networkKinds = Object.keys(schedules) as readonly NetworkKind[];

/** What is deployed on a network that is ready by name. All of them are for tests: the token is ours and has a faucet. */
export interface NetworkRow {
  readonly kind: NetworkKind;
  /** Blocks on top of the last transaction before the deployment counts as done. */
  readonly confirmations: number;
}

/** By name; what the networks themselves are stands in `node/core/market/networks.ts`. */
export const networkRows: Readonly<Record<string, NetworkRow>> = {
  sepolia: { kind: 'ethereum-test', confirmations: 3 },
  'base-sepolia': { kind: 'op-stack-test', confirmations: 5 },
  'op-sepolia': { kind: 'op-stack-test', confirmations: 5 },
  'filecoin-calibration': { kind: 'filecoin-test', confirmations: 5 },
  localhost: { kind: 'devnet', confirmations: 0 },
};

/** Decimals of HoldToken. */
export const HOLD_DECIMALS = 18;
/** Fewest decimals of a token, so that a slash of one unit, 0.01 token, divides evenly. */
export const MIN_DECIMALS = 6;

/** HoldToken on a test network: a billion for whoever deploys, and what one draw from the faucet gives, token wei. */
export const testToken: { readonly supply: Wei; readonly faucetAmount: Wei } = {
  supply: wei(10n ** BigInt(HOLD_DECIMALS + 9)),
  faucetAmount: wei(10n ** BigInt(HOLD_DECIMALS + 3)),
};

/** Everything a deployment needs to know of its network. */
export interface NetworkParameters {
  readonly blockMilliseconds: number;
  readonly parameters: MarketParameters;
}

/** The collateral behind one unit of weight, 0.01 token, the most that one miss pays its finder, and the least bond, in token wei. */
export const unitsFor = (decimals: number): Pick<MarketParameters, 'unit' | 'bountyCap' | 'bondUnit'> => {
  if (!Number.isSafeInteger(decimals) || decimals < MIN_DECIMALS)
    throw new RangeError(`decimals must be at least ${MIN_DECIMALS}, not ${decimals}`);
  const unit = 10n ** BigInt(decimals - 2);
  return { unit: wei(unit), bountyCap: wei(10n * unit), bondUnit: wei(unit) };
};

/**
 * The market's parameters for a kind of network.
 * @param decimals Decimals of the token, at least {@link MIN_DECIMALS}.
 */
export const parametersOf = (kind: NetworkKind, decimals = HOLD_DECIMALS): NetworkParameters => {
  const { blockMilliseconds, periodBlocks, windowBlocks } = schedules[kind];
  const { unit, bountyCap, bondUnit } = unitsFor(decimals);
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
      /** One per cent of rent goes to the reward pool, half of which is burnt; at most 200 are allowed. */
      feeBps: 100,
      feeBurnBps: 5_000,
      epochPeriods: 30,
      /** A challenge costs 1 % of the collateral that it can win, one unit at least. */
      bondBps: 100,
      unit,
      bountyCap,
      /** What a contract's wallet may need on Ethereum's gas schedule to check a signature. */
      signatureGas: 100_000,
      bondUnit,
    },
  };
};
