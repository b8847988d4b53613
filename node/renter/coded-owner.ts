import { slabKey, type SlabKey } from '../core/data/cipher.js';
import { shardBytes, type SlabPart } from '../core/data/slab.js';
import { LEAF_BYTES } from '../core/units.js';
import type { SlabOwner } from '../ports/catalogue.js';
import type { RenterContext } from './context.js';

/** An object or a crate whose slabs are coded and encrypted. */
export interface CodedOwner {
  readonly k: number;
  readonly n: number;
  /** What the shards of one of its slabs are encrypted with. */
  partsOf(slab: { readonly index: number; readonly length: number }): Promise<readonly SlabPart[]>;
}

/**
 * An object's slab has all of its shards under keys of its own. A crate's slab has its parts under those of their objects, deleted ones too, and
 * what lies between them, if anything does, under its own.
 */
export const codedOwner = ({ catalogue, objectKey }: Pick<RenterContext, 'catalogue' | 'objectKey'>, owner: SlabOwner): CodedOwner => {
  const { id, k, n, state } = owner;
  const own = objectKey(id);
  const ownKey = (index: number): SlabKey => slabKey(own, index);
  if (state !== 'crate') return { k, n, partsOf: async ({ index, length }) => [{ key: ownKey(index), bytes: shardBytes(length, k) }] };
  return {
    k,
    n,
    partsOf: async ({ index, length }) => {
      const parts: SlabPart[] = [];
      let end = 0;
      const fill = (to: number): void => {
        if (to > end) parts.push({ key: ownKey(index), bytes: to - end });
        end = Math.max(end, to);
      };
      for await (const { from, object, length: bytes } of catalogue.parts(id, index)) {
        fill(from * LEAF_BYTES);
        const part = { key: slabKey(objectKey(object), 0), bytes: shardBytes(bytes, k) };
        parts.push(part);
        end += part.bytes;
      }
      fill(shardBytes(length, k));
      return parts;
    },
  };
};
