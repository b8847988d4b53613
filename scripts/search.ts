/**
 * `npm run search`: looks for a way in which a provider, a renter and callers of its own earn more by cheating than honestly
 * (INV-12), on the real contracts. Fails if one is found where R9 promises that there is none, or none where R9 refuses.
 * What `--depth deep` found with seed 1 is in `scripts/lab/search/figures.json`.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parameterSets } from './lab/search/parameter-sets.js';
import { tableOf, wrongVerdicts, type ReportPart } from './lab/search/report.js';
import { runSearch } from './lab/search/run.js';
import { efforts, type Depth } from './lab/search/search.js';

const USAGE = `usage: npm run search -- [--depth quick|deep|long] [--seed TEXT] [--json PATH]

  --depth     how hard: about a minute, a quarter of an hour, a night; default quick
  --seed      what all chance comes from; default 1
  --json PATH writes everything that was found to PATH`;

const { values } = parseArgs({
  options: { depth: { type: 'string', default: 'quick' }, seed: { type: 'string', default: '1' }, json: { type: 'string' } },
});
const isDepth = (text: string): text is Depth => Object.hasOwn(efforts, text);

if (!isDepth(values.depth)) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const { depth, seed } = values;
  const parts: ReportPart[] = [];
  console.log(`depth ${depth}, seed ${seed}; everything in periods of the honest renters' whole rent`);
  for (const set of parameterSets) {
    const part = await runSearch(set, { depth, seed }, (line) => console.error(`${set.name}: ${line}`));
    console.log(tableOf(part));
    parts.push(part);
  }
  const report = { depth, seed, periods: efforts[depth].periods, parts };
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify(report, null, 2) + '\n');
  for (const problem of wrongVerdicts(report)) {
    console.error(problem);
    process.exitCode = 1;
  }
}
