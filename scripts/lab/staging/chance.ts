import { concatBytes, fromHex, uintBytes } from '../../../node/core/data/bytes.js';
import { keccak256 } from '../../../node/core/data/keccak.js';
import type { Hash } from '../../../node/core/units.js';

/** Random numbers that a seed determines: keccak(seed ‖ label ‖ counter). */
export interface Chance {
  /** Uniform in 0 … 1, 1 excluded. */
  unit(): number;
  /** Uniform in 0 … `sides` − 1. */
  below(sides: number): number;
  pick<T>(list: readonly T[]): T;
  /** True with probability `probability`. */
  hit(probability: number): boolean;
  hash(): Hash;
  /** Chance of its own for something that has a name: how much one thing draws changes nothing for the others. */
  of(label: string): Chance;
}

const MANTISSA = 2 ** 48;

export const createChance = (seed: string): Chance => {
  const root = keccak256(new TextEncoder().encode(seed));
  let counter = 0;
  const hash = (): Hash => keccak256(concatBytes(fromHex(root), uintBytes(counter++, 32)));
  const unit = (): number => Number.parseInt(hash().slice(2, 14), 16) / MANTISSA;
  const below = (sides: number): number => Math.floor(unit() * sides);
  return {
    hash,
    unit,
    below,
    pick: (list) => {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError('there must be something to pick');
      return picked;
    },
    hit: (probability) => unit() < probability,
    of: (label) => createChance(`${seed} / ${label}`),
  };
};
