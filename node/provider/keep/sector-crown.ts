import { setImmediate as turn } from 'node:timers/promises';
import { equalBytes } from '../../core/data/bytes.js';
import { crownTree, STRETCH_BYTES, stretchesOf, stretchRoot } from '../../core/data/crown.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { rootOf } from '../../core/data/merkle.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES, SECTOR_LEAVES, type Hash } from '../../core/units.js';
import type { SectorOutline, SectorStore } from '../../ports/sector-store.js';

/*
 * A stretch is hashed at once, 0.1 ms of the event loop; between two it turns. A thread of its own would win nothing: copying a sector to it
 * takes as long as hashing it here.
 */

/** Bytes that are read at once where all are read. */
const PIECE_BYTES = 4 * STRETCH_BYTES;

/** Roots of the stretches of `piece`, part of a sector of `leaves` leaves, into `crown` from stretch `first` on. */
const hashPiece = async (leaves: number, piece: Uint8Array, crown: Uint8Array, first = 0): Promise<void> => {
  for (let offset = 0, at = first; offset < piece.length; offset += STRETCH_BYTES, at++) {
    if (offset > 0) await turn();
    crown.set(stretchRoot(leaves, piece.subarray(offset, offset + STRETCH_BYTES)), at * 32);
  }
};

/** The crown of a whole sector's bytes, whole leaves. */
export const crownOf = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const leaves = bytes.length / LEAF_BYTES;
  const crown = new Uint8Array(stretchesOf(leaves) * 32);
  await hashPiece(leaves, bytes, crown);
  return crown;
};

/** The root that a crown leads to, of a sector of `leaves` leaves. */
export const rootOfCrown = (leaves: number, crown: Uint8Array): Hash => rootOf(crownTree(leaves, crown));

/** The crown of bytes that are the sector's. OUT_OF_BOUNDS for another length, SECTOR_ROOT_MISMATCH. */
export const requireWhole = async (sector: SectorRef, bytes: Uint8Array): Promise<Uint8Array> => {
  const length = BigInt(sector.leaves * LEAF_BYTES);
  if (sector.leaves < 1 || sector.leaves > SECTOR_LEAVES || BigInt(bytes.length) !== length)
    throw new HoldfastError('OUT_OF_BOUNDS', { name: 'sector bytes', value: BigInt(bytes.length), min: length, max: length });
  const crown = await crownOf(bytes);
  const computed = rootOfCrown(sector.leaves, crown);
  if (computed !== sector.root) throw new HoldfastError('SECTOR_ROOT_MISMATCH', { expected: sector.root, computed });
  return crown;
};

/**
 * Reads all of a sector, a piece at a time, and checks it against its root. Its crown is kept beside it, unless the right one is there.
 * SECTOR_ROTTEN if the disk gives other bytes, and the store's own rejections.
 */
export const readVerified = async (
  store: SectorStore,
  root: Hash,
  signal?: AbortSignal,
): Promise<Pick<SectorOutline, 'leaves'> & { readonly crown: Uint8Array }> => {
  const { leaves, crown: kept } = await store.outline(root);
  const size = leaves * LEAF_BYTES;
  const crown = new Uint8Array(stretchesOf(leaves) * 32);
  for (let offset = 0; offset < size; offset += PIECE_BYTES) {
    const part = { offset, length: Math.min(PIECE_BYTES, size - offset) };
    await hashPiece(leaves, await store.read(root, part, signal), crown, offset / STRETCH_BYTES);
  }
  const found = rootOfCrown(leaves, crown);
  if (found !== root) throw new HoldfastError('SECTOR_ROTTEN', { root, found });
  // Where there is no room for it, it is made again when it is needed again.
  if (kept === undefined || !equalBytes(kept, crown)) await store.keepCrown(root, crown).catch(() => undefined);
  return { leaves, crown };
};
