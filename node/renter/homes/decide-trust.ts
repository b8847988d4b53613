import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { FailedCheck } from '../../ports/upkeep-memory.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Milliseconds in which failures of one check are one. */
const SAME = 600_000;
/** Failures that are counted of one check: so many days after the last one all are forgiven. */
const MOST_TIMES = 30;

/** Failures that a provider answers for. */
const CHECKS: ReadonlySet<string> = new Set([
  ...['PEER_UNREACHABLE', 'PEER_SILENT', 'PEER_MISBEHAVED', 'UNKNOWN_PROVIDER', 'BAD_SIGNATURE', 'COMMIT_MISSING'],
  ...['RANGE_PROOF_INVALID', 'SECTOR_ROOT_MISMATCH', 'EGRESS_OVERCHARGED', 'EGRESS_UNSERVED'],
]);

/** Refusals that say only that it sees another block than we do, or that this side owes something. */
const OWN_FAULTS: ReadonlySet<string> = new Set([
  ...['ESCROW_TOO_SMALL', 'OUT_OF_BOUNDS', 'REVISION_BASE_UNKNOWN', 'DEAL_UNKNOWN', 'EGRESS_UNPAID', 'EGRESS_UNFUNDED', 'PEER_STOPPING'],
  // What it holds of ours that we began and did not sign.
  'PENDING_FULL',
]);

/** The code of the check that a provider failed by `error`; undefined if that says nothing about it. */
export const failedCheckOf = (error: unknown): string | undefined => {
  if (isHoldfastError(error, 'PEER_REFUSED')) return OWN_FAULTS.has(error.data.code) ? undefined : error.data.code;
  return isHoldfastError(error) && CHECKS.has(error.code) ? error.code : undefined;
};

type Counted = Pick<FailedCheck, 'times' | 'since' | 'last'>;

/** Failures not forgiven by `now`: each day without another one forgives one. */
export const failuresLeft = ({ times, last }: Counted, now: number): number =>
  Math.max(0, times - Math.floor(Math.max(0, now - last) / DAY));

/** With one failure more at `now`; one that follows another within ten minutes is the same: an outage counts once, however much it kept from whom. */
export const withFailure = (known: Counted | undefined, now: number): Counted => {
  const left = known === undefined ? 0 : failuresLeft(known, now);
  const isSame = known !== undefined && left > 0 && now >= known.last && now - known.last < SAME;
  return { times: Math.min(MOST_TIMES, isSame ? left : left + 1), since: known === undefined || left === 0 ? now : known.since, last: now };
};

/** Until when a provider is passed over for a check that it failed: an hour after the first failure, twice as long after each further one, a day at most. */
export const passedOverUntil = (failed: Counted, now: number): number => {
  const left = failuresLeft(failed, now);
  return left === 0 ? failed.last : failed.last + Math.min(DAY, HOUR * 2 ** (left - 1));
};

/** When the last failure of a check is forgiven, milliseconds since 1970. */
export const forgottenAt = ({ times, last }: Counted): number => last + times * DAY;

/** What failures mean for new data: `last` comes after all others, `passed-over` after those too. */
export type Standing = 'trusted' | 'last' | 'passed-over';

/** Pure: how a provider stands that failed these checks. A failure that is yet to come was noted by a wrong clock: it is not waited for. */
export const standingOf = (checks: readonly Counted[], now: number): Standing => {
  const counted = checks.filter((failed) => failuresLeft(failed, now) > 0);
  if (counted.some((failed) => now >= failed.last && now < passedOverUntil(failed, now))) return 'passed-over';
  return counted.length > 0 ? 'last' : 'trusted';
};
