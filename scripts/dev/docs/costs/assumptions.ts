import { DEFAULT_PERIODS } from '../../../../node/cli/commands/paying-options.js';

/*
 * What the costs page assumes of prices and of how deals are used, in one place: none of it follows from the contracts. Figures of
 * others are as they state them, or as we measured them where said so.
 */

/** When these were chosen. */
export const AS_OF = '2026-11';

const GWEI = 10n ** 9n;

/** Dollars for one ETH. Every amount of money on the page is proportional to it. */
export const DOLLARS_PER_ETH = 3_000n;

/** Wei for a unit of gas on Ethereum, tip included: a quiet day, and a busy one. */
export const L1_GAS_PRICES = [GWEI, 5n * GWEI] as const;

/** An optimistic rollup of the OP stack. */
export const ROLLUP = {
  /** Wei for a unit of its own gas. */
  gasPrice: GWEI / 100n,
  /** Of the data fee, in millionths, as operators set them: for the L1's gas, and for its blobs. */
  baseFeeScalar: 5_227n,
  blobBaseFeeScalar: 1_014_213n,
  /** The L1's blob gas costs at least this part of its gas (EIP-7918: 2^13 gas for a blob of 2^17). */
  blobBaseFeeDivisor: 16n,
  /** Bytes of a signed transaction besides its input. */
  envelopeBytes: 110n,
} as const;

/** How renters use a deal. */
export const DEAL_USE = {
  /** Days that a deal lasts: what `put` takes without being told. */
  days: DEFAULT_PERIODS,
  /** Revisions posted after the first, in 30 days. */
  revisionsPerMonth: 1,
} as const;

export const DAYS_PER_MONTH = 30;

/** Sizes of deals, GiB, of the table by TiB and month. */
export const DEAL_SIZES = [1, 10, 100, 1_024] as const;

/** Other systems' gas, least and most. */
export const OTHERS = {
  /** Filecoin's PDP verifier, its source of 2026-08, run by us on an EVM with 1 to 1,024 pieces of 1 GiB. */
  pdp: { proof: [230_000, 361_000], scheduling: 48_000, addedPiece: [57_000, 139_000] },
  /** Their own figures. */
  codex: { slotProof: 334_525 },
  ethStorage: { shardProof: [383_000, 530_000] },
} as const;
