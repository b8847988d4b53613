import { compareWithList, countPoints, inWords, readCrashPoints } from './crash-points.js';
import { explore, record } from './explore.js';
import { scenarios } from './scenarios.js';
import { triplesOf } from './trace.js';

/** How the half of `npm run chaos` that crashes is run. */
export interface CrashOptions {
  /** Looks at every disk that a crash can leave; otherwise at a part of them. */
  readonly long: boolean;
  /** Decides which part. */
  readonly seed: string;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What it came to. */
export interface CrashReport {
  /** Different steps that were interrupted and are missed when they are left out. */
  readonly count: number;
  /** Promises of providers that were broken. */
  readonly lostSectors: number;
  /** None: no time passes here. */
  readonly missedWindows: number;
  /** Transactions that would be forgotten or done again. */
  readonly doubleSends: number;
  readonly problems: readonly string[];
}

/** One disk of so many is looked at in the short form. */
const SHORT = 12;

const numberOf = (seed: string): number => [...seed].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7);

/** Interrupts all scenarios at their steps, restarts them, and holds promises and the committed list against what is found. */
export const runCrashes = async ({ long, seed, tell, signal }: CrashOptions): Promise<CrashReport> => {
  const listed = readCrashPoints();
  const problems: string[] = [];
  let [lostSectors, doubleSends] = [0, 0];
  for (const scenario of scenarios) {
    const recording = await record(scenario);
    problems.push(...compareWithList(listed[scenario.name], triplesOf(recording.trace)).map((line) => `${scenario.name}: ${line}`));
    const every = long ? 1 : SHORT;
    const { points, disks, broken } = await explore({ scenario, recording, known: new Set(), every, from: numberOf(seed), signal });
    problems.push(...broken.map(inWords));
    if (scenario.breaks === 'sectors') lostSectors += broken.length;
    if (scenario.breaks === 'sends') doubleSends += broken.length;
    tell(`${scenario.name}: interrupted at ${points} points, restarted from ${disks} disks, ${broken.length} promises broken`);
  }
  return { count: countPoints(listed), lostSectors, missedWindows: 0, doubleSends, problems };
};
