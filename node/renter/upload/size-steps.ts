import { LEAF_BYTES } from '../../core/units.js';
import type { RenterLimits } from '../limits.js';

/** How an object is cut. */
export interface StepSize {
  /** Slabs of each step. */
  readonly slabs: number;
  /** Bytes of all of them, unless it is the last. */
  readonly bytes: number;
  /** Steps that are not on chain yet, at most. */
  readonly inFlight: number;
}

/** Shards of one step in all: of each a few facts stay in memory until the chain holds it. */
const STEP_SHARDS = 1 << 15;

/** Pure: what one step has at most, of slabs and of their plaintext bytes: as much as a provider takes unsigned. */
export const mostOfStep = ({ k, n }: { readonly k: number; readonly n: number }, { stepLeaves }: Pick<RenterLimits, 'stepLeaves'>) => ({
  slabs: Math.max(1, Math.floor(STEP_SHARDS / n)),
  bytes: stepLeaves * LEAF_BYTES * k,
});

/** Pure: steps of whole slabs, as many bytes as a provider takes unsigned, and all those in flight no more than the source keeps. */
export const sizeSteps = (
  { k, n, slab, keeps = Infinity }: { readonly k: number; readonly n: number; readonly slab: number; readonly keeps?: number | undefined },
  { stepLeaves, stepsInFlight }: Pick<RenterLimits, 'stepLeaves' | 'stepsInFlight'>,
): StepSize => {
  const most = Math.min(stepLeaves * LEAF_BYTES * k, keeps / 2, (STEP_SHARDS / n) * slab);
  const slabs = Math.max(1, Math.floor(most / slab));
  const bytes = slabs * slab;
  return { slabs, bytes, inFlight: Math.max(1, Math.min(stepsInFlight, Math.floor(keeps / bytes))) };
};
