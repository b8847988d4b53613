import { inFlight } from '../../core/tasks/in-flight.js';
import { concatBytes } from '../../core/data/bytes.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { shareTag, verifyKey } from '../../core/keys/share-keys.js';
import type { Deal } from '../../core/market/deal.js';
import type { DealId, Period } from '../../core/units.js';
import type { Share } from '../../ports/catalogue-shares.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { awaitCommits } from '../deals/await-commits.js';
import type { AwaitedCommit } from '../deals/decide-commit.js';
import { digestOf } from '../digest-of.js';
import type { FailureList } from '../failure-list.js';
import { MOST_MANIFESTS } from '../../core/data/board.js';
import { collectShare } from './collect-manifest.js';
import { MOST_MANIFEST_BYTES } from './manifest.js';
import { writeContents, writePlaces } from './manifest-codec.js';
import { placeBoard, type WantedManifest } from './place-board.js';
import { sealManifest } from './seal-manifest.js';

/** A share, in how many of the deals that hold what it has its manifest lies, and in how many reading has a price, which a guest cannot pay. */
export interface StandingShare {
  readonly share: Share;
  readonly deals: number;
  readonly held: number;
  readonly priced: number;
}

export interface RefreshResult {
  readonly standing: readonly StandingShare[];
  /** Over, or with nothing in them that is stored any more: they were forgotten. */
  readonly ended: readonly Share[];
  /** Of which no newer manifest can be made: what was told of them before stays. */
  readonly failed: readonly { readonly share: Share; readonly error: HoldfastError }[];
}

/** Deals whose boards are written at once. */
const AT_ONCE = 4;

interface PreparedShare {
  readonly share: Share;
  readonly deals: readonly DealId[];
  readonly manifest: WantedManifest;
}

/** Gives what a share has now its number, on disk before anything says it; undefined where the share is over. */
const prepare = async (context: RenterContext, former: Share, now: Period): Promise<PreparedShare | undefined> => {
  const { catalogue, clock } = context;
  const collected = former.until < now ? undefined : await collectShare(context, former);
  if (collected === undefined) return undefined;
  const { slabs, deals } = collected;
  const contents = writeContents(collected.contents);
  const textOf = ({ number, until }: Share, madeAt: number): Uint8Array => writePlaces({ number, until, madeAt, slabs });
  const said = await digestOf(concatBytes(textOf({ ...former, number: 0 }, 0), contents));
  const share: Share = said === former.said ? former : { ...former, said, number: former.number + 1 };
  const places = textOf(share, clock.now());
  const bytes = places.length + contents.length;
  if (bytes > MOST_MANIFEST_BYTES) throw new HoldfastError('SHARE_TOO_LARGE', { name: share.name, bytes, most: MOST_MANIFEST_BYTES });
  if (share !== former) await catalogue.putShare(share);
  const key = context.shareKey(share.id);
  const verify = verifyKey(key);
  let sector: Promise<Uint8Array> | undefined;
  const manifest: WantedManifest = {
    share: share.id,
    tag: shareTag(verify),
    number: share.number,
    bytes: () => (sector ??= sealManifest({ share: key, verify }, { places, contents })),
  };
  return { share, deals, manifest };
};

const takesManifests = (deal: Deal | undefined, now: Period): boolean =>
  deal?.status === 'active' && deal.defaulted === undefined && deal.end > now;

/** Which manifests are to lie where; nothing in a deal that has a board and holds nothing shared any more. Those of `kept` shares stay as they are. */
const plan = async (
  { catalogue }: RenterContext,
  prepared: readonly PreparedShare[],
  kept: ReadonlySet<string>,
): Promise<ReadonlyMap<DealId, WantedManifest[]>> => {
  const wanted = new Map<DealId, WantedManifest[]>();
  for await (const { deal, manifests } of catalogue.boards())
    wanted.set(
      deal,
      manifests.filter(({ share }) => kept.has(share)),
    );
  for (const { deals, manifest } of prepared)
    for (const deal of deals) wanted.set(deal, [...(wanted.get(deal) ?? []), manifest].slice(-MOST_MANIFESTS));
  return wanted;
};

/**
 * Brings what the deals say of shares up to what the catalogue does: of each share whose files or places changed a manifest of a higher number, in all deals that
 * hold them; what is over is forgotten. Reads what is shared and no more; where nothing is shared, two empty lists. Whose provider fails is added to `failures`.
 */
export const refreshShares = async (context: RenterContext, failures: FailureList, task: TaskOptions = {}): Promise<RefreshResult> => {
  const { catalogue, settlement, links } = context;
  const [shares, boards] = [await Array.fromAsync(catalogue.shares()), await Array.fromAsync(catalogue.boards())];
  if (shares.length + boards.length === 0) return { standing: [], ended: [], failed: [] };
  const now = await currentPeriod(settlement.agreed, task.signal);
  const [prepared, ended]: [PreparedShare[], Share[]] = [[], []];
  const failed: { readonly share: Share; readonly error: HoldfastError }[] = [];
  for (const share of shares) {
    try {
      const one = await prepare(context, share, now);
      if (one) prepared.push(one);
      else ended.push(share);
    } catch (error) {
      if (!isHoldfastError(error, 'SHARE_TOO_LARGE')) throw error;
      failed.push({ share, error });
    }
  }
  const wanted = await plan(context, prepared, new Set(failed.map(({ share: { id } }) => id)));
  const ids = [...wanted.keys()];
  const found = new Map((await settlement.agreed.deals(ids, task.signal)).map((deal, index) => [ids[index], deal]));
  const commits: AwaitedCommit[] = [];
  await inFlight(wanted, AT_ONCE, task.signal, async ([id, manifests], signal) => {
    const deal = found.get(id);
    try {
      const commit = await placeBoard(context, id, takesManifests(deal, now) ? manifests : [], { ...task, signal });
      if (commit) commits.push(commit);
    } catch (error) {
      signal.throwIfAborted();
      const provider = (await catalogue.deal(id))?.provider;
      if (provider === undefined) throw error;
      links.drop(provider);
      failures.add(provider, error);
    }
  });
  for (const { id } of ended) await catalogue.dropShare(id);
  for (const [id, error] of await awaitCommits(context, commits, task)) {
    const provider = (await catalogue.deal(id))?.provider;
    if (provider) failures.add(provider, error);
  }
  return { standing: await Promise.all(prepared.map((one) => standingOf(context, one, found))), ended, failed };
};

const standingOf = async (
  { catalogue }: RenterContext,
  { share, deals }: PreparedShare,
  found: ReadonlyMap<DealId | undefined, Deal | undefined>,
): Promise<StandingShare> => {
  let held = 0;
  for (const deal of deals) {
    const board = await catalogue.board(deal);
    if (board?.manifests.some((one) => one.share === share.id && one.number === share.number)) held += 1;
  }
  const priced = deals.filter((deal) => (found.get(deal)?.egressPrice ?? 0n) > 0n).length;
  return { share, deals: deals.length, held, priced };
};
