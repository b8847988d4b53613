// npm run crash-points [-- --only PATTERN]
import { parseArgs } from 'node:util';
import { countPoints, findPoints, readCrashPoints, writeCrashPoints } from './lab/chaos/crash/crash-points.js';
import { scenarios } from './lab/chaos/crash/scenarios.js';
import { runProgram, understood } from './lab/program-options.js';

const USAGE = `usage: npm run crash-points [-- --only PATTERN]

Interrupts what provider, renter and deployment do after each durable step, loses power in several ways, restarts, and holds what was
promised against what is there. Then leaves out each step alone, to see that it is missed, and writes
scripts/lab/chaos/crash/crash-points.json: what is missed counts, what nobody misses is listed apart.

  --only PATTERN  only the scenarios whose names match the regular expression PATTERN; the others stay as they are in the list`;

const run = async (only: RegExp): Promise<void> => {
  const { signal } = new AbortController();
  const points = { ...readCrashPoints() };
  for (const scenario of scenarios) {
    if (!only.test(scenario.name)) continue;
    const found = await findPoints(scenario, signal);
    if (found !== undefined) points[scenario.name] = found;
    writeCrashPoints(points);
    console.log(`${scenario.name}: ${found?.missed.length ?? 0} steps are missed, ${found?.idle.length ?? 0} are not`);
  }
  const names = new Set(scenarios.map(({ name }) => name));
  writeCrashPoints(Object.fromEntries(Object.entries(points).filter(([name]) => names.has(name))));
  console.log(`crash points: ${countPoints(readCrashPoints())}`);
};

await runProgram(
  USAGE,
  () => understood(() => parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } })),
  ({ only = '' }) => run(new RegExp(only)),
);
