// npm run bench -- gas [--json PATH] [--check]
// npm run bench -- discovery [--providers N] [--latency MS] [--json PATH]
// npm run bench -- ledger [--json PATH]
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureDiscovery } from './bench/discovery.js';
import { measureGas, type GasFigures } from './bench/gas.js';
import { measureLedger } from './bench/ledger.js';
import { brokenPromises, regressions } from './bench/gas-report.js';

const USAGE = `usage: npm run bench -- gas [--json PATH] [--check]
       npm run bench -- discovery [--providers N] [--latency MS] [--json PATH]
       npm run bench -- ledger [--json PATH]

  --json PATH    writes the figures to PATH
  --check        fails if a figure is more than 1 % above scripts/bench/gas.json, or a promise of the design is broken
  --providers N  how many providers are registered; default 10000
  --latency MS   milliseconds added to every answer of the RPC; default 0`;

const COMMITTED = new URL('./bench/gas.json', import.meta.url);

const show = async (figures: unknown, json: string | undefined): Promise<void> => {
  const text = JSON.stringify(figures, null, 2) + '\n';
  if (json === undefined) console.log(text);
  else await writeFile(json, text);
};

const gas = async ({ json, check }: { json?: string | undefined; check: boolean }): Promise<void> => {
  const figures = await measureGas((line) => console.error(line));
  await show(figures, json);
  if (!check) return;
  const committed = JSON.parse(await readFile(COMMITTED, 'utf8')) as GasFigures;
  const problems = [...regressions(committed, figures), ...brokenPromises(figures)];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
};

/** A whole number from the command line, at least `least`; undefined if it is none. */
const wholeNumber = (text: string, least: number): number | undefined =>
  /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : undefined;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
    providers: { type: 'string', default: '10000' },
    latency: { type: 'string', default: '0' },
  },
});
const [bench, ...rest] = positionals;
const providers = wholeNumber(values.providers, 50);
const latencyMilliseconds = wholeNumber(values.latency, 0);
if (rest.length === 0 && bench === 'gas') await gas(values);
else if (rest.length === 0 && bench === 'discovery' && providers !== undefined && latencyMilliseconds !== undefined) {
  await show(await measureDiscovery({ providers, latencyMilliseconds }, (line) => console.error(line)), values.json);
} else if (rest.length === 0 && bench === 'ledger') await show(await measureLedger((line) => console.error(line)), values.json);
else {
  console.error(USAGE);
  process.exitCode = 2;
}
