/**
 * `npm run honest`: the real contracts, with the daemons' own decisions as honest parties, against somebody who signs, posts, redeems
 * and challenges whatever and whenever it may. Fails if an honest party loses a wei that INV-18 promises it (then with a seed that
 * repeats it, and the fewest moves that do), if honest parties are kept from their work, or if a verb or a refusal came too rarely.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readArtifacts, type Artifacts } from './deploy/artifacts.js';
import { createCampaign, efforts, type Depth } from './lab/honest/campaign.js';
import { answers, missing, refusals } from './lab/honest/expected.js';
import { hunt } from './lab/honest/mutants/hunt.js';
import { takenOut } from './lab/honest/mutants/taken-out.js';
import { reportOf } from './lab/honest/report.js';

const USAGE = `usage: npm run honest -- [--depth quick|deep] [--seeds N] [--steps N] [--seed HEX] [--first] [--mutants]

  --depth   how long: as in npm test, or some minutes; default quick
  --seeds   so many runs instead
  --steps   moves of each
  --seed    repeats one run, 8 bytes in hex, and says which of its moves it takes
  --first   ends with the first failure, as it is
  --mutants takes out one mend after the other: runs must find each
  --only    of the mends, those with this text in their name
  --creation PATH  creation code by role, JSON, in the place of what was built`;

/** Runs in which a failure is made shorter. */
const SHRINKING = 80;
/** Seed of the run of that number where their number is not given: the gate plays the same ones every time. */
const plannedSeed = (run: number): string => createHash('sha256').update(`honest ${run}`).digest('hex').slice(0, 16);

/** Runs in which a change has to be found. */
const HUNTED = 120;

/** What was built, with the creation code that a file has for some roles. */
const withCreation = async (path: string): Promise<Artifacts> => {
  const artifacts = await readArtifacts();
  const creation = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, string>>;
  const changed = Object.entries(artifacts).map(([role, artifact]) => [
    role,
    { ...artifact, bytecode: creation[role] ?? artifact.bytecode },
  ]);
  return Object.fromEntries(changed) as Artifacts;
};

const { values } = parseArgs({
  options: {
    depth: { type: 'string', default: 'quick' },
    seeds: { type: 'string' },
    steps: { type: 'string' },
    seed: { type: 'string' },
    first: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string' },
    creation: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const isDepth = (text: string): text is Depth => Object.hasOwn(efforts, text);
const isCount = (text: string | undefined): boolean => text === undefined || /^[1-9][0-9]{0,6}$/.test(text);

if (values.help) console.log(USAGE);
else if (!isDepth(values.depth) || !isCount(values.seeds) || !isCount(values.steps) || !/^([0-9a-f]{16})?$/.test(values.seed ?? '')) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (values.mutants) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  for (const mutant of takenOut.filter(({ name }) => name.includes(values.only ?? ''))) {
    const found = await hunt(root, mutant, Number(values.seeds ?? HUNTED));
    console.log(`${mutant.name}: ${found ?? 'NOT FOUND'}`);
    if (found === undefined) process.exitCode = 1;
  }
} else {
  const effort = efforts[values.depth];
  const runs = values.seed === undefined ? Number(values.seeds ?? effort.runs) : 1;
  const steps = Number(values.steps ?? effort.steps);
  const campaign = await createCampaign(values.creation === undefined ? undefined : await withCreation(values.creation));
  console.log(`${runs} runs of ${steps} moves`);
  let failures = 0;
  for (let run = 0; run < runs && !(values.first && failures > 0); run++) {
    const seed = values.seed ?? (values.seeds === undefined ? plannedSeed(run) : randomBytes(8).toString('hex'));
    const failure = await campaign.run(seed, steps);
    if (failure === undefined) continue;
    failures += 1;
    console.error(`seed ${seed}: ${failure.error.stack ?? failure.error.message}`);
    console.error(`again with: npm run honest -- --seed ${seed} --steps ${steps}`);
    if (values.first) continue;
    const least = await campaign.shrink(failure, SHRINKING);
    const told = least.script.steps.map(({ move, luck }) => `  ${move} (${luck})`).join('\n');
    console.error(`in ${least.script.steps.length} moves, theft of ${least.script.theft}: ${least.error.message}\n${told}`);
  }
  console.log(reportOf(campaign.tally.counts));
  const judged = values.seed === undefined && !values.first;
  const problems = judged ? missing(campaign.tally.counts, effort.least, refusals, answers) : [];
  for (const problem of problems) console.error(problem);
  if (failures + problems.length > 0) process.exitCode = 1;
  await campaign.close();
}
