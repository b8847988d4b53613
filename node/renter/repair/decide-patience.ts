/** How often a deal's lost sectors were made anew and then not taken. */
export interface Refusals {
  readonly times: number;
  /** The last time, milliseconds since 1970. */
  readonly at: number;
}

const HOUR = 3_600_000;

/** Whether to read for a deal again: an hour after the first refusal, twice as long after each further one, `most` milliseconds at most. */
export const mayReadFor = (refused: Refusals | undefined, now: number, most: number): boolean => {
  if (refused === undefined || now < refused.at) return true;
  return now - refused.at >= Math.min(most, HOUR * 2 ** (refused.times - 1));
};

/** With one more at `now`; those before are forgotten after twice `most`. */
export const withRefusal = (refused: Refusals | undefined, now: number, most: number): Refusals => {
  const counts = refused !== undefined && now - refused.at < 2 * most;
  return { times: counts ? refused.times + 1 : 1, at: now };
};
