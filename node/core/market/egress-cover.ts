import type { Deal, Revision } from './deal.js';
import { rateUp, rentDue, reserved } from './rent.js';
import { wei, type Period, type Wei } from '../units.js';
import { mostEgress, type EgressFunds } from './voucher.js';

/** What of a signed revision tells how much its posting leaves for vouchers. */
export type RevisionTerms = Pick<Revision, 'number' | 'leaves' | 'price' | 'end' | 'validUntil'>;

/** What of a deal tells how much any of its vouchers can rely on. */
export type CoveredDeal = EgressFunds & Pick<Deal, 'number'>;

/** Where a deal stands once some of its revisions are posted. */
interface Course {
  readonly number: bigint;
  /** Token wei a period. */
  readonly rate: bigint;
  readonly end: number;
  /** Last period that rent was moved for. */
  readonly through: number;
  /** Rent moved on the way, token wei: as if no period were missed, which leaves vouchers the least. */
  readonly paid: bigint;
}

const obligations = ({ rate, end, through, paid }: Course): bigint => paid + reserved({ rate, end, through });

/** The course after `revision` is posted in `period`, before `course` ends: what came before is settled through it, the new terms bind after. */
const after = (course: Course, { number, leaves, price, end }: RevisionTerms, period: number): Course => {
  const rent = rentDue({ rate: course.rate, from: course.through, to: period, misses: 0 });
  return { number, rate: rateUp(price, leaves), end, through: period, paid: course.paid + rent };
};

/** Of two courses that have posted the same revision, the one that leaves less from then on. */
const dearer = (a: Course, b: Course | undefined): Course => (b === undefined || obligations(a) > obligations(b) ? a : b);

/**
 * The highest voucher that `deal` covers whichever of its `signed` revisions are posted, in whatever order and in whichever period from
 * `now` to their `validUntil` (R12): the least over all of it. Revisions that the chain has or that nobody can post any more are
 * passed over. One that the escrow does not pay for counts: anybody may deposit just what it lacks, and then nothing is left.
 */
export const leastEgress = (deal: CoveredDeal, signed: readonly RevisionTerms[], now: Period): Wei => {
  const open = signed.filter(({ number, validUntil }) => number > deal.number && validUntil >= now);
  if (deal.defaulted !== undefined || open.length === 0) return mostEgress(deal);
  const { number, rate, end, settledThrough: through, escrow, redeemed, maxEgress } = deal;
  const courses = new Map<bigint, Course>([[number, { number, rate, end, through, paid: 0n }]]);
  const last = Math.max(...open.map(({ validUntil }) => validUntil));
  // The order within a period does not matter: of several posted in one, only the last binds.
  for (let period: number = now; period <= last; period++)
    for (const revision of open.filter(({ validUntil }) => validUntil >= period))
      for (const course of [...courses.values()]) {
        if (course.number >= revision.number || period >= course.end) continue;
        courses.set(revision.number, dearer(after(course, revision, period), courses.get(revision.number)));
      }
  const left = [...courses.values()].reduce<bigint>((least, course) => {
    const free = escrow - obligations(course);
    return free < least ? free : least;
  }, escrow);
  const most = redeemed + (left > 0n ? left : 0n);
  return wei(most < maxEgress ? most : maxEgress);
};

/** Why no voucher of the deal is good for more than it was until now (R12); undefined if vouchers are. */
export const vouchersEnded = (deal: Pick<Deal, 'leaves' | 'end'>, now: Period): string | undefined => {
  if (deal.leaves === 0) return 'the chain holds no data of it';
  return now >= deal.end ? `it ended with period ${deal.end - 1}` : undefined;
};
