import type { ObjectKey } from '../../core/data/cipher.js';
import type { Hash, Leaves, Period } from '../../core/units.js';
import type { ShardPlacement, StoredObject } from '../../ports/catalogue.js';

/** Where a slab of what is shared lies: of a small file that of its crate. Neither a name nor what is in it. */
export interface SharedSlab {
  readonly k: number;
  readonly n: number;
  readonly shards: readonly ShardPlacement[];
}

/** What a verify key opens of a manifest. */
export interface SharedPlaces {
  /** Grows with every manifest of a share: the highest one counts. */
  readonly number: number;
  /** Last period in which it counts. */
  readonly until: Period;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  readonly slabs: readonly SharedSlab[];
}

/** A slab of a shared object. */
export interface SharedPart {
  /** Index in the places. */
  readonly place: number;
  /** Plaintext bytes. */
  readonly length: number;
  readonly sha256: Hash;
  /** Leaves of each shard that come before it, where it shares its sectors with other files. */
  readonly from?: Leaves | undefined;
}

export interface SharedObject {
  /** Its name begins where what is shared begins: folders above it stay untold. */
  readonly object: StoredObject;
  readonly key: ObjectKey;
  readonly parts: readonly SharedPart[];
}

/** What the key of a share opens of its manifest beside the places. */
export interface SharedContents {
  /** Of the object, or of the folder. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly objects: readonly SharedObject[];
}

/** A manifest as far as somebody may read it. */
export interface Manifest {
  readonly places: SharedPlaces;
  /** Undefined for whoever may only verify. */
  readonly contents?: SharedContents | undefined;
}

/** Bytes of a manifest at most: one sector of 4 MiB less what is filled up. */
export const MOST_MANIFEST_BYTES = (4 << 20) - 2_048;
