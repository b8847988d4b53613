import { setTimeout } from 'node:timers/promises';

/** What keeps this process alive: kinds of timers, sockets, servers and so on, each as often as there is one. */
export const openNow = (): readonly string[] => process.getActiveResourcesInfo();

/** Longest what ends by itself is waited for, milliseconds. */
const GRACE = 10_000;
const BETWEEN = 20;

/** Kinds that `now` has more of than `before`. */
const added = (before: readonly string[], now: readonly string[]): readonly string[] => {
  const times = (list: readonly string[], kind: string): number => list.filter((each) => each === kind).length;
  return [...new Set(now)].filter((kind) => times(now, kind) > times(before, kind));
};

/** The kinds of what was not open `before` and still is, `grace` milliseconds later. Asks again until there is none. */
export const leftOpen = async (before: readonly string[], grace = GRACE): Promise<readonly string[]> => {
  const deadline = performance.now() + grace;
  for (;;) {
    const left = added(before, openNow());
    if (left.length === 0 || performance.now() > deadline) return left;
    await setTimeout(BETWEEN);
  }
};
