import type { SectorRef } from '../core/data/data-set.js';
import type { DealId, Hash, Period } from '../core/units.js';

/** What its owner shares by a link. */
export interface Share {
  /** 16 random bytes as hex: what its key is derived for. */
  readonly id: string;
  /** Name of the object, or of the folder without a slash at its end. */
  readonly name: string;
  /** Id of the object; undefined where all in the folder is shared, as it changes. */
  readonly object?: string | undefined;
  /** Last period in which its links count. */
  readonly until: Period;
  /** Milliseconds since 1970. */
  readonly sharedAt: number;
  /** Of its newest manifest; none has that of another. */
  readonly number: number;
  /** SHA-256 of what that manifest says; undefined before the first. */
  readonly said?: Hash | undefined;
}

/** A manifest of a share where it lies in a deal. */
export interface PlacedManifest {
  /** Id of the share. */
  readonly share: string;
  readonly tag: string;
  readonly number: number;
  readonly sector: SectorRef;
}

/** Which manifests lie in a deal: a sector of it says so, its board. */
export interface Board {
  readonly deal: DealId;
  readonly sector: SectorRef;
  readonly manifests: readonly PlacedManifest[];
  /** The last sector of the deal that is neither a board nor came with one. */
  readonly before?: SectorRef | undefined;
}

/** What a catalogue remembers of shares; durability as of the catalogue. */
export interface CatalogueShares {
  shares(): AsyncIterable<Share>;
  share(id: string): Promise<Share | undefined>;
  putShare(share: Share): Promise<void>;
  dropShare(id: string): Promise<void>;
  boards(): AsyncIterable<Board>;
  board(deal: DealId): Promise<Board | undefined>;
  /**
   * Replaces the board of a deal, undefined taking it away; in one write the sectors of the former that the new one has not count as freed, and those of
   * the new one no more.
   */
  putBoard(deal: DealId, board: Board | undefined): Promise<void>;
}
