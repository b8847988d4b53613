import { concatBytes, fromHex, toHex, uintBytes } from '../../core/data/bytes.js';
import { PACKED_SECTOR_BYTES, packSectors, unpackSectors } from '../../core/data/packed-sectors.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { dealId, hash, leaves } from '../../core/units.js';
import type { CratePlace, ShardPlacement, SlabRecord } from '../../ports/catalogue.js';
import type { RowCodec } from '../rows/row-codec.js';
import type { Numbered } from '../rows/row-formats.js';

/*
 * A slab's row: version (1 byte), number of its change (6), plaintext bytes (4), SHA-256 of the plaintext (32), and for each shard index (2),
 * attempt (4), deal (32) and sector (35). Of a slab in a crate the version is 2, and in the place of shards there are the crate's slab (4), the
 * leaves before it (4) and the crate's id in UTF-8. All big endian.
 */

const VERSION = 1;
const WITHIN = 2;
const HEAD_BYTES = 43;
const SHARD_BYTES = 38 + PACKED_SECTOR_BYTES;

const packShard = ({ shard, attempt, deal, sector }: ShardPlacement): Uint8Array =>
  concatBytes(uintBytes(shard, 2), uintBytes(attempt, 4), fromHex(deal), packSectors([sector]));

const unpackShard = (bytes: Uint8Array): ShardPlacement => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    shard: view.getUint16(0),
    deal: dealId(toHex(bytes.subarray(6, 38))),
    sector: unpackSectors(bytes.subarray(38))[0] as SectorRef,
    attempt: view.getUint32(2),
  };
};

const PLACE_BYTES = 8;

const packPlace = ({ crate, slab, from }: CratePlace): Uint8Array =>
  concatBytes(uintBytes(slab, 4), uintBytes(from, 4), new TextEncoder().encode(crate));

const unpackPlace = (bytes: Uint8Array): CratePlace => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { slab: view.getUint32(0), from: leaves(view.getUint32(4)), crate: new TextDecoder().decode(bytes.subarray(PLACE_BYTES)) };
};

const unpackShards = (bytes: Uint8Array): readonly ShardPlacement[] => {
  const count = bytes.length / SHARD_BYTES;
  if (!Number.isInteger(count)) throw new RangeError('its length is another');
  return Array.from({ length: count }, (_, i) => unpackShard(bytes.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES)));
};

const unpackSlab = (bytes: Uint8Array): Numbered<SlabRecord> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [version, rest] = [bytes[0], bytes.subarray(HEAD_BYTES)];
  if (version !== VERSION && version !== WITHIN) throw new RangeError('its version is another');
  const facts = { length: view.getUint32(7), sha256: hash(toHex(bytes.subarray(11, HEAD_BYTES))) };
  const value = version === VERSION ? { ...facts, shards: unpackShards(rest) } : { ...facts, shards: [], within: unpackPlace(rest) };
  return { number: view.getUint16(1) * 2 ** 32 + view.getUint32(3), value };
};

/** Rows of slabs: packed, since an object of a TiB has 65,536 of them. */
export const slabCodec: RowCodec<Numbered<SlabRecord>> = {
  version: VERSION,
  encode: ({ number, value: { length, sha256, shards, within } }) =>
    concatBytes(
      Uint8Array.of(within ? WITHIN : VERSION),
      uintBytes(number, 6),
      uintBytes(length, 4),
      fromHex(sha256),
      ...(within ? [packPlace(within)] : shards.map(packShard)),
    ),
  decode: (bytes, path, key) => {
    try {
      return unpackSlab(bytes);
    } catch (error) {
      throw new HoldfastError('STORE_CORRUPT', { path, detail: `row ${key} is not of this format` }, { cause: error });
    }
  },
};
