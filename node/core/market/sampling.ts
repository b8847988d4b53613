import { concatBytes, fromHex, uintBytes } from '../data/bytes.js';
import { keccak256 } from '../data/keccak.js';
import { leaves, type Address, type DealId, type Hash, type Leaves, type Period } from '../units.js';
import type { MarketIdentity } from '../keys/market-identity.js';

const HALF = 128n;
const LOW_MASK = (1n << HALF) - 1n;
const AUDIT = new TextEncoder().encode('audit');
const CHALLENGE = new TextEncoder().encode('challenge');

/** The seed of a period (R1): keccak(hash of S(p) ‖ uint256 p ‖ uint256 chain id ‖ market). */
export const seedFrom = (firstBlockHash: Hash, p: Period, { chainId, market }: Pick<MarketIdentity, 'chainId' | 'market'>): Hash =>
  keccak256(concatBytes(fromHex(firstBlockHash), uintBytes(p, 32), uintBytes(chainId, 32), fromHex(market)));

/** Two draws of 128 bits each. */
export interface AuditRandom {
  /** Picks the deal: low mod T. */
  readonly low: bigint;
  /** Picks the leaf: high mod leaves. */
  readonly high: bigint;
}

/** r_i of R13: keccak("audit" ‖ seed ‖ provider ‖ uint256 i), in halves. `i` counts samples from 0. */
export const auditRandom = (seed: Hash, provider: Address, i: number): AuditRandom => {
  const random = BigInt(keccak256(concatBytes(AUDIT, fromHex(seed), fromHex(provider), uintBytes(i, 32))));
  return { low: random & LOW_MASK, high: random >> HALF };
};

/**
 * The slot that `low` mod T falls into, T being the sum of `weights` by slot (zero for a free one). What the contract's sum
 * tree finds: the first slot whose running sum is above the target. RangeError when all weights are zero.
 */
export const drawSlot = (weights: readonly bigint[], low: bigint): number => {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) throw new RangeError('weights must not all be zero');
  let target = low % total;
  for (const [slot, weight] of weights.entries()) {
    if (target < weight) return slot;
    target -= weight;
  }
  throw new RangeError('weights must not be negative');
};

/** The leaf drawn in a deal of `count` leaves: high mod count. */
export const drawLeaf = (high: bigint, count: Leaves): Leaves => {
  if (count === 0) throw new RangeError('leaves must not be zero');
  return leaves(Number(high % BigInt(count)));
};

/**
 * The leaf that sample `i` of a direct challenge opens (R8): keccak("challenge" ‖ seed ‖ deal ‖ uint256 i) mod count, `seed`
 * being that of the period after the challenge. RangeError for a deal without leaves.
 */
export const challengeLeaf = (seed: Hash, deal: DealId, i: number, count: Leaves): Leaves =>
  drawLeaf(BigInt(keccak256(concatBytes(CHALLENGE, fromHex(seed), fromHex(deal), uintBytes(i, 32)))), count);
