import { expect } from 'chai';
import { createHash } from 'node:crypto';
import type { RenterWorldOptions } from '../support/worlds/renter-world.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Whole numbers under `below`, the same ones for the same seed. */
export const randomOf = (seed: number) => {
  let state = seed * 2_654_435_761;
  return (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return (state >>> 8) % below;
  };
};

/** Sees to it that no key and nonce ever encrypt two contents. */
export const watchKeys = (): NonNullable<RenterWorldOptions['onCoded']> => {
  const used = new Map<string, string>();
  return ([, { parts }, places], slab) => {
    for (const place of places) {
      const shard = slab.shards.get(place.shard)!;
      let at = 0;
      for (const { key, bytes } of parts) {
        const name = `${hex(key)} ${place.shard} ${place.deal} ${place.attempt}`;
        const found = digest(shard.bytes.subarray(at, at + bytes));
        at += bytes;
        expect(used.get(name) ?? found, 'a key for two contents').to.equal(found);
        used.set(name, found);
      }
    }
  };
};
