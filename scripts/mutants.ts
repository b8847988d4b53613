// npm run mutants [-- [--only PATTERN] [--limit N]]
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { collectMutants } from './lab/mutants/collect.js';
import { compileAll } from './lab/mutants/compiled-file.js';
import type { Verdict } from './lab/mutants/judge.js';
import { openLedger } from './lab/mutants/ledger.js';
import type { Source } from './lab/mutants/changes/mutant.js';
import { allNamed } from './lab/mutants/changes/named/all.js';
import { outcomeOf } from './lab/mutants/outcome.js';
import { MUTANTS_PAGE, mutantsPage } from './lab/mutants/page.js';
import { judgeAll } from './lab/mutants/pool.js';
import { readSources } from './lab/mutants/sources.js';

const USAGE = `usage: npm run mutants [-- [--only PATTERN] [--limit N]]

Changes the contracts in many ways, in memory, and runs the Solidity tests against each. An interrupted run goes on where it was.

  --only PATTERN  judges the mutants whose names match the regular expression PATTERN
  --limit N       judges the first N of them

Without either, writes ${MUTANTS_PAGE}. Fails on a survivor for which scripts/lab/mutants/equivalent.json gives no reason.`;

const JOBS = 2;
const EQUIVALENT = new URL('./lab/mutants/equivalent.json', import.meta.url);

const show = (verdict: Verdict): string => {
  if (verdict.kind === 'caught') return `caught by ${verdict.test} (${verdict.file})`;
  return verdict.kind === 'survived' ? 'SURVIVED' : 'does not compile';
};

/** Makes sure that the tests pass on contracts without a change: else every mutant would look caught. */
const requireSoundTests = async (contracts: readonly Source[], compiledFile: string, signal: AbortSignal): Promise<void> => {
  const [first] = contracts;
  if (first === undefined) throw new Error('there are no contracts');
  const unchanged = {
    id: 'nothing changed',
    origin: 'site',
    path: first.path,
    line: 1,
    verb: '',
    change: '',
    mutated: first.text,
  } as const;
  await judgeAll([unchanged], compiledFile, 1, signal, (_, verdict, seconds) => {
    if (verdict.kind !== 'survived') throw new Error(`without any change: ${show(verdict)}`);
    console.log(`without any change all tests pass (${seconds.toFixed(0)} s)`);
  });
};

const run = async (only: RegExp | undefined, limit: number, signal: AbortSignal): Promise<void> => {
  const root = process.cwd();
  const tree = readSources(root);
  const collection = collectMutants(root, tree.contracts, allNamed);
  const reasons = JSON.parse(await readFile(EQUIVALENT, 'utf8')) as Record<string, string>;
  const chosen = collection.mutants.filter(({ id }) => only?.test(id) ?? true).slice(0, limit);
  const ledger = openLedger(root, tree);
  const verdicts = new Map<string, Verdict>();
  for (const mutant of chosen) {
    const known = ledger.find(mutant);
    if (known) verdicts.set(mutant.id, known);
  }
  const open = chosen.filter(({ id }) => !verdicts.has(id));
  console.log(`${chosen.length} mutants, ${open.length} of them to be judged; ${collection.sites.length} sites`);
  const compiledFile = open.length === 0 ? '' : compileAll(root, tree);
  if (open.length > 0) await requireSoundTests(tree.contracts, compiledFile, signal);
  let done = 0;
  await judgeAll(open, compiledFile, JOBS, signal, (mutant, verdict, seconds) => {
    verdicts.set(mutant.id, verdict);
    ledger.write(mutant, verdict);
    done += 1;
    console.log(`${done}/${open.length}  ${seconds.toFixed(1)} s  ${mutant.id}\n    ${show(verdict)}`);
  });
  const whole = chosen.length === collection.mutants.length;
  const { judged, problems, summary } = outcomeOf(collection, verdicts, reasons, whole);
  if (whole) await writeFile(MUTANTS_PAGE, mutantsPage(judged, summary));
  for (const problem of problems) console.error(problem);
  console.log(summary);
  process.exitCode = problems.length === 0 ? 0 : 1;
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, limit: { type: 'string' } } });
if (positionals.length > 0 || !/^\d{1,6}$/.test(values.limit ?? '1')) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
  await run(
    values.only === undefined ? undefined : new RegExp(values.only),
    values.limit === undefined ? Infinity : Number(values.limit),
    interruption.signal,
  );
}
