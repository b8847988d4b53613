import type { GuestSession } from '../../app/guest-session.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { isLink } from '../../core/keys/link-scheme.js';
import type { ShareLink } from '../../core/keys/share-link.js';
import type { Call, Outcome } from '../command.js';

/** The link among words that may be names; undefined where there is none. LINK_DAMAGED, LINK_NEWER; USAGE beside other words. */
export const linkAmong = async (words: readonly string[]): Promise<ShareLink | undefined> => {
  const found = words.find(isLink);
  if (found === undefined) return undefined;
  if (words.length > 1) throw new HoldfastError('USAGE', { detail: 'a link stands alone: give each to a command of its own' });
  // Commands that are given no link load nothing for it.
  const { parseLink } = await import('../../core/keys/share-link.js');
  return parseLink(found);
};

/** Runs `work` as somebody who has the link, without a wallet or a home, and closes it after. */
export const withLink = async (call: Call, link: ShareLink, work: (session: GuestSession) => Promise<Outcome>): Promise<Outcome> => {
  const settings = await call.settings();
  const { openGuest } = await import('../../app/guest-session.js');
  await using session = await openGuest(settings, link, call.signal);
  return await work(session);
};
