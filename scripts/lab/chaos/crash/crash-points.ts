import { readFileSync, writeFileSync } from 'node:fs';
import { explore, record, type Broken } from './explore.js';
import { prove } from './prove.js';
import type { Scenario } from './scenario.js';
import { wordsOf, type Triple } from './trace.js';

/** The committed list. */
export const CRASH_POINTS = new URL('./crash-points.json', import.meta.url);

/** What is interrupted, by scenario: steps that are missed when they are left out, and those that nobody misses. */
export type CrashPoints = Readonly<Record<string, { readonly missed: readonly string[]; readonly idle: readonly string[] }>>;

export const readCrashPoints = (): CrashPoints => JSON.parse(readFileSync(CRASH_POINTS, 'utf8')) as CrashPoints;

/** Steps of all scenarios together that are missed, each once: what counts. */
export const countPoints = (points: CrashPoints): number => new Set(Object.values(points).flatMap(({ missed }) => missed)).size;

/** Plays `scenario`, interrupts it everywhere, and leaves each of its steps out. Throws an Error when a promise is broken with all steps in. */
export const findPoints = async (scenario: Scenario, signal: AbortSignal): Promise<CrashPoints[string]> => {
  const recording = await record(scenario);
  const known = new Set<string>();
  const { broken } = await explore({ scenario, recording, known, signal });
  if (broken[0] !== undefined) throw new Error(inWords(broken[0]));
  const proofs = await prove(scenario, recording, known, signal);
  const words = (isMissed: boolean): string[] =>
    proofs.filter((proof) => (proof.broken !== undefined) === isMissed).map(({ triple }) => wordsOf(triple));
  return { missed: words(true), idle: words(false) };
};

export const inWords = ({ scenario, after, loss, what }: Broken): string => `${scenario}: power lost (${loss}) after "${after}": ${what}`;

export const writeCrashPoints = (points: CrashPoints): void => writeFileSync(CRASH_POINTS, `${JSON.stringify(points, undefined, 2)}\n`);

/** What the list does not say of `triples`, and what it says too much. */
export const compareWithList = (listed: CrashPoints[string] | undefined, triples: readonly Triple[]): string[] => {
  const found = new Set(triples.map(wordsOf));
  const known = new Set([...(listed?.missed ?? []), ...(listed?.idle ?? [])]);
  return [
    ...[...found].filter((words) => !known.has(words)).map((words) => `not in the list: ${words}`),
    ...[...known].filter((words) => !found.has(words)).map((words) => `in the list, and not found: ${words}`),
  ];
};
