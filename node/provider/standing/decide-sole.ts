import { period, type Period } from '../../core/units.js';

/** A revision can be posted up to two periods after the one that it was signed in (R12): then it is on chain, or void. */
const POSTABLE_PERIODS = 2;

/** First period in which a revision is co-signed again, after another daemon of the same identity was `seen` last. */
export const signingFrom = (seen: Period): Period => period(seen + POSTABLE_PERIODS + 1);

/** Whether what another daemon signed may still come: the number that it gave away is not to be signed twice. */
export const isSigningPaused = (seen: Period | undefined, now: Period): boolean => seen !== undefined && now < signingFrom(seen);
