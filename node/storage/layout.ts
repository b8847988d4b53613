import type { Address, DealId, Hash, Period, Wei } from '../core/units.js';
import { objectCodec } from './catalogue/object-codec.js';
import { slabCodec } from './catalogue/slab-codec.js';
import { createKeySpace } from './rows/key-space.js';
import { formats } from './rows/row-formats.js';
import { pageFormats } from './rows/page-formats.js';
import { upkeepFormats } from './rows/upkeep-formats.js';
import { shareFormats } from './rows/share-formats.js';
import { sectorFormats } from './index/sector-row-formats.js';

/*
 * What lies where in the LevelDBs of a provider and of a renter. Every key that is read or written is made here; no two prefixes of
 * one store begin alike.
 */

const asIs = (text: string): string => text;
const deal: (id: DealId) => string = asIs;
const root: (root: Hash) => string = asIs;
/** Numbers in the order of keys. */
const revisionNumber = (number: bigint): string => number.toString(16).padStart(16, '0');
const decimal = (amount: Wei): string => amount.toString();
const periodNumber = (period: Period): string => period.toString(16).padStart(8, '0');
const milliseconds = (time: number): string => Math.floor(time).toString().padStart(16, '0');
/** Any text, without slashes. */
const anyName = (name: string): string => Buffer.from(name).toString('base64url');
export const textOfName = (written: string): string => Buffer.from(written, 'base64url').toString();
/** What all names that begin so are written with at the beginning, some others too: three bytes are four characters. */
export const beginOfNames = (begin: string): string => {
  const bytes = Buffer.from(begin);
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64url');
};

const position = (value: number): string => value.toString(16).padStart(6, '0');

/** The lists of sectors that revisions of deals name: of journal and catalogue alike. */
export const listSpaces = {
  /** The set of a revision, by its topmost node. */
  list: createKeySpace({ prefix: 'list/', parts: [deal, revisionNumber], codec: formats.list }),
  /** What that set is beside the one that it came of. */
  change: createKeySpace({ prefix: 'change/', parts: [deal, revisionNumber], codec: formats.change }),
  /** Nodes of sets, by level, position and version: revisions share those that are the same. */
  node: createKeySpace({ prefix: 'node/', parts: [deal, position, position, revisionNumber], codec: formats.node }),
  /** How often a deal names a root. */
  naming: createKeySpace({ prefix: 'sector/', parts: [root, deal], codec: formats.naming }),
} as const;

/** A provider's journal. */
export const journalSpaces = {
  ...listSpaces,
  /** Co-signed revisions that may still matter. */
  revision: createKeySpace({ prefix: 'revision/', parts: [deal, revisionNumber], codec: formats.providerRevision }),
  /** Sectors received that no revision names yet. */
  pending: createKeySpace({ prefix: 'pending/', parts: [deal, root], codec: formats.pending }),
  /** Bytes served of a deal, and the best voucher for them. */
  egress: createKeySpace({ prefix: 'egress/', parts: [deal], codec: formats.egress }),
  /** Leaves of the newest revision of each deal and of all pending sectors. */
  held: createKeySpace({ prefix: 'held', parts: [], codec: formats.held }),
  /** Which layout the rows have. */
  layout: createKeySpace({ prefix: 'layout', parts: [], codec: formats.layout }),
  /** Says that signed numbers are recorded apart as well, so that a record that is gone is missed. */
  numbers: createKeySpace({ prefix: 'numbers', parts: [], codec: formats.numbers }),
} as const;

const packNumber = (number: number): string => number.toString(16).padStart(8, '0');
const place = (sequence: number): string => sequence.toString(16).padStart(12, '0');

/** The index of a provider's sectors. All of it can be made again from the files that it speaks of. */
export const sectorSpaces = {
  /** Where each sector lies. */
  sector: createKeySpace({ prefix: 'sector/', parts: [root], codec: sectorFormats.sector }),
  /** Roots in the order in which they came. */
  stored: createKeySpace({ prefix: 'stored/', parts: [place], codec: sectorFormats.stored }),
  /** Packs, by number. */
  pack: createKeySpace({ prefix: 'pack/', parts: [packNumber], codec: sectorFormats.pack }),
  /** What is counted of all sectors. */
  counts: createKeySpace({ prefix: 'counts', parts: [], codec: sectorFormats.counts }),
  /** There while the index is being made: what it says is not all. */
  unfinished: createKeySpace({ prefix: 'unfinished', parts: [], codec: formats.nothing }),
} as const;

/** Index of a slab. */
const slabNumber = (index: number): string => index.toString(16).padStart(8, '0');
const changeNumber = (number: number): string => number.toString(16).padStart(12, '0');

const provider: (provider: Address) => string = asIs;

/** What looking after stored files remembers, in a renter's catalogue. */
export const upkeepSpaces = {
  /** Checks that providers failed. */
  failedCheck: createKeySpace({ prefix: 'failed/', parts: [provider, anyName], codec: upkeepFormats.failedCheck }),
  /** Deals whose providers failed probes in a row. */
  doubt: createKeySpace({ prefix: 'doubt/', parts: [deal], codec: upkeepFormats.doubt }),
  /** What was spent of budgets beside renewals. */
  spending: createKeySpace({ prefix: 'spending/', parts: [anyName], codec: upkeepFormats.spending }),
  /** What was announced. */
  announced: createKeySpace({ prefix: 'announced/', parts: [anyName], codec: upkeepFormats.announced }),
} as const;

/** Where the catalogue itself lies in the deals. */
export const pageSpaces = {
  /** How far it has been written there, and whose numbers these are. */
  paging: createKeySpace({ prefix: 'paging', parts: [], codec: pageFormats.paging }),
  /** Pages that count, by catalogue, the number before their first change, and id. */
  page: createKeySpace({ prefix: 'page/', parts: [asIs, changeNumber, asIs], codec: pageFormats.page }),
  /** Their shards, by deal, the number of their last change, and id. */
  pageShard: createKeySpace({ prefix: 'paged/', parts: [deal, changeNumber, asIs], codec: pageFormats.pageShard }),
  /** The last of them in each deal. */
  pageTail: createKeySpace({ prefix: 'tail/', parts: [deal], codec: pageFormats.pageTail }),
  /** Deals whose lists were taken over whole, until the pages in them are known, in the keys. */
  unread: createKeySpace({ prefix: 'unread/', parts: [deal], codec: formats.nothing }),
} as const;

/** What is shared, and where that is written. */
export const shareSpaces = {
  /** Shares, by id. */
  share: createKeySpace({ prefix: 'share/', parts: [asIs], codec: shareFormats.share }),
  /** The board of each deal that has one. */
  board: createKeySpace({ prefix: 'board/', parts: [deal], codec: shareFormats.board }),
} as const;

/** A renter's catalogue. */
export const catalogueSpaces = {
  ...listSpaces,
  ...upkeepSpaces,
  ...pageSpaces,
  ...shareSpaces,
  /** Objects without their slabs, by id. */
  object: createKeySpace({ prefix: 'object/', parts: [asIs], codec: objectCodec }),
  /** Slabs, by object and index. */
  slab: createKeySpace({ prefix: 'slab/', parts: [asIs, slabNumber], codec: slabCodec }),
  /** Ids of objects by name and time, in the keys; the rows are empty. */
  name: createKeySpace({ prefix: 'name/', parts: [anyName, milliseconds, asIs], codec: formats.nothing }),
  /** Ids of objects by the SHA-256 of their content, in the keys. */
  content: createKeySpace({ prefix: 'content/', parts: [root, asIs], codec: formats.nothing }),
  /** Ids of objects that are being placed, in the keys. */
  placing: createKeySpace({ prefix: 'placing/', parts: [asIs], codec: formats.nothing }),
  /** Ids of objects that are deleted and of which slabs may be left, in the keys. */
  deleting: createKeySpace({ prefix: 'deleting/', parts: [asIs], codec: formats.nothing }),
  /** Crates without their slabs, which lie among those of objects. */
  crate: createKeySpace({ prefix: 'crate/', parts: [asIs], codec: formats.crate }),
  /** What lies in crates, by crate, slab and the leaves before it. */
  part: createKeySpace({ prefix: 'part/', parts: [asIs, slabNumber, position], codec: formats.cratePart }),
  /** How much of a crate's slab is in use. */
  use: createKeySpace({ prefix: 'use/', parts: [asIs, slabNumber], codec: formats.crateUse }),
  /** Slabs of crates of which not all is in use, in the keys. */
  holed: createKeySpace({ prefix: 'holed/', parts: [asIs, slabNumber], codec: formats.nothing }),
  /** Which shard a sector of a deal is. */
  place: createKeySpace({ prefix: 'place/', parts: [deal, root], codec: formats.sectorPlace }),
  /** Leaves of sectors that were a shard's and are nothing's now: no place names them. */
  freed: createKeySpace({ prefix: 'freed/', parts: [deal, root], codec: formats.freed }),
  /** What was made anew for a deal. */
  healing: createKeySpace({ prefix: 'healing/', parts: [deal], codec: formats.healing }),
  /** What was paid for renewals, by deal, the end that it had, and amount. */
  payment: createKeySpace({ prefix: 'payment/', parts: [deal, periodNumber, decimal], codec: formats.payment }),
  /** Deals with the newest revision, and what was proposed. */
  deal: createKeySpace({ prefix: 'deal/', parts: [deal], codec: formats.renterDeal }),
  /** Token wei promised for reads of a deal. */
  promised: createKeySpace({ prefix: 'promised/', parts: [deal], codec: formats.promised }),
  /** What changed, by the number of its newest change. */
  log: createKeySpace({ prefix: 'log/', parts: [changeNumber], codec: formats.changed }),
  /** Numbers of the deletions that are remembered. */
  deleted: createKeySpace({ prefix: 'deleted/', parts: [changeNumber], codec: formats.changeNumber }),
  /** Which numbers were given. */
  numbered: createKeySpace({ prefix: 'numbered', parts: [], codec: formats.logState }),
  /** Deals that were asked for and may not be on chain yet. */
  openings: createKeySpace({ prefix: 'openings', parts: [], codec: formats.openings }),
} as const;
