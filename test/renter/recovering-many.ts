import { leaves } from '../../node/core/units.js';
import type { Catalogue, CratedObject, ShardPlacement, StoredObject } from '../../node/ports/catalogue.js';
import { hashOf } from '../support/worlds/actors.js';

const PER_SLAB = 1_000;

const idOf = (kind: string, index: number): string => hashOf(`${kind} ${index}`).slice(2, 34);

/**
 * Puts `count` small objects into the catalogue, in crates whose sectors are `shards`, which are there: what a catalogue costs does not ask what
 * sectors hold.
 */
export const fillWith = async (catalogue: Catalogue, count: number, shards: readonly ShardPlacement[], k: number): Promise<void> => {
  const n = shards.length;
  for (let slab = 0; slab * PER_SLAB < count; slab++) {
    const crate = { state: 'crate', id: idOf('crate', slab), name: `crate ${slab}`, storedAt: slab, k, n, slabs: 1 } as const;
    const crated = Array.from({ length: Math.min(PER_SLAB, count - slab * PER_SLAB) }, (_, place): CratedObject => {
      const index = slab * PER_SLAB + place;
      const sha256 = hashOf(`content ${index}`);
      const facts = { id: idOf('object', index), name: `photos/2026/holiday ${index}.jpg`, bytes: 10_000, storedAt: index, k, n, slabs: 1 };
      const object: StoredObject = { ...facts, sha256, state: 'stored', origin: `file ${index} 10000 ${1_800_000_000_000_000 + index}` };
      return { object, length: 10_000, sha256, from: leaves(place * 80) };
    });
    const record = { length: 10_000_000, sha256: hashOf(`slab ${slab}`), shards };
    await catalogue.putCrate(crate, new Map([[0, record]]), new Map([[0, crated]]));
  }
};
