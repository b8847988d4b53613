import { sha256 } from '@noble/hashes/sha2.js';
import type { PageHead, PageSpan, PlacedPageShard } from '../../core/data/page-head.js';
import { toHex } from '../../core/data/bytes.js';
import { shardBytes, type PlacedShard } from '../../core/data/slab.js';
import { fastest } from '../../core/tasks/fastest.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import type { RenterContext } from '../context.js';
import { readPage } from '../pages/page-codec.js';
import type { PageEntry } from '../pages/page-entries.js';
import type { DealPages } from './read-heads.js';
import type { ListedDeal, SectorReader } from './sector-reader.js';

/** A page's shard, and whom to ask for it. */
export interface ShardOffer {
  readonly shard: PlacedPageShard;
  readonly deal: ListedDeal;
  /** Its sector, where it was read before. */
  readonly read: Uint8Array | undefined;
}

/** A page of which something is known. */
export interface KnownPage {
  readonly span: PageSpan;
  readonly k: number;
  readonly offers: readonly ShardOffer[];
}

/** Why a page cannot be read: too few shards come; a newer program wrote it; what it decodes to is not what its head says. */
export type PageProblem = 'too-few' | 'newer' | 'damaged';

export interface ReadPage {
  readonly page: KnownPage;
  readonly bytes: number;
  readonly entries: readonly PageEntry[];
}

export interface ReadPages {
  readonly pages: readonly ReadPage[];
  /** What others do not tell as well. */
  readonly missing: readonly { readonly page: KnownPage; readonly problem: PageProblem }[];
}

/** Pages read at once. */
const AT_ONCE = 8;

/** The pages that deals speak of, with who has shards of them. */
export const pagesIn = (deals: readonly DealPages[]): readonly KnownPage[] => {
  const pages = new Map<string, { span: PageSpan; k: number; offers: ShardOffer[] }>();
  for (const { deal, shards, read } of deals)
    for (const shard of shards.values()) {
      const { page, machine, from, to, k } = shard;
      const known = pages.get(page) ?? { span: { page, machine, from, to }, k, offers: [] };
      pages.set(page, known);
      known.offers.push({ shard, deal, read: read.get(shard.sector.root) });
    }
  return [...pages.values()];
};

/** Pure: those of `open` that no other of them has all of. */
export const newestPages = (open: readonly KnownPage[]): readonly KnownPage[] => {
  const has = (a: PageSpan, b: PageSpan): boolean => a.machine === b.machine && a.from <= b.from && a.to >= b.to;
  const isNewer = (a: PageSpan, b: PageSpan): boolean => has(a, b) && (!has(b, a) || a.page < b.page);
  return open.filter(({ span }) => !open.some((other) => other.span.page !== span.page && isNewer(other.span, span)));
};

/** A shard with the head that was read with it. */
interface FetchedShard extends PlacedShard {
  readonly head: PageHead;
}

const fetchShard = async (
  context: RenterContext,
  reader: SectorReader,
  { shard, deal, read }: ShardOffer,
  signal: AbortSignal,
): Promise<FetchedShard> => {
  const bytes = read ?? (await reader.whole(deal, shard.sector, signal));
  const opened = await context.pages.open(deal.deal, bytes);
  if (opened.kind !== 'page' || opened.head.page !== shard.page) throw new RangeError('it is no shard of that page');
  const { index } = opened.head;
  return { head: opened.head, place: { shard: index, deal: deal.deal, attempt: 0 }, bytes: bytes.subarray(opened.bytes) };
};

/** Those that agree on what the page is, most of them first: a sector is what its deal's list says, whoever sends it. */
const decode = async (context: RenterContext, page: KnownPage, shards: readonly FetchedShard[]): Promise<ReadPage | PageProblem> => {
  const [first] = shards;
  if (!first || shards.length < page.k) return 'too-few';
  const { k, n, length, sha256: digest } = first.head;
  const alike = shards.filter(({ head, bytes }) => head.sha256 === digest && bytes.length === shardBytes(length, k));
  if (alike.length < k) return 'damaged';
  const parts = [{ key: context.pages.keyOf(page.span.page), bytes: shardBytes(length, k) }];
  using decoded = await context.coder.decode(alike, { k, n, length, parts });
  if (toHex(sha256(decoded.bytes)) !== digest) return 'damaged';
  try {
    const said = readPage(decoded.bytes);
    return 'newer' in said ? 'newer' : { page, bytes: length, entries: said.entries };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return 'damaged';
    throw error;
  }
};

const readOne = async (
  context: RenterContext,
  reader: SectorReader,
  page: KnownPage,
  signal: AbortSignal | undefined,
): Promise<ReadPage | PageProblem> => {
  const shards = await fastest(
    {
      // What is there already comes first.
      candidates: page.offers.toSorted((a, b) => Number(a.read === undefined) - Number(b.read === undefined)),
      needed: page.k,
      spare: 0,
      hedgeMilliseconds: context.limits.hedgeMilliseconds,
      sleep: (milliseconds, either) => context.clock.sleep(milliseconds, either),
      run: (offer, either) => fetchShard(context, reader, offer, either),
      onFailure: ({ deal: { provider } }) => context.links.drop(provider),
    },
    signal,
  );
  return decode(context, page, shards);
};

/**
 * Reads the pages that no other has all of, from any k of their shards; where one cannot be read, those that it has taken over in its place. What is
 * missing then is named.
 */
export const readPages = async (
  context: RenterContext,
  reader: SectorReader,
  known: readonly KnownPage[],
  signal?: AbortSignal,
): Promise<ReadPages> => {
  const pages = new Map<string, ReadPage>();
  const failed = new Map<string, PageProblem>();
  for (;;) {
    const open = known.filter(({ span }) => !failed.has(span.page));
    const wanted = newestPages(open).filter(({ span }) => !pages.has(span.page));
    if (wanted.length === 0) break;
    await inFlight(wanted, AT_ONCE, signal, async (page, either) => {
      const read = await readOne(context, reader, page, either);
      if (typeof read === 'string') failed.set(page.span.page, read);
      else pages.set(page.span.page, read);
    });
  }
  const missing = known.flatMap((page) => {
    const problem = failed.get(page.span.page);
    const { machine, from, to } = page.span;
    const told = [...pages.values()].some(({ page: { span } }) => span.machine === machine && span.from <= from && span.to >= to);
    return problem && !told ? [{ page, problem }] : [];
  });
  return { pages: [...pages.values()], missing };
};
