import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { bestOf, createLine, isLess, type Waiter } from './line.js';
import type { Origin } from './origin.js';
import { createTally } from './tally.js';

/** Lets strangers through a few at a time and so many in a second: first whoever came from where the fewest came lately. */
export interface Turnstile {
  /** How to leave again. PEER_BUSY if it takes too long or too many wait; the signal's reason. */
  enter(origin: Origin, signal: AbortSignal): Promise<() => void>;
}

export interface TurnstileOptions {
  /** What passes, as in "handshakes". */
  readonly what: string;
  /** Inside at once. */
  readonly inside: number;
  readonly perSecond: number;
  /** Of a quiet time's unused ones, kept for a rush. Default: those of a second. */
  readonly atOnce?: number;
  /** Waiting at once, from one address and in all; over it, the one from where the most came is refused. */
  readonly waitingPerAddress: number;
  readonly waiting: number;
  readonly waitMilliseconds: number;
}

const LATELY = { halfLifeMilliseconds: 10_000, remembered: 16_384 };

/** So many in a second, and so many at once after a quiet time. */
const createPace = (perSecond: number, atOnce: number) => {
  let left = atOnce;
  let at = performance.now();
  return {
    /** Milliseconds until the next may pass; 0 for now. */
    due(): number {
      const now = performance.now();
      left = Math.min(atOnce, left + ((now - at) * perSecond) / 1000);
      at = now;
      return left >= 1 ? 0 : Math.ceil(((1 - left) * 1000) / perSecond);
    },
    pass: () => void left--,
  };
};

export const createTurnstile = (options: TurnstileOptions): Turnstile => {
  const { what, inside, perSecond, waitingPerAddress, waiting: mostWaiting, waitMilliseconds } = options;
  const lately = createTally(LATELY);
  const pace = createPace(perSecond, options.atOnce ?? perSecond);
  const line = createLine<Origin, void>();
  let taken = 0;
  let timer: NodeJS.Timeout | undefined;

  const busy = (limit: number): HoldfastError => new HoldfastError('PEER_BUSY', { what, limit });
  const weightOf = ({ claim: { range, address } }: Waiter<Origin, void>): readonly number[] =>
    [range, address].map((key) => Math.round(lately.of(key)));
  const lightest = () => bestOf(line, (one, other) => isLess(weightOf(one), weightOf(other)));
  const heaviest = () => bestOf(line, (one, other) => !isLess(weightOf(one), weightOf(other)));

  const letIn = (): void => {
    let due = pace.due();
    for (; line.size > 0 && taken < inside && due === 0; due = pace.due()) {
      taken++;
      pace.pass();
      lightest()?.grant();
    }
    if (line.size === 0 || taken >= inside || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      letIn();
    }, due);
    // Who waits has a time of its own; this one must not keep a process that is done.
    timer.unref();
  };
  const arrive = (newcomer: Waiter<Origin, void>): void => {
    letIn();
    const own = [...line].filter(({ claim }) => claim.address === newcomer.claim.address).length;
    if (own > waitingPerAddress) newcomer.refuse(busy(waitingPerAddress));
    else if (line.size > mostWaiting) heaviest()?.refuse(busy(mostWaiting));
  };
  const leave = (): void => {
    taken--;
    letIn();
  };

  return {
    async enter(origin, signal) {
      lately.add(origin.range);
      if (origin.address !== origin.range) lately.add(origin.address);
      await line.wait(origin, { signal, milliseconds: waitMilliseconds, tooLate: () => busy(inside) }, arrive);
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
  };
};
