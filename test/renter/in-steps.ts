import type { ByteSource } from '../../node/ports/world.js';
import type { RenterLimits } from '../../node/renter/limits.js';
import { leaves } from '../../node/core/units.js';
import { createRenterWorld, type RenterWorld, type RenterWorldOptions } from '../support/worlds/renter-world.js';

/** 2 of 4, with sectors of 1 KiB: slabs of 2 KiB, steps of four slabs, two steps in a deal. */
export const SLAB = 2_048;
export const STEP = 4 * SLAB;
export const terms = { k: 2, n: 4, periods: 20, room: 0 };
export const limits = { slabRoom: 4_096, stepLeaves: 128, dealLeaves: 256 } satisfies Partial<RenterLimits>;

/** A world in which objects are stored in small steps, and no provider takes more than a step before it signs. */
export const createSteppedWorld = (options: RenterWorldOptions = {}): Promise<RenterWorld> =>
  createRenterWorld({
    ...options,
    limits: { ...limits, ...options.limits },
    provider: (name) => {
      const own = options.provider?.(name) ?? {};
      return { ...own, policy: { maxPendingLeaves: leaves(128), ...own.policy } };
    },
  });

/** Bytes that are read in order, as of a pipe: their number is known at the end alone, and what is forgotten is gone. */
export interface TestStream extends ByteSource {
  /** Most bytes that were read and not forgotten at once. */
  readonly mostKept: number;
}

export const streamOf = (bytes: Uint8Array, keeps: number): TestStream => {
  let [forgotten, read, mostKept] = [0, 0, 0];
  return {
    length: undefined,
    keeps,
    read: async (offset, length) => {
      if (offset < forgotten) throw new RangeError(`byte ${offset} is forgotten`);
      read = Math.max(read, Math.min(bytes.length, offset + length));
      mostKept = Math.max(mostKept, read - forgotten);
      return bytes.slice(offset, offset + length);
    },
    forget: (offset) => void (forgotten = Math.max(forgotten, offset)),
    get mostKept() {
      return mostKept;
    },
  };
};
