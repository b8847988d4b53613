/**
 * `npm run chaos`: a provider's daemon on a real chain, interrupted at each of its durable steps, and among faults of chain, clock, disk and
 * process. Fails if a co-signed sector is lost, a window missed in which a proof could have been mined, or something sent twice;
 * also if a fault did not happen, or if there are fewer than there should be.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { inWords, type ChaosReport } from './lab/chaos/campaign.js';
import { runCrashes } from './lab/chaos/crash/run-crashes.js';
import { runFaultsNamed } from './lab/chaos/faults/run-faults.js';
import { runProgram, understood } from './lab/program-options.js';

const USAGE = `usage: npm run chaos -- [--long] [--seed N] [--only TEXT]

  --long     all there is, for a quarter of an hour; otherwise as in npm run scenarios
  --seed     decides what is left to chance; printed by each run
  --only     no crash points, and of the faults those with this text in their name, or one of several with | between them`;

const read = () =>
  understood(() =>
    parseArgs({
      options: {
        long: { type: 'boolean', default: false },
        seed: { type: 'string', default: randomBytes(4).toString('hex') },
        only: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    }),
  );

/** Fewest crash points and faults that show anything. */
const LEAST = { points: 200, faults: 20 };
const nothing: ChaosReport = { count: 0, problems: [], lostSectors: 0, missedWindows: 0, doubleSends: 0 };

await runProgram(USAGE, read, async ({ long, seed, only }) => {
  console.log(`seed ${seed}`);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('interrupted')));
  const options = { seed, long, tell: (line: string) => void console.log(line), signal: stop.signal };
  const crashes = only === '' ? await runCrashes(options) : nothing;
  const faults = await runFaultsNamed(only)(options);
  const problems = [...crashes.problems, ...faults.problems];
  if (only === '' && crashes.count < LEAST.points) problems.push(`${crashes.count} crash points, at least ${LEAST.points} are due`);
  if (only === '' && faults.count < LEAST.faults) problems.push(`${faults.count} faults, at least ${LEAST.faults} are due`);
  for (const problem of problems) console.error(problem);
  console.log(inWords(crashes, faults));
  if (problems.length > 0 || faults.count === 0) process.exitCode = 1;
});
