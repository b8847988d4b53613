import type { CratePart, CratePlace, Crate, ObjectRecord, SlabRecord } from '../../ports/catalogue.js';
import type { Hash } from '../../core/units.js';

/** Where the only slab of a small object lies. */
export interface PackedSlab {
  /** Plaintext bytes. */
  readonly length: number;
  readonly sha256: Hash;
  readonly within: CratePlace;
}

/**
 * One change of a catalogue as a page tells it: the newest of one thing. Deals are not told: chain and providers have them. Of a small object
 * its slab is told with it; of a crate's slab what lies in it, deleted or not.
 */
export type PageEntry = { readonly number: number } & (
  | { readonly kind: 'object'; readonly object: ObjectRecord; readonly packed?: PackedSlab | undefined }
  | { readonly kind: 'crate'; readonly crate: Crate }
  | {
      readonly kind: 'slab';
      readonly owner: string;
      readonly index: number;
      readonly slab: SlabRecord;
      readonly parts: readonly CratePart[];
    }
  | { readonly kind: 'deleted'; readonly owner: string }
);
