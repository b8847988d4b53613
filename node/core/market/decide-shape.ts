import { durability } from './durability.js';

/** What durability is wanted, and what there is for it. */
export interface ShapeWanted {
  /** Shards that are to suffice. */
  readonly k: number;
  /** Least probability that k are there, and that of each shard, as {@link durability} has it: fractions in 0 … 1. */
  readonly target: number;
  readonly survival: number;
  /** Most shards: as many as there are providers to take one each. */
  readonly most: number;
}

/** Shards to store, never fewer than k; `reached` is false where all that there can be do not come to what is wanted. */
export interface ShapeDecision {
  readonly n: number;
  readonly reached: boolean;
}

/** As few shards as come to the target, or else as many as there can be. RangeError as of {@link durability}. */
export const decideShape = ({ k, target, survival, most }: ShapeWanted): ShapeDecision => {
  for (let n = k; n <= most; n++) if (durability(k, n, survival) >= target) return { n, reached: true };
  return { n: Math.max(k, most), reached: false };
};
