// npm run bench -- gas [--json PATH] [--check]
// npm run bench -- mineability [--deals N] [--json PATH] [--check]
// npm run bench -- discovery [--providers N] [--latency MS] [--json PATH]
// npm run bench -- ledger [--json PATH]
// npm run bench -- reads [--sectors N] [--json PATH]
// npm run bench -- hostility [--strangers N] [--seconds S] [--rounds N] [--json PATH]
// npm run bench -- provider [--only SECTIONS] [--short] [--json PATH]
// npm run bench -- store [--stored N] [--json PATH]
// npm run bench -- primitives [--turns N] [--json PATH]
// npm run bench -- large-put [--gib N] [--json PATH]
// npm run bench -- renter [--turns N] [--mib N] [--json PATH]
// npm run bench -- starts [--turns N] [--json PATH]
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureDiscovery } from './lab/bench/discovery/discovery.js';
import { measureGas, type GasFigures } from './lab/bench/gas/gas.js';
import { measureHostility } from './lab/bench/hostility/hostility.js';
import { measureLargePuts } from './lab/bench/large-put/large-put.js';
import { measureLedger } from './lab/bench/ledger/ledger.js';
import { measureMineability, type MineabilityFigures } from './lab/bench/mineability/mineability.js';
import { fullSizes, measureProvider, SECTIONS, shortSizes, type Section } from './lab/bench/provider/provider.js';
import { measureReads } from './lab/bench/reads/reads.js';
import { measurePrimitives } from './lab/bench/primitives/primitives.js';
import { unmineable } from './lab/bench/mineability/report.js';
import { measureRenter } from './lab/bench/renter/renter.js';
import { measureStarts } from './lab/bench/starts/starts.js';
import { measureStore } from './lab/bench/store/store.js';
import { brokenPromises, regressions } from './lab/bench/gas/report.js';

const USAGE = `usage: npm run bench -- gas [--json PATH] [--check]
       npm run bench -- mineability [--deals N] [--json PATH] [--check]
       npm run bench -- discovery [--providers N] [--latency MS] [--json PATH]
       npm run bench -- ledger [--json PATH]
       npm run bench -- reads [--sectors N] [--json PATH]
       npm run bench -- hostility [--strangers N] [--seconds S] [--rounds N] [--json PATH]
       npm run bench -- provider [--only SECTIONS] [--short] [--json PATH]
       npm run bench -- store [--stored N] [--json PATH]
       npm run bench -- primitives [--turns N] [--json PATH]
       npm run bench -- large-put [--gib N] [--json PATH]
       npm run bench -- renter [--turns N] [--mib N] [--json PATH]
       npm run bench -- starts [--turns N] [--json PATH]

  --json PATH    writes the figures to PATH
  --check        fails if a figure is more than 1 % above the committed one in scripts/lab/bench, or a promise of the design is broken
  --deals N      how many deals the provider is driven to, 100 or 1000 …; default 10000
  --providers N  how many providers are registered; default 10000
  --latency MS   milliseconds added to every answer of the RPC; default 0
  --sectors N    how many sectors of 4 MiB are stored; default 256
  --strangers N  how many misbehave at once; default 200
  --seconds S    how long the renter reads in each window; default 4
  --rounds N     how many windows of each kind; default 3
  --only LIST    which sections, separated by commas: ${SECTIONS.join(', ')}; default all
  --short        measures less, in about a minute
  --stored N     how many sectors are in the store that is opened; default 1000000
  --turns N      how often each primitive, start or way is measured; default 15, of ways 5
  --mib N        how large the file is that goes up and down; default 256
  --gib N        how large the largest file is; default 20`;

const show = async (figures: unknown, json: string | undefined): Promise<void> => {
  const text = JSON.stringify(figures, null, 2) + '\n';
  if (json === undefined) console.log(text);
  else await writeFile(json, text);
};
const say = (line: string): void => console.error(line);
const complain = (problems: readonly string[]): void => {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
};
/** The figures of that bench as committed. */
const committed = async <Figures>(bench: string): Promise<Figures> =>
  JSON.parse(await readFile(new URL(`./lab/bench/${bench}/${bench}.json`, import.meta.url), 'utf8')) as Figures;

interface Checked {
  readonly json?: string | undefined;
  readonly check: boolean;
}

const gas = async ({ json, check }: Checked): Promise<void> => {
  const figures = await measureGas(say);
  await show(figures, json);
  if (check) complain([...regressions(await committed<GasFigures>('gas'), figures), ...brokenPromises(figures)]);
};

/** Calls that are not mineable always fail; only with as many deals as were committed can the figures be compared. */
const mineability = async (deals: number, { json, check }: Checked): Promise<void> => {
  const figures = await measureMineability(deals, say);
  await show(figures, json);
  complain(unmineable(figures));
  if (check) complain(regressions(await committed<MineabilityFigures>('mineability'), figures));
};

/** A whole number from the command line, at least `least`; undefined if it is none. */
const wholeNumber = (text: string, least: number): number | undefined =>
  /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : undefined;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
    deals: { type: 'string', default: '10000' },
    providers: { type: 'string', default: '10000' },
    latency: { type: 'string', default: '0' },
    sectors: { type: 'string', default: '256' },
    strangers: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    stored: { type: 'string', default: '1000000' },
    turns: { type: 'string' },
    mib: { type: 'string', default: '256' },
    gib: { type: 'string', default: '20' },
    only: { type: 'string', default: SECTIONS.join(',') },
    short: { type: 'boolean', default: false },
  },
});
const [bench, ...rest] = positionals;
const deals = /^10{2,5}$/.test(values.deals) ? Number(values.deals) : undefined;
const providers = wholeNumber(values.providers, 50);
const latencyMilliseconds = wholeNumber(values.latency, 0);
const sectors = wholeNumber(values.sectors, 1);
const everyTurn = values.turns ?? (bench === 'renter' ? '5' : '15');
const [strangers, seconds, rounds, stored, turns, mib] = [
  values.strangers,
  values.seconds,
  values.rounds,
  values.stored,
  everyTurn,
  values.mib,
].map((text) => wholeNumber(text, 1));
const gib = wholeNumber(values.gib, 1);
const only = values.only.split(',').map((name) => SECTIONS.find((section) => section === name));
const isSection = (section: Section | undefined): section is Section => section !== undefined;
if (rest.length === 0 && bench === 'gas') await gas(values);
else if (rest.length === 0 && bench === 'mineability' && deals !== undefined) await mineability(deals, values);
else if (rest.length === 0 && bench === 'discovery' && providers !== undefined && latencyMilliseconds !== undefined) {
  await show(await measureDiscovery({ providers, latencyMilliseconds }, say), values.json);
} else if (rest.length === 0 && bench === 'ledger') await show(await measureLedger(say), values.json);
else if (rest.length === 0 && bench === 'reads' && sectors) await show(await measureReads(sectors, say), values.json);
else if (rest.length === 0 && bench === 'hostility' && strangers && strangers <= 1_000 && seconds && rounds)
  await show(await measureHostility({ strangers, milliseconds: seconds * 1_000, rounds }, say), values.json);
else if (rest.length === 0 && bench === 'provider' && only.every(isSection))
  await show(await measureProvider(only, values.short ? shortSizes : fullSizes, say), values.json);
else if (rest.length === 0 && bench === 'store' && stored) await show(await measureStore(stored, say), values.json);
else if (rest.length === 0 && bench === 'primitives' && turns) await show(await measurePrimitives(say, turns), values.json);
else if (rest.length === 0 && bench === 'large-put' && gib)
  await show(await measureLargePuts([2 ** 28, 2 ** 31, gib * 2 ** 30], say), values.json);
else if (rest.length === 0 && bench === 'renter' && turns && mib)
  await show(
    await measureRenter({ k: 4, n: 12, turns, mebibytes: mib, rangeMebibytes: 4 * mib, largeMebibytes: 8 * mib }, say),
    values.json,
  );
else if (rest.length === 0 && bench === 'starts' && turns) await show(await measureStarts(turns, say), values.json);
else {
  console.error(USAGE);
  process.exitCode = 2;
}
