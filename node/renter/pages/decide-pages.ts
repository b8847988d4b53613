import type { LandedPage, Landing, PagingState } from '../../ports/catalogue-pages.js';

/** Bytes of a page's shard up to which it takes over those before it: what a put adds at a provider stays under 64 KiB then. */
export const MERGED_SHARD_BYTES = 48 << 10;
/** Bytes of a page's shard from which on what is left goes into another page: head and last entries have room in the same sector of 4 MiB. */
const FULL_SHARD_BYTES = 3 << 20;

/** How a page is coded for so many deals, by the shape of what is stored with it: no less safe than that, and at least a third would do. */
export const pageShape = (deals: number, k: number): { readonly k: number; readonly n: number } => ({
  k: Math.max(1, Math.min(k, Math.floor(deals / 3))),
  n: deals,
});

/** Plaintext bytes of a page, coded with `k`, from which on it takes no further entry. */
export const fullPageBytes = (k: number): number => k * FULL_SHARD_BYTES;

/** Whether a page lies in as many deals as what was stored with it: it counts on no other to say the same. */
export const isWide = (deals: number, n: number): boolean => deals >= n;

/**
 * Pure: after which number a wide page begins that has `fresh` bytes of changes since `covered`. It takes over as many of the pages before it as have no
 * more than twice its bytes each, as long as all have no more than `most` bytes: so a change is written again no more often than its page grows by half.
 */
export const beginOfPage = (
  covered: number,
  former: readonly Pick<LandedPage, 'from' | 'to' | 'bytes'>[],
  fresh: number,
  most: number,
): number => {
  let [begin, bytes] = [covered, fresh];
  for (const page of former.toReversed()) {
    if (page.to !== begin) continue;
    if (page.bytes > 2 * bytes || bytes + page.bytes > most) break;
    [begin, bytes] = [page.from, bytes + page.bytes];
  }
  return begin;
};

/** Whether a page counts of which the chain holds so many shards: at least half of those that it could do without are there. */
export const isLanded = (shards: number, { k, n }: { readonly k: number; readonly n: number }): boolean => 2 * (shards - k) >= n - k;

/** Pure: how far all is written once the chain holds a page. */
export const landingOf = (
  state: PagingState,
  { from, to, bytes }: Pick<LandedPage, 'from' | 'to' | 'bytes'>,
  { wide, k }: { readonly wide: boolean; readonly k: number },
): Landing => {
  const told = from <= state.told ? Math.max(state.told, to) : state.told;
  const covered = wide && from <= state.covered ? Math.max(state.covered, to) : state.covered;
  const isLarge = wide && bytes > (k * MERGED_SHARD_BYTES) / 2;
  return { told, covered, floor: isLarge ? Math.max(state.floor, Math.min(to, covered)) : state.floor };
};
