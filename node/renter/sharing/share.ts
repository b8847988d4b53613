import { addressOf } from '../../core/keys/signing.js';
import { grantDigest } from '../../core/keys/grant.js';
import type { ShareLink } from '../../core/keys/share-link.js';
import { verifyKey } from '../../core/keys/share-keys.js';
import { readerKey } from '../../core/keys/reader-key.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Share } from '../../ports/catalogue-shares.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { takeOutFreed } from '../deals/take-out.js';
import type { ProviderFailure } from '../events.js';
import { createFailureList } from '../failure-list.js';
import { freshId } from '../fresh-id.js';
import { refreshShares, type RefreshResult, type StandingShare } from './refresh-shares.js';

/** What is to be shared: an object as it is, or a folder as it changes. */
export type Shareable = Pick<Share, 'name' | 'object' | 'until'>;

export interface ShareResult extends StandingShare {
  readonly link: ShareLink;
  readonly failures: readonly ProviderFailure[];
}

/** What opens a share: all of it, for whoever has it. */
export const linkOf = async ({ settlement, renter, signer, shareKey }: RenterContext, { id, until }: Share): Promise<ShareLink> => {
  const share = shareKey(id);
  const verify = verifyKey(share);
  const { identity } = settlement;
  const reader = addressOf(readerKey(verify));
  const signature = await signer.sign(grantDigest(identity, { reader, until }));
  return { share, verify, chainId: identity.chainId, market: identity.market, owner: renter, grant: { until, signature } };
};

/** The share of the same that is there already: it has the same link. */
const sharedBefore = async ({ catalogue }: RenterContext, { name, object, until }: Shareable): Promise<Share | undefined> => {
  for await (const share of catalogue.shares()) if (share.name === name && share.object === object && share.until === until) return share;
  return undefined;
};

/**
 * Shares what is stored: writes its manifest into the deals that hold it, which signs one revision for each. Shared until the same period before, it is the same
 * share. SHARE_NOT_PLACED where no deal takes it, SHARE_TOO_LARGE: then nothing is shared.
 */
export const shareStored = async (context: RenterContext, what: Shareable, task: TaskOptions = {}): Promise<ShareResult> => {
  const { catalogue, clock } = context;
  const failures = createFailureList(context, task.report);
  const former = await sharedBefore(context, what);
  const share: Share = former ?? { ...what, id: freshId(), sharedAt: clock.now(), number: 0 };
  if (!former) await catalogue.putShare(share);
  const refreshed = await refreshShares(context, failures, task).catch(async (error: unknown) => {
    if (!former) await catalogue.dropShare(share.id);
    throw error;
  });
  const tooLarge = refreshed.failed.find((one) => one.share.id === share.id);
  if (tooLarge) {
    if (!former) await catalogue.dropShare(share.id);
    throw tooLarge.error;
  }
  const standing = refreshed.standing.find((one) => one.share.id === share.id);
  if (standing === undefined) throw new HoldfastError('OBJECT_NOT_STORED', { name: what.name });
  if (standing.held === 0) {
    if (!former) await catalogue.dropShare(share.id);
    throw new HoldfastError('SHARE_NOT_PLACED', { name: what.name, reasons: failures.text });
  }
  return { ...standing, link: await linkOf(context, standing.share), failures: failures.all };
};

/** What became of all shares, and whose providers failed. */
export interface RefreshedShares extends RefreshResult {
  readonly failures: readonly ProviderFailure[];
}

/** As {@link refreshShares}. */
export const bringSharesUp = async (context: RenterContext, task: TaskOptions = {}): Promise<RefreshedShares> => {
  const failures = createFailureList(context, task.report);
  return { ...(await refreshShares(context, failures, task)), failures: failures.all };
};

/** Ends a share, by its id: its manifests are taken out of the deals. SHARE_MISSING. */
export const endShare = async (context: RenterContext, id: string, task: TaskOptions = {}): Promise<RefreshedShares> => {
  const { catalogue } = context;
  if (!(await catalogue.share(id))) throw new HoldfastError('SHARE_MISSING', { share: id });
  const failures = createFailureList(context, task.report);
  await catalogue.dropShare(id);
  const refreshed = await refreshShares(context, failures, task);
  await takeOutFreed(context, failures, task);
  return { ...refreshed, failures: failures.all };
};

/** A share and what opens it. */
export interface ListedShare {
  readonly share: Share;
  readonly link: ShareLink;
}

/** All that is shared, as the catalogue has it. */
export const listShares = async (context: RenterContext): Promise<readonly ListedShare[]> => {
  const listed: ListedShare[] = [];
  for await (const share of context.catalogue.shares()) listed.push({ share, link: await linkOf(context, share) });
  return listed;
};

/** What a renter can do with shares. */
export interface Sharing {
  /** Shares an object or a folder by a link. */
  share(what: Shareable, options?: TaskOptions): Promise<ShareResult>;
  /** Ends a share, by its id. */
  unshare(id: string, options?: TaskOptions): Promise<RefreshedShares>;
  shares(): Promise<readonly ListedShare[]>;
  /** Brings what the deals say of shares up to what is stored now. */
  refreshShares(options?: TaskOptions): Promise<RefreshedShares>;
}

export const sharingOf = (context: RenterContext): Sharing => ({
  share: (what, options) => shareStored(context, what, options),
  unshare: (id, options) => endShare(context, id, options),
  shares: () => listShares(context),
  refreshShares: (options) => bringSharesUp(context, options),
});
