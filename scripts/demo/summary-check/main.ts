/**
 * Checks a summary of the main job against the chain and the providers' disks, in a process of its own and with no code of
 * the main job. Says what is wrong, line by line; exit code 0 if nothing is.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { openChainFacts, type ChainFacts } from './chain-facts.js';
import { leakComplaints, readSectors, surplusComplaints } from './disks.js';
import { moneyComplaints } from './money.js';
import { readDiskFile, readSummaryFile, type DiskFile, type SummaryFile } from './summary-file.js';
import { placedLeaves, totalsOf } from './totals.js';

const USAGE = `usage: scripts/check-summary --rpc URL --book FILE --summary FILE [--disks-only] [PLAINTEXT …]

Recomputes every total of the summary from the chain's events and balances, and looks through the providers' sector
files for any 64 bytes of the plaintext files and for more bytes than were placed there.
--disks-only looks at the sector files alone; the summary then needs only its fields "providers" and "blocks".

Example:
  $ scripts/check-summary --rpc http://127.0.0.1:8545 --book book.json --summary summary.json first second`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rpc: { type: 'string' },
    book: { type: 'string' },
    summary: { type: 'string' },
    'disks-only': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const checkDisks = async (facts: ChainFacts, disks: DiskFile, paths: readonly string[]): Promise<readonly string[]> => {
  const events = await facts.events(facts.deploymentBlock, disks.blocks.through);
  const placed = placedLeaves(events);
  const plaintexts = new Map(await Promise.all(paths.map(async (path) => [basename(path), await readFile(path)] as const)));
  const sectors = await readSectors(disks.providers);
  return [
    ...leakComplaints(sectors, plaintexts),
    ...disks.providers.flatMap((each) => surplusComplaints(each, sectors, placed.get(each.provider.toLowerCase()) ?? 0n)),
  ];
};

const checkFiles = async (summary: SummaryFile, paths: readonly string[]): Promise<readonly string[]> => {
  const complaints: string[] = [];
  const same = (what: string, one: string | number, other: string | number): void => {
    if (one !== other) complaints.push(`${what}: ${one} and ${other} differ`);
  };
  same('SHA-256 of the file and of what came back', summary.file.sha256, summary.retrieved.sha256);
  same('bytes of the file and of what came back', summary.file.bytes, summary.retrieved.bytes);
  same('SHA-256 of the second file and of what came back', summary.second.sha256, summary.second.retrievedSha256);
  const said = [summary.file, summary.second];
  for (const [index, path] of paths.slice(0, said.length).entries()) {
    const content = await readFile(path);
    same(`bytes of ${path} and in the summary`, content.length, said[index]?.bytes ?? -1);
    same(`SHA-256 of ${path} and in the summary`, createHash('sha256').update(content).digest('hex'), said[index]?.sha256 ?? '');
  }
  return complaints;
};

const checkTotals = async (facts: ChainFacts, summary: SummaryFile): Promise<readonly string[]> => {
  const totals = await totalsOf(facts, await facts.events(summary.blocks.from + 1, summary.blocks.through), summary.killed);
  return Object.entries(totals).flatMap(([key, found]) => {
    const said = summary[key as keyof typeof totals];
    return isDeepStrictEqual(said, found) ? [] : [`${key}: the summary says ${JSON.stringify(said)}, and it is ${JSON.stringify(found)}`];
  });
};

const check = async (rpc: string, book: string, path: string): Promise<readonly string[]> => {
  const facts = await openChainFacts(rpc, book);
  try {
    if (values['disks-only']) return await checkDisks(facts, await readDiskFile(path), positionals);
    const summary = await readSummaryFile(path);
    return [
      ...(await checkFiles(summary, positionals)),
      ...(await checkTotals(facts, summary)),
      ...(await moneyComplaints(facts, summary)),
      ...(await checkDisks(facts, summary, positionals)),
    ];
  } finally {
    facts.close();
  }
};

const { rpc, book, summary, help } = values;
if (help || rpc === undefined || book === undefined || summary === undefined) {
  console.log(USAGE);
  process.exitCode = help ? 0 : 2;
} else {
  const complaints = await check(rpc, book, summary);
  for (const complaint of complaints) console.log(complaint);
  console.log(complaints.length === 0 ? 'the summary agrees with the chain' : `${complaints.length} complaints`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}
