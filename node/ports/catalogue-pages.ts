import type { PageSpan, PlacedPageShard } from '../core/data/page-head.js';
import type { DealId, Hash } from '../core/units.js';

/** Which change of which catalogue of the wallet a thing comes of. Of two changes of one thing the one with the higher number counts, then that of the higher machine. */
export interface ChangeStamp {
  readonly machine: string;
  readonly number: number;
}

/** Stamps of what other catalogues changed: of an object, a crate or a deletion by its id, of a slab by its owner and index. Undefined of what this one changes itself. */
export type StampOf = (owner: string, slab?: number) => ChangeStamp | undefined;

/** How far a catalogue has been written into the deals. */
export interface PagingState {
  /** 16 random bytes as hex: who these numbers are of. No two catalogues have the same. */
  readonly machine: string;
  /** The number of the last change. */
  readonly last: number;
  /** Changes up to this number are in pages that are spread as widely as what is stored. */
  readonly covered: number;
  /** Changes up to this number are in some page: of those beyond `covered` each may lie in few deals. */
  readonly told: number;
  /** Pages that begin before this number are large: they are not put together with later ones. */
  readonly floor: number;
}

/** A page that the chain holds: of each shard the revision that names it. */
export interface LandedPage extends PageSpan {
  /** Plaintext bytes. */
  readonly bytes: number;
  readonly shards: readonly DealtPageShard[];
}

/** A shard of a page, and the deal that it lies in. */
export interface DealtPageShard extends PlacedPageShard {
  readonly deal: DealId;
}

/** What a landed page changes beside its own rows. */
export type Landing = Pick<PagingState, 'covered' | 'told' | 'floor'>;

/** What a catalogue remembers of its pages in the deals; durability as of the catalogue. */
export interface CataloguePages {
  paging(): Promise<PagingState>;
  /** Up to which number pages tell what changed, 0 where no page was ever made; writes nothing. */
  told(): Promise<number>;
  /** Pages that this catalogue has made, which begin with number `from` or later and still count, in the order in which they begin. */
  ownPages(from: number): AsyncIterable<LandedPage>;
  /** Shards in a deal of pages that still count, of whichever catalogue, the oldest first. Takes no longer the more other deals have. */
  pageShardsIn(deal: DealId): AsyncIterable<DealtPageShard>;
  /** Root of the shard of a page that this catalogue knows as the last in the deal. */
  pageTail(deal: DealId): Promise<Hash | undefined>;
  /** Records a page, forgets those of the same catalogue that it has all of, and says how far all is written, in one write. */
  putPage(page: LandedPage, landing?: Landing): Promise<void>;
  /** Forgets pages that this catalogue has made and that too few deals keep by now: what they tell is told again. In one write. */
  forgetPages(pages: readonly LandedPage[]): Promise<void>;
  /** Numbers of changes go on above `number`: a change is later than all that it was made in knowledge of. */
  countFrom(number: number): Promise<void>;
  /** What an object, a crate or a slab comes of; undefined if it is not there. */
  stamp(owner: string, slab?: number): Promise<ChangeStamp | undefined>;
  /** Pages that still count of a catalogue, in the order in which they begin. */
  pagesOf(machine: string): AsyncIterable<LandedPage>;
  /** Pages that still count of all catalogues of the wallet that are known here, in no order. */
  allPages(): AsyncIterable<LandedPage>;
  /** Ids of what was deleted, here or by other catalogues, as far as that is remembered. */
  deletions(): AsyncIterable<string>;
  /** Deals whose sectors were taken over from their providers, and of which it is not known whether another catalogue's pages lie among them. */
  unreadDeals(): AsyncIterable<DealId>;
  /** Once what lies in the deal is known. */
  markRead(deal: DealId): Promise<void>;
  /** Another catalogue has the same id, as a copy has: takes a new one, under which all is told again. */
  renewMachine(): Promise<void>;
}
