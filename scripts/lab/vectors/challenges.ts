// Samples and bonds of direct challenges by viem, whose packing and hash the node does not use.
import { encodePacked, keccak256 } from 'viem';

const seed = `0x${'5e'.repeat(32)}` as const;
const deal = `0x${'d1'.repeat(32)}` as const;
const sizes = [1n, 2n, 3n, 33n, 2n ** 17n, 2n ** 25n, 2n ** 40n - 1n];
const SAMPLES = 5n;
const unit = 10n ** 16n;

const counted = (count: bigint): bigint[] => Array.from({ length: Number(count) }, (_, i) => BigInt(i));

/** The content of `challenges.json`: leaves drawn in deals of several sizes, and bonds by how many challenges are open. */
export const challengeVectors = (): object => ({
  seed,
  deal,
  samples: sizes.flatMap((leaves) =>
    counted(SAMPLES).map((i) => {
      const random = keccak256(encodePacked(['string', 'bytes32', 'bytes32', 'uint256'], ['challenge', seed, deal, i]));
      return { i: Number(i), leaves: Number(leaves), random, leaf: Number(BigInt(random) % leaves) };
    }),
  ),
  bonds: [...counted(6n).map((ahead) => ({ bondUnit: unit, ahead })), { bondUnit: 13n, ahead: 3n }, { bondUnit: 1n, ahead: 0n }].map(
    ({ bondUnit, ahead }) => {
      const eighths = bondUnit * (8n + ahead);
      return { bondUnit, ahead: Number(ahead), bond: eighths % 8n === 0n ? eighths / 8n : eighths / 8n + 1n };
    },
  ),
});
