// What the vectors are computed for. Data only; the answers are in reference.ts.

const one = 10n ** 18n;
const unit = 10n ** 16n;

const MiB = 2 ** 20;
const edges = [32, 64, 128, 1024, 4096, 4 * MiB].flatMap((b) => [b - 32, b - 1, b, b + 1, b + 32]);

/** Bytes of a sector: none, one leaf and its edges, powers of two and one byte or one leaf off. */
export const sectorSizes = [...new Set([0, 31, 33, 96, ...edges])].filter((bytes) => bytes <= 4 * MiB).sort((a, b) => a - b);

/** Bytes of each sector of a data set. */
export const dataSets = [
  [],
  [1],
  [32],
  [33, 64],
  [4096, 31, 4097],
  [1, 2, 3, 4],
  [96, 1024, 1, 992, 65],
  Array.from({ length: 17 }, (_, i) => 40 * i + 1),
];

const address = (digit: string): string => '0x' + digit.repeat(40);

/** An audit of 32 samples; `leaves` are those of the deal in each slot. */
export const audit = {
  chainId: 31337,
  period: 7,
  market: address('a'),
  renter: address('b'),
  provider: address('c'),
  samples: 32,
  weights: [3n, 0n, 40n, 1n, 7n, 2n ** 63n, 12n, 0n, 5n],
  leaves: [1, 0, 2, 3, 131072, 2 ** 25, 2 ** 40 - 1, 0, 33],
  /** Every draw below the sum of these is listed. */
  smallWeights: [3n, 0n, 2n, 1n, 4n, 0n],
};

/** settlement.md, Defaults. */
export const parameters = {
  unit,
  missBps: 100n,
  collateralPeriods: 90n,
  burnBps: 5000n,
  bountyBps: 200n,
  compensationBps: 4800n,
  bountyCap: 10n * unit,
};

export const rates = [
  { price: 0n, leaves: 1n },
  { price: 1n, leaves: 1n },
  { price: one, leaves: 0n },
  { price: one, leaves: 1n },
  { price: one, leaves: 2n ** 25n - 1n },
  { price: one, leaves: 2n ** 25n },
  { price: one, leaves: 2n ** 25n + 1n },
  { price: 12345678901234567n, leaves: 8192n },
  { price: 3n * one, leaves: 2n ** 40n },
  { price: unit / 90n, leaves: 2n ** 25n },
  { price: unit / 90n + 1n, leaves: 2n ** 25n },
];

/** Total weight of a provider that misses: nothing, one, around the cap of the bounty, far beyond 64 bits of wei. */
export const missedTotals = [0n, 1n, 9n, 49_999n, 50_000n, 50_001n, 2n ** 60n];

const never = null;
const deal = { rate: 7n, escrow: 100n, settledThrough: 3, decided: 9, end: 12, defaultPeriod: never, misses: [] as number[] };

export const settlements = [
  deal,
  { ...deal, misses: [3, 4, 6, 9, 10] },
  { ...deal, decided: 20, misses: [11, 12, 13] },
  { ...deal, decided: 20, defaultPeriod: 8, misses: [4, 5, 6, 7, 8] },
  { ...deal, settledThrough: 9 },
  { ...deal, settledThrough: 15, decided: 20 },
  { ...deal, rate: one, escrow: 50n * one, settledThrough: 100, decided: 131, end: 140, misses: [110, 111, 125] },
];

export const escrows = [
  { rate: 7n, end: 12, period: 3 },
  { rate: 7n, end: 4, period: 3 },
  { rate: one, end: 33, period: 3 },
];

/** A provider at its default. */
export const defaults = [
  { stake: 90n * unit, total: 100n },
  { stake: 100n * unit, total: 100n },
  { stake: 200n * unit + 5n, total: 100n },
  { stake: 100n * unit - 1n, total: 100n },
  { stake: 99n, total: 100n },
];
