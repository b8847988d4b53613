import type { Announced } from '../../ports/upkeep-memory.js';
import type { Need } from './needs.js';

const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** When something that was announced is announced again: once half of the time that was left is over, after a day at least and a week at most. */
export const announcedAgainAt = ({ at }: Pick<Announced, 'at'>, { due }: Pick<Need, 'due'>): number =>
  at + Math.max(DAY, Math.min(WEEK, due === undefined ? WEEK : (due - at) / 2));

export interface AnnouncingSnapshot<Told extends Pick<Need, 'id' | 'due'>> {
  readonly needs: readonly Told[];
  /** What was announced before, by id. */
  readonly announced: ReadonlyMap<string, Pick<Announced, 'at'>>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds before it is too late from which on something is announced. */
  readonly ahead: number;
}

/** Whether it is near enough to tell anybody. */
export const isNear = ({ due }: Pick<Need, 'due'>, now: number, ahead: number): boolean => due === undefined || due - now <= ahead;

/** Pure: what is announced now. A time to come at which something was announced is one of a wrong clock: it is announced again. */
export const decideAnnouncing = <Told extends Pick<Need, 'id' | 'due'>>({
  needs,
  announced,
  now,
  ahead,
}: AnnouncingSnapshot<Told>): readonly Told[] =>
  needs.filter((need) => {
    const before = announced.get(need.id);
    if (!isNear(need, now, ahead)) return false;
    return before === undefined || before.at > now || now >= announcedAgainAt(before, need);
  });
