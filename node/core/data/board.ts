import { createByteReader, createByteWriter } from './byte-fields.js';
import { toHex } from './bytes.js';
import type { SectorRef } from './data-set.js';
import { hash, LEAF_BYTES, leaves, SECTOR_LEAVES, type Hash } from '../units.js';

/*
 * The board of a deal is a sector near the end of its list: magic (8), version (1), root and leaves of the sector that was the last before boards (35, zeros for none), number of manifests (2); then of each its tag (16), root (32), leaves (3).
 * Tags are of use to whoever has a link alone, so that it is in the clear; 16 random bytes at its end make it another one each time.
 */

const MAGIC = 'HOLDFSHR';
const VERSION = 1;
const ENTRY_BYTES = 16 + 32 + 3;
const NOISE_BYTES = 16;
const FIRST_BYTES = MAGIC.length + 1 + 35 + 2;

/** Manifests that one deal has at most. */
export const MOST_MANIFESTS = 512;
/** Leaves of a board at most. */
export const MOST_BOARD_LEAVES = Math.ceil((FIRST_BYTES + MOST_MANIFESTS * ENTRY_BYTES + NOISE_BYTES) / LEAF_BYTES);

/** Where a manifest lies, for whoever knows its tag. */
export interface BoardEntry {
  readonly tag: string;
  readonly sector: SectorRef;
}

/** `before` is the last sector that is no board: who looks for pages of the catalogue from the end goes on there. */
export const writeBoard = (entries: readonly BoardEntry[], before?: SectorRef): Uint8Array => {
  const writer = createByteWriter();
  writer.raw(new TextEncoder().encode(MAGIC));
  writer.uint(VERSION, 1);
  if (before) {
    writer.hex(before.root.slice(2));
    writer.uint(before.leaves, 3);
  } else writer.raw(new Uint8Array(35));
  writer.uint(entries.length, 2);
  for (const { tag, sector } of entries) {
    writer.hex(tag);
    writer.hex(sector.root.slice(2));
    writer.uint(sector.leaves, 3);
  }
  writer.raw(crypto.getRandomValues(new Uint8Array(NOISE_BYTES)));
  const bytes = new Uint8Array(Math.ceil(writer.length / LEAF_BYTES) * LEAF_BYTES);
  bytes.set(writer.bytes());
  return bytes;
};

/** Whether a sector is a board, by its first leaf. */
export const isBoard = (bytes: Uint8Array): boolean =>
  new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) === MAGIC && bytes[MAGIC.length] === VERSION;

/** Its entries. RangeError for what is none. */
export const readBoard = (bytes: Uint8Array): readonly BoardEntry[] => {
  const reader = createByteReader(bytes);
  reader.raw(FIRST_BYTES - 2);
  const count = reader.uint(2);
  if (!isBoard(bytes) || count > MOST_MANIFESTS) throw new RangeError('it is no board');
  return Array.from({ length: count }, () => {
    const [tag, root, size] = [reader.hex(16), hash(toHex(reader.raw(32))), reader.uint(3)];
    if (size < 1 || size > SECTOR_LEAVES) throw new RangeError('it names a sector that there cannot be');
    return { tag, sector: { root, leaves: leaves(size) } };
  });
};

/** The sector that was the last before, by the first bytes of a board; undefined where there is none, or it is no board. */
export const beforeBoard = (bytes: Uint8Array): Hash | undefined =>
  isBoard(bytes) && bytes.length >= FIRST_BYTES ? hash(toHex(bytes.subarray(MAGIC.length + 1, MAGIC.length + 33))) : undefined;
