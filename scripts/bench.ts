// npm run bench -- gas [--json PATH] [--check] | ledger [--json PATH]
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureGas, type GasFigures } from './bench/gas.js';
import { measureLedger } from './bench/ledger.js';
import { brokenPromises, regressions } from './bench/gas-report.js';

const USAGE = `usage: npm run bench -- gas [--json PATH] [--check]
       npm run bench -- ledger [--json PATH]

  --json PATH  writes the figures to PATH
  --check      fails if a figure is more than 1 % above scripts/bench/gas.json, or a promise of the design is broken`;

const COMMITTED = new URL('./bench/gas.json', import.meta.url);

const put = async (figures: object, path: string | undefined): Promise<void> => {
  const text = JSON.stringify(figures, null, 2) + '\n';
  if (path === undefined) console.log(text);
  else await writeFile(path, text);
};

const gas = async ({ json, check }: { json?: string | undefined; check: boolean }): Promise<void> => {
  const figures = await measureGas((line) => console.error(line));
  await put(figures, json);
  if (!check) return;
  const committed = JSON.parse(await readFile(COMMITTED, 'utf8')) as GasFigures;
  const problems = [...regressions(committed, figures), ...brokenPromises(figures)];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, check: { type: 'boolean', default: false } },
});
if (positionals.length === 1 && positionals[0] === 'gas') await gas(values);
else if (positionals.length === 1 && positionals[0] === 'ledger')
  await put(await measureLedger((line) => console.error(line)), values.json);
else {
  console.error(USAGE);
  process.exitCode = 2;
}
