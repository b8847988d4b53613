import type { Chance } from '../staging/chance.js';

/** How a coalition of a provider, a renter and callers of its own plays. Shares are 0 … 1, times are periods. */
export interface Strategy {
  /** Share of the honest renters' leaves that is kept. */
  readonly kept: number;
  /** What is dropped: the same share of each deal, or whole deals first. */
  readonly loss: 'even' | 'deals';
  /** When it is dropped, as a share of the play. */
  readonly from: number;
  /** Weight of the own deal over that of all honest ones; its one leaf costs nothing to keep. */
  readonly padding: number;
  /** The own deal stores: all the time; only while a draw is near; until a miss, whose first call empties it. */
  readonly padded: 'always' | 'atDraws' | 'untilMiss';
  /** When the own deal ends, as a share of the play. */
  readonly ownEnd: number;
  /** Free stake at the beginning, as a share of what is locked. */
  readonly spare: number;
  /** Whether a lack of stake is made good: never, by the first call after a miss, after the miss was found. */
  readonly topUp: 'never' | 'first' | 'later';
  /** Takes free stake out in every period, while the draw is open. */
  readonly drains: boolean;
  readonly proves: 'early' | 'late';
  /** Probability of not proving though it could. */
  readonly skips: number;
  /** Who calls sync after a miss; `nobody` leaves it to the coalition's next call. */
  readonly finder: 'caller' | 'outsider' | 'nobody';
  /** Periods between two settlements; 0 for none before the end. */
  readonly settles: number;
  /** Misses after which it never proves again, and so leaves by default; 0 for never. */
  readonly quitsAfter: number;
  /** Misses after which it forfeits the deals that lost data; 0 for never. */
  readonly forfeitsAfter: number;
  /** Whether the own deal is challenged: now and then, and answered; or once after a miss, and left to take its collateral. */
  readonly challenges: 'never' | 'answered' | 'expired';
}

/** Keeps everything and has no deal with itself. */
export const honest: Strategy = {
  kept: 1,
  loss: 'even',
  from: 0,
  padding: 0,
  padded: 'always',
  ownEnd: 1,
  spare: 0,
  topUp: 'never',
  drains: false,
  proves: 'early',
  skips: 0,
  finder: 'caller',
  settles: 0,
  quitsAfter: 0,
  forfeitsAfter: 0,
  challenges: 'never',
};

/** The attacks that the rules were found by, as strategies. */
export const knownAttacks: Readonly<Record<string, Strategy>> = {
  'drop everything': { ...honest, kept: 0 },
  'drop one leaf of a hundred': { ...honest, kept: 0.99 },
  'drop everything behind padding': { ...honest, kept: 0, padding: 30 },
  'drop a tenth behind padding': { ...honest, kept: 0.9, padding: 30 },
  'dilute and drop': { ...honest, kept: 0.5, padding: 30, padded: 'atDraws', drains: true },
  'pad until a miss': { ...honest, kept: 0.5, padding: 10, padded: 'untilMiss', finder: 'nobody' },
  'miss, prove, miss': { ...honest, kept: 0.8, drains: true, finder: 'nobody' },
  'leave by default': { ...honest, kept: 0, padding: 5, quitsAfter: 1, drains: true },
  'forfeit when found': { ...honest, kept: 0.5, loss: 'deals', forfeitsAfter: 1 },
  'top up before sync': { ...honest, kept: 0.5, topUp: 'first', spare: 0 },
  'end inside a run of misses': { ...honest, kept: 0, padding: 10, ownEnd: 0.3, from: 0.2, finder: 'nobody' },
  'drop before the end': { ...honest, kept: 0, from: 0.9 },
  'take collateral out before a default': { ...honest, kept: 0, padding: 20, challenges: 'expired' },
  'challenge itself': { ...honest, kept: 0.5, padding: 10, challenges: 'answered' },
  'miss for the compensation': { ...honest, padding: 30, skips: 0.2 },
};

/** The share above padding from which the cap of a miss's bounty would burn some of it. */
const MOST_PADDING = 40;

/** Any strategy: extremes and values in between are equally likely. */
export const randomStrategy = (chance: Chance): Strategy => ({
  kept: chance.pick([0, chance.unit(), chance.unit(), 1 - 10 ** (-2 * chance.unit()), 0.99, 1]),
  loss: chance.pick(['even', 'deals']),
  from: chance.pick([0, 0, chance.unit()]),
  padding: chance.pick([0, chance.unit(), MOST_PADDING ** chance.unit(), MOST_PADDING]),
  padded: chance.pick(['always', 'atDraws', 'untilMiss']),
  ownEnd: chance.pick([1, 1, chance.unit()]),
  spare: chance.pick([0, 0.05, 1]),
  topUp: chance.pick(['never', 'first', 'later']),
  drains: chance.hit(0.3),
  proves: chance.pick(['early', 'late']),
  skips: chance.pick([0, 0, 0, 0.3 * chance.unit()]),
  finder: chance.pick(['caller', 'outsider', 'nobody']),
  settles: chance.pick([0, 1, 7]),
  quitsAfter: chance.pick([0, 0, 0, 1 + chance.below(6)]),
  forfeitsAfter: chance.pick([0, 0, 0, 1 + chance.below(6)]),
  challenges: chance.pick(['never', 'never', 'answered', 'expired']),
});

/** `strategy` with some of its parts taken from another one. */
export const varied = (strategy: Strategy, chance: Chance): Strategy => {
  const other = randomStrategy(chance);
  const parts = (Object.keys(other) as (keyof Strategy)[]).filter(() => chance.hit(0.2));
  return { ...strategy, ...Object.fromEntries(parts.map((part) => [part, other[part]])) };
};

/** The parts in which `strategy` is not the honest one, in a line. */
export const described = (strategy: Strategy): string => {
  const parts = (Object.keys(honest) as (keyof Strategy)[]).filter((part) => strategy[part] !== honest[part]);
  const shown = (value: Strategy[keyof Strategy]): string =>
    typeof value === 'number' ? String(Number(value.toPrecision(2))) : String(value);
  return parts.length === 0 ? 'honest' : parts.map((part) => `${part} ${shown(strategy[part])}`).join(', ');
};
