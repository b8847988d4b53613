import type { SectorRef } from '../../../node/core/data/data-set.js';
import type { Catalogue, Crate, HalfDoneObject, ShardPlacement, SlabRecord, StoredObject } from '../../../node/ports/catalogue.js';
import { leaves, type DealId, type Hash } from '../../../node/core/units.js';
import { dealNamed, sectorNamed } from '../sample-sectors.js';

export const content = (id: string): Hash => sectorNamed(id).root;
export const object = (id: string, change: Partial<StoredObject> = {}): StoredObject => ({
  id,
  name: 'letters/märz.txt',
  bytes: 100,
  sha256: content(id),
  storedAt: 1_700_000_000_000,
  k: 1,
  n: 2,
  state: 'stored',
  slabs: 1,
  ...change,
});
export const halfDone = (id: string, change: Partial<HalfDoneObject> = {}): HalfDoneObject => {
  const { sha256: _, ...facts } = object(id);
  return { ...facts, state: 'placing', ...change };
};
export const slab = (name: string, shards: readonly ShardPlacement[] = [shard(dealNamed('Bob'), sectorNamed(name, 4), 1)]): SlabRecord => ({
  length: 100,
  sha256: content(name),
  shards,
});
export const shard = (deal: DealId, sector: SectorRef, index: number, attempt = 0): ShardPlacement => ({
  shard: index,
  deal,
  sector,
  attempt,
});

export const crate: Crate = { state: 'crate', id: 'c0', name: 'a and 2 more', storedAt: 5, k: 1, n: 2, slabs: 1 };
export const crateShards = [shard(dealNamed('Bob'), sectorNamed('crate', 12), 0), shard(dealNamed('Carol'), sectorNamed('other', 12), 1)];
export const crateSlab: SlabRecord = { length: 384, sha256: content('laid out'), shards: [] };
/** Three objects of 100 bytes, four leaves each. */
export const parts = ['aa', 'bb', 'cc'].map((id, index) => ({
  object: halfDone(id, { name: id, sha256: content(id) }),
  length: 100,
  sha256: content(id),
  from: leaves(4 * index),
}));
export const packing = (catalogue: Catalogue) => catalogue.putCrate(crate, new Map([[0, crateSlab]]), new Map([[0, parts]]));
export const placed = { ...crateSlab, shards: crateShards };
