/**
 * `npm run invariants`: plays the market with all its actors for longer than `npm test` does, and checks every invariant of
 * the specification after each step. The seed is printed first; given again, it repeats the run.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runSuite } from './dev/test/run-suite.js';
import { invariantSuite } from './dev/test/suites.js';

const USAGE = `usage: npm run invariants -- [--depth quick|deep|long] [--seed HEX]

  --depth  how long: as in npm test, some minutes, a night; default deep
  --seed   what all chance comes from, 32 bytes in hex; default a new one`;

/** Runs, and steps of each, by depth. */
const depths = { quick: [64, 64], deep: [256, 96], long: [8_192, 256] } as const;

const { values } = parseArgs({ options: { depth: { type: 'string', default: 'deep' }, seed: { type: 'string' } } });
const isDepth = (text: string): text is keyof typeof depths => Object.hasOwn(depths, text);
const seed = values.seed ?? `0x${randomBytes(32).toString('hex')}`;

if (!isDepth(values.depth) || !/^0x[0-9a-f]{64}$/.test(seed)) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const [runs, steps] = depths[values.depth];
  console.log(`${values.depth}: ${runs} runs of ${steps} steps, seed ${seed}`);
  Object.assign(process.env, { HOLDFAST_RUNS: String(runs), HOLDFAST_DEPTH: String(steps), HOLDFAST_SEED: seed });
  const limits = values.depth === 'long' ? { milliseconds: Infinity } : {};
  const { output, passed, failed, seconds } = await runSuite(invariantSuite(), limits);
  console.log(output.trimEnd());
  console.log(`\n${passed} passed, ${failed} failed, ${Math.round(seconds)} s`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
