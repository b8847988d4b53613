import { MOST_EARLIER, pageHeadBytes, type PageSpan } from '../../core/data/page-head.js';
import { concatBytes } from '../../core/data/bytes.js';
import { sectorRoot } from '../../core/data/merkle.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { shardBytes } from '../../core/data/slab.js';
import { digestOf } from '../digest-of.js';
import { LEAF_BYTES, leaves, type DealId } from '../../core/units.js';
import type { DealtPageShard } from '../../ports/catalogue-pages.js';
import type { SectorSource } from '../../ports/link.js';
import type { RenterContext } from '../context.js';
import { lastSectors } from './last-sectors.js';
import { freshId } from '../fresh-id.js';
import { collectEntries, type CollectedPage } from './collect-entries.js';
import { beginOfPage, fullPageBytes, MERGED_SHARD_BYTES, isWide, pageShape } from './decide-pages.js';

/** A page whose shards go with the next revisions of some deals. */
export interface MadePage extends PageSpan {
  readonly k: number;
  readonly n: number;
  /** Plaintext bytes. */
  readonly bytes: number;
  /** Whether it lies in as many deals as what is stored with it. */
  readonly wide: boolean;
  readonly shards: ReadonlyMap<DealId, MadeShard>;
}

export interface MadeShard {
  readonly placed: DealtPageShard;
  readonly source: SectorSource;
}

/** The deals that a page is made for, by the place of their shards in the code, and the shape of what is stored with it. */
export interface PageTarget {
  readonly deals: readonly DealId[];
  /** Leaves that are free in each of them at least. */
  readonly room: number;
  readonly k: number;
  readonly n: number;
}

/** Pages made for one signing at most: what is left then goes with the next. */
const MOST_PAGES = 16;

/** Whether the page `later` of the same catalogue has all that `earlier` has. */
const supersedes = (later: PageSpan, earlier: PageSpan): boolean =>
  later.machine === earlier.machine && later.from <= earlier.from && later.to >= earlier.to;

const earlierIn = async (
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  deal: DealId,
  span: PageSpan,
  made: readonly MadePage[],
): Promise<readonly DealtPageShard[]> => {
  const earlier: DealtPageShard[] = [];
  for await (const shard of catalogue.pageShardsIn(deal)) if (!supersedes(span, shard)) earlier.push(shard);
  return [...earlier, ...made.flatMap(({ shards }) => shards.get(deal)?.placed ?? [])].slice(-MOST_EARLIER);
};

/** The last sector of the deal, unless this catalogue has put it there itself. */
const foreignTail = async ({ catalogue }: Pick<RenterContext, 'catalogue'>, deal: DealId): Promise<SectorRef | undefined> => {
  const [tail] = await lastSectors(catalogue, deal, 1);
  return tail && tail.root !== (await catalogue.pageTail(deal)) ? tail : undefined;
};

const sourceOf = (bytes: Uint8Array): SectorSource => ({
  sector: { root: sectorRoot(bytes), leaves: leaves(bytes.length / LEAF_BYTES) },
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** Codes a page, encrypts its shards, and puts before each what leads to it and to the deal's other pages. */
const code = async (
  context: Pick<RenterContext, 'catalogue' | 'coder' | 'pages'>,
  { deals, n: wideAt }: PageTarget,
  { machine, k, collected: { bytes, from, to } }: { readonly machine: string; readonly k: number; readonly collected: CollectedPage },
  before: readonly MadePage[],
): Promise<MadePage> => {
  const n = deals.length;
  const span: PageSpan = { page: freshId(), machine, from, to };
  const places = deals.map((deal, shard) => ({ shard, deal, attempt: 0 }));
  const parts = [{ key: context.pages.keyOf(span.page), bytes: shardBytes(bytes.length, k) }];
  using encoded = await context.coder.encode(bytes, { k, n, parts }, places);
  const sha256 = await digestOf(bytes);
  const shards = new Map<DealId, MadeShard>();
  for (const [index, deal] of deals.entries()) {
    const shard = { ...span, k, n, index };
    const earlier = await earlierIn(context, deal, span, before);
    const previous = await foreignTail(context, deal);
    const head = await context.pages.seal(deal, { ...shard, length: bytes.length, sha256, previous, earlier });
    const source = sourceOf(concatBytes(head, encoded.shards.get(index)?.bytes ?? new Uint8Array()));
    shards.set(deal, { placed: { ...shard, deal, sector: source.sector }, source });
  }
  return { ...span, k, n, bytes: bytes.length, wide: isWide(n, wideAt), shards };
};

/** The changes that the next page tells. */
const collect = async (
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  {
    after,
    last,
    k,
    wide,
    most,
  }: { readonly after: number; readonly last: number; readonly k: number; readonly wide: boolean; readonly most: number },
  state: Awaited<ReturnType<RenterContext['catalogue']['paging']>>,
): Promise<CollectedPage> => {
  const full = fullPageBytes(k);
  const fresh = await collectEntries(catalogue, after, last, full);
  if (!wide || after !== state.covered || fresh.to < last) return fresh;
  const former = [];
  for await (const page of catalogue.ownPages(state.floor)) former.push(page);
  const begin = beginOfPage(state.covered, former, fresh.bytes.length, most);
  return begin === after ? fresh : collectEntries(catalogue, begin, last, full);
};

/**
 * Makes pages of what changed in the catalogue and is in no page yet, for the deals whose revisions are about to be signed: one, as a rule. None
 * where nothing changed, or the catalogue is not kept in the deals.
 */
export const makePages = async (
  context: Pick<RenterContext, 'catalogue' | 'coder' | 'pages' | 'limits'>,
  target: PageTarget,
  signal?: AbortSignal,
): Promise<readonly MadePage[]> => {
  const { deals, n } = target;
  if (deals.length === 0 || context.limits.pageLeaves === 0) return [];
  const { k } = pageShape(deals.length, target.k);
  const wide = isWide(deals.length, n);
  const most = k * Math.min(MERGED_SHARD_BYTES, Math.max(0, target.room * LEAF_BYTES - pageHeadBytes(MOST_EARLIER)));
  const state = await context.catalogue.paging();
  const { machine, last } = state;
  const pages: MadePage[] = [];
  for (let after = wide ? state.covered : state.told; after < last && pages.length < MOST_PAGES;) {
    signal?.throwIfAborted();
    const collected = await collect(context, { after, last, k, wide, most }, state);
    if (collected.entries > 0) pages.push(await code(context, target, { machine, k, collected }, pages));
    if (collected.to <= after) break;
    after = collected.to;
  }
  return pages;
};
