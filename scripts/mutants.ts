// npm run mutants [-- [--contracts | --decisions] [--only PATTERN] [--limit N] [--jobs N]]
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { contractMutants } from './lab/mutants/contracts/contract-mutants.js';
import { decisionMutants } from './lab/mutants/decisions/decision-mutants.js';
import { MUTANTS_PAGE, pageWith, sectionOf } from './lab/mutants/page.js';
import { readReasons } from './lab/mutants/reasons.js';
import { BadWords, countOf, runProgram, understood } from './lab/program-options.js';
import { runMutants, type Choice } from './lab/mutants/run-mutants.js';

const USAGE = `usage: npm run mutants [-- [--contracts | --decisions] [--only PATTERN] [--limit N] [--jobs N]]

Changes the contracts, and the pure decisions of provider and renter, in many ways, in memory, and runs their tests against each change.
An interrupted run goes on where it was.

  --contracts     judges the contracts' mutants only
  --decisions     judges the decisions' mutants only
  --only PATTERN  judges the mutants whose names match the regular expression PATTERN
  --limit N       judges the first N of each kind
  --jobs N        judges so many at a time (2)

A kind that is judged whole gets its section of ${MUTANTS_PAGE}. Fails on a survivor for which scripts/lab/mutants/equivalent.json gives
no reason.`;

const KINDS = { contracts: contractMutants, decisions: decisionMutants } as const;

const run = async (names: readonly (keyof typeof KINDS)[], choice: Choice, signal: AbortSignal): Promise<void> => {
  const root = process.cwd();
  let judgedInAll = 0;
  for (const name of names) {
    const kind = KINDS[name](root);
    const { judged, problems, summary, whole } = await runMutants(root, kind, readReasons(root, name), choice, signal);
    if (whole) await writeFile(MUTANTS_PAGE, pageWith(await readFile(MUTANTS_PAGE, 'utf8'), kind.title, sectionOf(kind, judged, summary)));
    for (const problem of problems) console.error(problem);
    console.log(`${kind.title}: ${summary}`);
    judgedInAll += judged.length;
    if (problems.length > 0) process.exitCode = 1;
  }
  if (judgedInAll > 0) return;
  console.error('nothing was judged: no mutant has such a name');
  process.exitCode = 1;
};

const patternOf = (text: string | undefined): RegExp | undefined => {
  try {
    return text === undefined ? undefined : new RegExp(text);
  } catch (error) {
    throw new BadWords(`--only is no regular expression: ${(error as Error).message}`, { cause: error });
  }
};

const read = () => {
  const values = understood(() =>
    parseArgs({
      options: {
        contracts: { type: 'boolean', default: false },
        decisions: { type: 'boolean', default: false },
        only: { type: 'string' },
        limit: { type: 'string' },
        jobs: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }),
  );
  return {
    help: values.help,
    names: (['contracts', 'decisions'] as const).filter((name) => values[name] || values.contracts === values.decisions),
    choice: { only: patternOf(values.only), limit: countOf('limit', values.limit, Infinity), jobs: countOf('jobs', values.jobs, 2) },
  };
};

await runProgram(USAGE, read, async ({ names, choice }) => {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort(new Error('interrupted: another run goes on from here')));
  try {
    await run(names, choice, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    console.error((error as Error).message);
    process.exitCode = 1;
  }
});
