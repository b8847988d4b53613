import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Admission } from '../../ports/link.js';
import { claimantOf } from './claimant.js';
import { createCounts } from './counts.js';
import { bestOf, createLine, isLess, type Waiter as WaiterOf } from './line.js';
import { createTally } from './tally.js';

/**
 * Scarce places for those who proved to speak for a deal, shared fairly: whose deal lost a place for slowness, or wasted one, goes after
 * the others, then who has the fewest, then each deal in its turn. Some are kept for deals with data. Those who only read in a deal count as a deal of their own.
 */
export interface Places {
  /**
   * Waits for a place. PEER_BUSY after `milliseconds`, or at once if too many of the deal or of all wait. Whoever has had a place for
   * long while others wait loses it: then its `lost` aborts, with PEER_TOO_SLOW.
   */
  take(admission: Admission, signal: AbortSignal, milliseconds: number): Promise<Place>;
  /** Places taken. */
  readonly inHand: number;
  readonly waiting: number;
}

export interface Place {
  readonly lost: AbortSignal;
  /** Has the deal go after the others for a while, as if it had lost the place. */
  strike(): void;
  free(): void;
}

export interface PlacesOptions {
  /** What is counted, as in "uploads". */
  readonly what: string;
  readonly total: number;
  readonly perDeal: number;
  /** Of the total, kept for deals with data. */
  readonly reserved: number;
  /** Waiting at once, of one deal and in all; over it, the newest of those with the least claim is refused. */
  readonly waitingPerDeal: number;
  readonly waiting: number;
  /** Milliseconds for which a place is safe. */
  readonly holdMilliseconds: number;
}

interface Held {
  readonly admission: Admission;
  readonly since: number;
  readonly losing: AbortController;
}
type Waiter = WaiterOf<Admission, Held>;

const REMEMBERED = 4_096;
const STRIKES = { halfLifeMilliseconds: 60_000, remembered: REMEMBERED };

export const createPlaces = (options: PlacesOptions): Places => {
  const { what, total, perDeal, reserved, waiting: mostWaiting, waitingPerDeal, holdMilliseconds } = options;
  const held = new Set<Held>();
  const heldBy = createCounts();
  const line = createLine<Admission, Held>();
  const strikes = createTally(STRIKES);
  /** In which turn each deal was served last, those of the last turns. */
  const servedIn = new Map<string, number>();
  let turn = 0;
  let withoutData = 0;
  let timer: NodeJS.Timeout | undefined;

  const busy = (limit: number): HoldfastError => new HoldfastError('PEER_BUSY', { what, limit });
  const struck = (claimant: string): number => Math.round(strikes.of(claimant));
  const mayHaveMore = ({ claim }: Waiter): boolean => heldBy.of(claimantOf(claim)) < perDeal;
  const fits = (waiter: Waiter): boolean =>
    mayHaveMore(waiter) && held.size < total && (waiter.claim.hasData || withoutData < total - reserved);
  const orderOf = ({ claim }: Waiter): readonly number[] => {
    const claimant = claimantOf(claim);
    return [struck(claimant), heldBy.of(claimant), servedIn.get(claimant) ?? 0];
  };
  const next = (): Waiter | undefined => bestOf([...line].filter(fits), (one, other) => isLess(orderOf(one), orderOf(other)));

  const hold = (admission: Admission): Held => {
    const place = { admission, since: performance.now(), losing: new AbortController() };
    held.add(place);
    heldBy.add(claimantOf(admission));
    if (!admission.hasData) withoutData++;
    return place;
  };
  const release = (place: Held): boolean => {
    if (!held.delete(place)) return false;
    heldBy.remove(claimantOf(place.admission));
    if (!place.admission.hasData) withoutData--;
    return true;
  };
  /** The one that has had its place longest, if that was long enough and somebody else with no less claim waits for it. */
  const overdue = (): Held | undefined => {
    const longAgo = performance.now() - holdMilliseconds;
    const crowd = [...line].filter(mayHaveMore).map(({ claim }) => claim);
    return [...held].find(
      ({ admission, since }) =>
        since <= longAgo && crowd.some((claim) => claimantOf(claim) !== claimantOf(admission) && (claim.hasData || !admission.hasData)),
    );
  };
  const serve = (): void => {
    for (let waiter = next(); waiter !== undefined; waiter = next()) {
      const claimant = claimantOf(waiter.claim);
      servedIn.delete(claimant);
      servedIn.set(claimant, ++turn);
      const [longestAgo] = servedIn.keys();
      if (servedIn.size > REMEMBERED && longestAgo !== undefined) servedIn.delete(longestAgo);
      waiter.grant(hold(waiter.claim));
    }
    const slow = overdue();
    if (slow === undefined) watch();
    else takeAway(slow);
  };
  const takeAway = (place: Held): void => {
    release(place);
    strikes.add(claimantOf(place.admission));
    place.losing.abort(new HoldfastError('PEER_TOO_SLOW', { what, milliseconds: holdMilliseconds }));
    serve();
  };
  /** Looks again when the next place will have been held long enough. */
  const watch = (): void => {
    if (timer !== undefined || line.size === 0) return;
    const now = performance.now();
    const due = [...held].map(({ since }) => since + holdMilliseconds - now).filter((left) => left > 0);
    if (due.length === 0) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        serve();
      },
      Math.ceil(Math.min(...due)),
    );
    // Who waits has a time of its own; this one must not keep a process that is done.
    timer.unref();
  };
  const arrive = (newcomer: Waiter): void => {
    serve();
    const own = [...line].filter(({ claim }) => claimantOf(claim) === claimantOf(newcomer.claim));
    if (own.length > waitingPerDeal) own.at(-1)?.refuse(busy(waitingPerDeal));
    if (line.size <= mostWaiting) return;
    const ofDeal = createCounts();
    for (const { claim } of line) ofDeal.add(claimantOf(claim));
    const claimOf = ({ claim }: Waiter): readonly number[] => [
      claim.hasData ? 0 : 1,
      struck(claimantOf(claim)),
      ofDeal.of(claimantOf(claim)),
    ];
    bestOf(line, (one, other) => !isLess(claimOf(one), claimOf(other)))?.refuse(busy(mostWaiting));
  };

  return {
    get inHand() {
      return held.size;
    },
    get waiting() {
      return line.size;
    },
    async take(admission, signal, milliseconds) {
      const tooLate = (): HoldfastError => busy(Math.min(total, perDeal));
      const place = await line.wait(admission, { signal, milliseconds, tooLate }, arrive);
      return {
        lost: place.losing.signal,
        strike: () => strikes.add(claimantOf(admission)),
        free: () => {
          if (release(place)) serve();
        },
      };
    },
  };
};
