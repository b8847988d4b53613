// Samples and bonds of direct challenges by viem, whose packing and hash the node does not use.
import { encodePacked, keccak256 } from 'viem';

const seed = `0x${'5e'.repeat(32)}` as const;
const deal = `0x${'d1'.repeat(32)}` as const;
const sizes = [1n, 2n, 3n, 33n, 2n ** 17n, 2n ** 25n, 2n ** 40n - 1n];
const SAMPLES = 5n;
const UNIT = 10n ** 16n;

const counted = (count: bigint): bigint[] => Array.from({ length: Number(count) }, (_, i) => BigInt(i));

/** A bond's terms: what differs from a deal of weight 1 where one unit is the least bond and 1 % of the collateral less. */
const bonds = [
  ...counted(6n).map((ahead) => ({ ahead })),
  { bondUnit: 13n, unit: 13n, ahead: 3n },
  { bondUnit: 1n, unit: 1n, ahead: 0n },
  { weight: 100n, ahead: 0n },
  { weight: 101n, ahead: 0n },
  { weight: 12_345n, ahead: 5n },
  { weight: 7n, unit: 3n, bondUnit: 3n, bondBps: 999n, ahead: 1n },
  { weight: 1_001n, unit: 7n, bondUnit: 7n, bondBps: 33n, ahead: 2n },
  { weight: 2n ** 64n - 1n, ahead: 28n },
  { weight: 50n, bondBps: 0n, ahead: 1n },
];

const upBy = (amount: bigint, by: bigint): bigint => (amount % by === 0n ? amount / by : amount / by + 1n);

/** The content of `challenges.json`: leaves drawn in deals of several sizes, and bonds by weight and how many challenges are open. */
export const challengeVectors = (): object => ({
  seed,
  deal,
  samples: sizes.flatMap((leaves) =>
    counted(SAMPLES).map((i) => {
      const random = keccak256(encodePacked(['string', 'bytes32', 'bytes32', 'uint256'], ['challenge', seed, deal, i]));
      return { i: Number(i), leaves: Number(leaves), random, leaf: Number(BigInt(random) % leaves) };
    }),
  ),
  bonds: bonds.map((terms) => {
    const { bondUnit, unit, weight, bondBps, ahead } = { bondUnit: UNIT, unit: UNIT, weight: 1n, bondBps: 100n, ...terms };
    const share = upBy(weight * unit * bondBps, 10_000n);
    const bond = upBy((share > bondUnit ? share : bondUnit) * (8n + ahead), 8n);
    return { bondUnit, unit, weight, bondBps: Number(bondBps), ahead: Number(ahead), bond };
  }),
});
