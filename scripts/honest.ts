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
import { BadWords, countOf, runProgram, understood } from './lab/program-options.js';
import { reportOf } from './lab/honest/report.js';

const USAGE = `usage: npm run honest -- [--depth quick|deep] [--seeds N] [--steps N] [--seed HEX] [--first] [--creation PATH]
       npm run honest -- --mutants [--only TEXT] [--seeds N]

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
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BadWords(`--creation cannot be read: ${(cause as Error).message}`, { cause });
  });
  const creation = JSON.parse(text) as Readonly<Record<string, string>>;
  const changed = Object.entries(artifacts).map(([role, artifact]) => [
    role,
    { ...artifact, bytecode: creation[role] ?? artifact.bytecode },
  ]);
  return Object.fromEntries(changed) as Artifacts;
};

const isDepth = (text: string): text is Depth => Object.hasOwn(efforts, text);

const read = () => {
  const values = understood(() =>
    parseArgs({
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
    }),
  );
  const { depth, seed, only } = values;
  if (!isDepth(depth)) throw new BadWords(`--depth is "${depth}", and should be ${Object.keys(efforts).join(' or ')}`);
  if (seed !== undefined && !/^[0-9a-f]{16}$/.test(seed)) throw new BadWords(`--seed is "${seed}", and should be 8 bytes in hex`);
  if (only !== undefined && !values.mutants) throw new BadWords('--only chooses among the mends that --mutants takes out');
  const seeds = values.seeds === undefined ? undefined : countOf('seeds', values.seeds, 1);
  return { ...values, depth, seeds, steps: countOf('steps', values.steps, efforts[depth].steps) };
};
type Values = ReturnType<typeof read>;

/** Takes out one mend after the other, and says in which run that was found. */
const huntMutants = async ({ only = '', seeds = HUNTED }: Values): Promise<void> => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const chosen = takenOut.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) {
    console.error(`no mend has "${only}" in its name; there are: ${takenOut.map(({ name }) => name).join('; ')}`);
    process.exitCode = 1;
  }
  for (const mutant of chosen) {
    const found = await hunt(root, mutant, seeds);
    console.log(`${mutant.name}: ${found ?? 'NOT FOUND'}`);
    if (found === undefined) process.exitCode = 1;
  }
};

const play = async (values: Values): Promise<void> => {
  const effort = efforts[values.depth];
  const runs = values.seed === undefined ? (values.seeds ?? effort.runs) : 1;
  const { steps } = values;
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
};

await runProgram(USAGE, read, (values) => (values.mutants ? huntMutants(values) : play(values)));
