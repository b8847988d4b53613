import type { SectorRef } from '../core/data/data-set.js';
import type { Hash, Leaves } from '../core/units.js';
import type { StoreFault } from './store-faults.js';

/** Some bytes of a sector. */
export interface SectorPart {
  readonly offset: number;
  readonly length: number;
}

/** What is known of a sector before its bytes are read. */
export interface SectorOutline {
  readonly leaves: Leaves;
  /** Roots of its stretches (`node/core/data/crown.ts`) as they were kept beside it, not checked; undefined if none were. */
  readonly crown: Uint8Array | undefined;
}

/**
 * Sectors of a provider, by root. Bytes are immutable: a root names one content for ever.
 */
export interface SectorStore {
  /** What was wrong at opening. */
  readonly faults: readonly StoreFault[];
  /** Bytes held in sectors; counted with every change. */
  readonly bytesUsed: number;
  /** Bytes of the disk that it can still take: what capacity and floor leave. */
  room(): Promise<number>;
  /** Bytes of the disk that a sector of so many leaves takes of the room. */
  cost(leaves: Leaves): number;
  /**
   * Takes a whole sector (`bytes`, a multiple of 32, whose root the caller has verified). Durable when it resolves: it
   * survives power loss. Storing a root again is a no-op. STORE_FULL, DISK_LOW and DISK_FULL leave nothing behind. SECTOR_CONFLICT
   * if the root is here with another count of leaves (trailing zero leaves can share a root: one root stands for one length).
   * `crown`, if it is given, is kept in the same write; a sector of one stretch needs none.
   */
  put(sector: SectorRef, bytes: Uint8Array, signal?: AbortSignal, crown?: Uint8Array): Promise<void>;
  /** Whether the sector is here, whole, by a look at its file. */
  has(root: Hash): Promise<boolean>;
  /** Which of the roots have no sector here, by what is remembered: no file is looked at, however many there are. */
  absent(roots: Iterable<Hash>): Promise<readonly Hash[]>;
  /** Reads no more than the crown. SECTOR_MISSING. */
  outline(root: Hash): Promise<SectorOutline>;
  /** Bytes of a sector, all or `part` of them, and reads no others; SECTOR_MISSING or SECTOR_CORRUPT (too short) otherwise. Nothing is recomputed. */
  read(root: Hash, part?: SectorPart, signal?: AbortSignal): Promise<Uint8Array>;
  /** Keeps the crown of a sector that came without, or in the place of a wrong one. Does nothing if the sector is missing. DISK_LOW and DISK_FULL. */
  keepCrown(root: Hash, crown: Uint8Array): Promise<void>;
  /**
   * Moves a sector whose bytes are wrong aside: it is missing then, and can be put again. What was moved goes with the next whole one. It needs
   * no room: on a full disk the sector is removed, and missing, whatever can be written down; whether it is after a restart is then to be found out anew.
   */
  quarantine(root: Hash): Promise<void>;
  /** Removes a sector, and what was moved aside of it; a missing one is no error. A power loss may bring it back. */
  delete(root: Hash): Promise<void>;
  /** All sectors here, in the order in which they were stored. */
  list(): AsyncIterable<SectorRef>;
  /** Does a bounded part of what keeps the store in order: holds what it remembers against the files, and fills holes; or one of both alone. */
  tend(only?: 'look' | 'fill'): Promise<Tended>;
  close(): Promise<void>;
}

/** What a part of tending found. */
export interface Tended {
  /** Sectors that were remembered and are not there: {@link SectorStore.absent} from here on. */
  readonly missing: readonly Hash[];
  /** Sectors that were met and whose bytes cannot be read, or are not those that were written: to be read again, and quarantined. */
  readonly unreadable: readonly Hash[];
  /** Whether all files were looked at once more. */
  readonly done: boolean;
  /** Whether a hole was filled: there may be more. */
  readonly filling: boolean;
}
