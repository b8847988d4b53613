import type { Chance } from '../staging/chance.js';
import { play, type Outcome } from './play.js';
import type { Stage } from './stage.js';
import { honest, knownAttacks, randomStrategy, varied, type Strategy } from './strategy.js';
import { rank, summarize, type Summary } from './summary.js';

/** How hard is searched. */
export interface Effort {
  /** Audited periods of a play. */
  readonly periods: number;
  /** Strategies of the first round, and of each later one. */
  readonly population: number;
  readonly rounds: number;
  /** Strategies that a round hands on; the last round's are played again. */
  readonly kept: number;
  /** Plays of each of them with chance of its own, which no choice was made by. */
  readonly finals: number;
}

export const efforts = {
  quick: { periods: 15, population: 18, rounds: 2, kept: 3, finals: 3 },
  deep: { periods: 30, population: 30, rounds: 4, kept: 5, finals: 12 },
  long: { periods: 60, population: 200, rounds: 10, kept: 10, finals: 60 },
} as const satisfies Record<string, Effort>;

export type Depth = keyof typeof efforts;

export interface SearchResult {
  /** Strategies played, the known attacks apart. */
  readonly tried: number;
  /** The best strategies found that cheat, best first; each played again and again. */
  readonly found: readonly Summary[];
  /** Every known attack, by name. */
  readonly known: Readonly<Record<string, Summary>>;
}

/** Whether a play was more than honesty in other manners: data was dropped, or audits missed. */
const cheats = ({ saved, misses }: Summary): boolean => saved > 0 || misses > 0;

const best = (summaries: readonly Summary[], count: number): readonly Summary[] =>
  summaries
    .filter(cheats)
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, count);

/**
 * Looks for a strategy that earns more than honesty: random ones, then variations of the best of them, round by round. What
 * is found is played again with fresh chance, so that no strategy is thought good because it was lucky once.
 */
export const search = async (stage: Stage, effort: Effort, chance: Chance, say: (line: string) => void): Promise<SearchResult> => {
  const baseline = await play(stage, honest, chance.of('honest'));
  const evaluate = async (strategy: Strategy, plays: number, luck: Chance): Promise<Summary> => {
    const outcomes: Outcome[] = [];
    for (let i = 0; i < plays; i++) outcomes.push(await play(stage, strategy, luck.of(`play ${i}`)));
    return summarize(strategy, outcomes, baseline, effort.periods);
  };
  let leaders: readonly Summary[] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const tried: Summary[] = [];
    for (let i = 0; i < effort.population; i++) {
      const luck = chance.of(`round ${round}, strategy ${i}`);
      const parent = leaders[i % Math.max(1, leaders.length)];
      tried.push(await evaluate(parent === undefined ? randomStrategy(luck) : varied(parent.strategy, luck), 2, luck));
    }
    leaders = best([...leaders, ...tried], effort.kept);
    const [leader] = leaders;
    if (leader)
      say(`round ${round + 1} of ${effort.rounds}: the best earns ${rank(leader).toFixed(3)} for each rent saved or audit missed`);
  }
  const found: Summary[] = [];
  for (const [i, { strategy }] of leaders.entries()) found.push(await evaluate(strategy, effort.finals, chance.of(`final ${i}`)));
  const known: Record<string, Summary> = {};
  for (const [name, strategy] of Object.entries(knownAttacks))
    known[name] = await evaluate(strategy, effort.finals, chance.of(`known ${name}`));
  return { tried: effort.population * effort.rounds, found: best(found, effort.kept), known };
};
