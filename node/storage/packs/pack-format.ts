import { createHash } from 'node:crypto';
import { hash, leaves, SECTOR_LEAVES } from '../../core/units.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { HEAD_BYTES, isPacked, PACK_HEAD_BYTES, packedBytes } from '../index/sector-entry.js';

/*
 * A pack: a head with a salt, then entries one after another. An entry is a head and the bytes of a sector:
 *
 *   root 32 │ leaves 4 │ digest of the bytes 12 │ check of all that and of where it lies 16 │ bytes, 32 for each leaf
 *
 * The salt is drawn for each pack, so that no renter can send bytes that look like an entry of it.
 */

const MAGIC = Buffer.from('holdfast pack 1\n', 'latin1');
export const SALT_BYTES = PACK_HEAD_BYTES - MAGIC.length;
/** All heads lie at multiples of it. */
export const ALIGNMENT = 32;

const LEAVES_AT = 32;
const DIGEST_AT = 36;
const CHECK_AT = 48;

const digestOf = (bytes: Uint8Array): Buffer =>
  createHash('sha256')
    .update(bytes)
    .digest()
    .subarray(0, CHECK_AT - DIGEST_AT);

const checkOf = (salt: Uint8Array, offset: number, head: Uint8Array): Buffer => {
  const at = Buffer.alloc(4);
  at.writeUInt32BE(offset);
  return createHash('sha256')
    .update(salt)
    .update(at)
    .update(head.subarray(0, CHECK_AT))
    .digest()
    .subarray(0, HEAD_BYTES - CHECK_AT);
};

export const packHead = (salt: Uint8Array): Buffer => Buffer.concat([MAGIC, salt]);

/** The salt in the head of a pack; undefined if that is none of this format. */
export const saltOf = (head: Buffer): Buffer | undefined =>
  head.length >= PACK_HEAD_BYTES && head.subarray(0, MAGIC.length).equals(MAGIC) ? head.subarray(MAGIC.length, PACK_HEAD_BYTES) : undefined;

/** A sector as it lies at `offset` of the pack with that salt. */
export const packEntry = (salt: Uint8Array, offset: number, sector: SectorRef, bytes: Uint8Array): Buffer => {
  const entry = Buffer.alloc(packedBytes(sector));
  entry.write(sector.root.slice(2), 'hex');
  entry.writeUInt32BE(sector.leaves, LEAVES_AT);
  digestOf(bytes).copy(entry, DIGEST_AT);
  checkOf(salt, offset, entry).copy(entry, CHECK_AT);
  entry.set(bytes, HEAD_BYTES);
  return entry;
};

/** The sector that the head at `offset` names; undefined if its check is wrong. */
export const sectorAt = (salt: Uint8Array, offset: number, head: Buffer): SectorRef | undefined => {
  const check = head.subarray(CHECK_AT, HEAD_BYTES);
  if (check.length < HEAD_BYTES - CHECK_AT || !checkOf(salt, offset, head).equals(check)) return undefined;
  const count = head.readUInt32BE(LEAVES_AT);
  if (count < 1 || count > SECTOR_LEAVES || !isPacked(count)) return undefined;
  return { root: hash(`0x${head.toString('hex', 0, LEAVES_AT)}`), leaves: leaves(count) };
};

/** Whether the bytes are those that the entry was made of. */
export const areIntact = (head: Buffer, bytes: Uint8Array): boolean => digestOf(bytes).equals(head.subarray(DIGEST_AT, CHECK_AT));
