import { createByteReader, createByteWriter, type ByteReader, type ByteWriter } from '../../core/data/byte-fields.js';
import type { ObjectKey } from '../../core/data/cipher.js';
import { SLAB_ROOM, shardLeaves } from '../../core/data/slab.js';
import { leaves, LEAF_BYTES, period, SECTOR_LEAVES } from '../../core/units.js';
import type { ShardPlacement, StoredObject } from '../../ports/catalogue.js';
import { createShardReader, createShardWriter, readHash } from '../pages/shard-fields.js';
import type { SharedContents, SharedObject, SharedPart, SharedPlaces, SharedSlab } from './manifest.js';

/*
 * The two texts of a manifest, each behind its version (1); shards are written as in pages. Whoever made it may be anybody: what does not fit together is no
 * manifest.
 */

const VERSION = 1;

const insist = (holds: boolean, problem: string): void => {
  if (!holds) throw new RangeError(problem);
};
const readVersion = (reader: ByteReader): void => {
  const version = reader.uint(1);
  insist(version === VERSION, `it is of version ${version}, and this program knows ${VERSION}`);
};

export const writePlaces = ({ number, until, madeAt, slabs }: SharedPlaces): Uint8Array => {
  const writer = createByteWriter();
  const writeShard = createShardWriter(writer);
  writer.uint(VERSION, 1);
  writer.uint(number, 6);
  writer.uint(until, 4);
  writer.uint(Math.floor(madeAt), 6);
  writer.uint(slabs.length, 4);
  for (const { k, n, shards } of slabs) {
    for (const value of [k, n, shards.length]) writer.uint(value, 1);
    for (const one of shards) writeShard(one);
  }
  return writer.bytes();
};

/** RangeError or TypeError for what are none. */
export const readPlaces = (bytes: Uint8Array): SharedPlaces => {
  const reader = createByteReader(bytes);
  const readPlacement = createShardReader(reader);
  const readShard = (n: number): ShardPlacement => {
    const placement = readPlacement();
    const { shard, sector } = placement;
    insist(shard < n && sector.leaves >= 1 && sector.leaves <= SECTOR_LEAVES, 'it names a shard that there cannot be');
    return placement;
  };
  const readSlab = (): SharedSlab => {
    const [k, n, count] = [reader.uint(1), reader.uint(1), reader.uint(1)];
    insist(k >= 1 && k <= n && count <= n, 'it has a slab of a shape that there cannot be');
    const shards = Array.from({ length: count }, () => readShard(n));
    insist(new Set(shards.map(({ shard }) => shard)).size === count, 'it has a shard of a slab twice');
    return { k, n, shards };
  };
  readVersion(reader);
  const facts = { number: reader.uint(6), until: period(reader.uint(4)), madeAt: reader.uint(6) };
  const slabs: SharedSlab[] = [];
  for (let left = reader.uint(4); left > 0; left--) slabs.push(readSlab());
  insist(reader.left === 0, 'it goes on behind its end');
  return { ...facts, slabs };
};

const writePart = (writer: ByteWriter, { place, length, sha256, from }: SharedPart): void => {
  writer.uint(place, 4);
  writer.uint(length, 4);
  writer.hex(sha256.slice(2));
  writer.uint(from === undefined ? 0 : from + 1, 3);
};

export const writeContents = ({ name, isFolder, objects }: SharedContents): Uint8Array => {
  const writer = createByteWriter();
  writer.uint(VERSION, 1);
  writer.uint(isFolder ? 1 : 0, 1);
  writer.text(name);
  writer.uint(objects.length, 4);
  for (const { object, key, parts } of objects) {
    writer.hex(object.id);
    writer.raw(key);
    writer.text(object.name);
    writer.uint(object.bytes, 6);
    writer.uint(Math.floor(object.storedAt), 6);
    writer.uint(object.k, 1);
    writer.uint(object.n, 1);
    writer.hex(object.sha256.slice(2));
    writer.uint(parts.length, 4);
    for (const part of parts) writePart(writer, part);
  }
  return writer.bytes();
};

/** What a reader makes room for, and asks providers for, follows from these: it is no more than a slab can be. */
const requirePart = ({ length, from = leaves(0) }: SharedPart, { k, n }: { k: number; n: number }, slab: SharedSlab | undefined): void => {
  if (slab === undefined) throw new RangeError('it has a file in a place that it does not name');
  const count = shardLeaves(length, k);
  insist(slab.k === k && slab.n === n, 'it has a file in a slab of another shape');
  insist(length >= 1 && k * count * LEAF_BYTES <= 2 * SLAB_ROOM, 'it has a slab of a size that there cannot be');
  insist(
    slab.shards.every(({ sector }) => from + count <= sector.leaves),
    'it has a slab that goes on behind its sectors',
  );
};

/** As {@link readPlaces}, of what lies in these. */
export const readContents = (bytes: Uint8Array, slabs: readonly SharedSlab[]): SharedContents => {
  const reader = createByteReader(bytes);
  const readPart = (shape: { k: number; n: number }): SharedPart => {
    const [place, length, sha256, from] = [reader.uint(4), reader.uint(4), readHash(reader), reader.uint(3)];
    const part = { place, length, sha256, ...(from > 0 && { from: leaves(from - 1) }) };
    requirePart(part, shape, slabs[place]);
    return part;
  };
  const readObject = (): SharedObject => {
    const [id, key, name] = [reader.hex(16), reader.raw(32).slice() as ObjectKey, reader.text()];
    const [size, storedAt, k, n, sha256] = [reader.uint(6), reader.uint(6), reader.uint(1), reader.uint(1), readHash(reader)];
    insist(k >= 1 && k <= n, 'it has a file of a shape that there cannot be');
    const parts: SharedPart[] = [];
    for (let left = reader.uint(4); left > 0; left--) parts.push(readPart({ k, n }));
    insist(parts.reduce((sum, { length }) => sum + length, 0) === size, 'it has a file of another size than its slabs');
    insist(parts.length <= 1 || parts.every(({ from }) => from === undefined), 'it has a file that is small and large');
    const object: StoredObject = { state: 'stored', id, name, bytes: size, storedAt, k, n, sha256, slabs: parts.length };
    return { object, key, parts };
  };
  readVersion(reader);
  const [isFolder, name] = [reader.uint(1) === 1, reader.text()];
  const objects: SharedObject[] = [];
  for (let left = reader.uint(4); left > 0; left--) objects.push(readObject());
  insist(reader.left === 0, 'it goes on behind its end');
  insist(name.length > 0 && !name.includes('/'), 'it has no name');
  insist(isFolder || objects.length === 1, 'it has several files and is no folder');
  insist(
    objects.every(({ object }) => (isFolder ? object.name.startsWith(`${name}/`) : object.name === name)),
    'it has a file that is not in it',
  );
  insist(new Set(objects.map(({ object: { id } }) => id)).size === objects.length, 'it has a file twice');
  return { name, isFolder, objects };
};
