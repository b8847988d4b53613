import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DealId } from '../../../../../node/core/units.js';
import { openJournalFiles } from '../../../../../node/storage/journal.js';
import { openNumberFile } from '../../../../../node/storage/journal/number-file.js';
import { createMemoryLedger } from '../../../../../test/support/memory-market/settlement.js';
import { dealNamed, sectorNamed, signedRevision } from '../../../../../test/storage/sample-sectors.js';
import type { Scenario, Stage } from '../scenario.js';
import { closeProvider, createProviderFiles, isSigned, restartProvider, type RestartedProvider } from './provider-restart.js';

const { identity } = createMemoryLedger();
const deals = ['Alice', 'Carol', 'Dave'].map(dealNamed);
const revision = (deal: DealId, number: bigint) => signedRevision(deal, number, [sectorNamed(`${deal} ${number}`)]);
const recordIn = (folder: string): string => join(folder, 'journal', 'signed-numbers');
const journalIn = (folder: string) => openJournalFiles(join(folder, 'journal'), identity);

/** Lines that the record has before it is written anew. */
const MANY = 1_040;

const prepare = async (folder: string, meddle: (path: string) => Promise<void>): Promise<void> => {
  await createProviderFiles(folder, identity);
  const journal = await journalIn(folder);
  for (const deal of deals) await journal.recordSigned(revision(deal, 1n));
  await journal.close();
  await meddle(recordIn(folder));
};

const allSigned = (stage: Stage, numbers: readonly bigint[]): void => {
  for (const deal of deals)
    for (const number of numbers) stage.promise(`${number} of ${deal}`, isSigned(deal, number, revision(deal, number).providerSignature));
};

interface Story {
  readonly name: string;
  readonly operation: string;
  readonly meddle: (path: string) => Promise<void>;
  /** What a restart may find in the record while it is not written anew yet. */
  readonly isExcused: (kind: string) => boolean;
}

const scenarioOf = ({ name, operation, meddle, isExcused }: Story): Scenario<RestartedProvider> => ({
  name,
  breaks: 'sectors',
  prepare: (folder) => prepare(folder, meddle),
  run: async (stage) => {
    await stage.during(operation, async () => {
      const journal = await journalIn(stage.folder);
      allSigned(stage, [1n]);
      stage.promise('whole again', async ({ journal: restarted }: RestartedProvider) =>
        restarted.faults.length > 0 ? `the record is not whole: ${restarted.faults.map(({ kind }) => kind).join()}` : undefined,
      );
      for (const deal of deals) await journal.recordSigned(revision(deal, 2n));
      allSigned(stage, [1n, 2n]);
      await journal.close();
    });
    if (!existsSync(recordIn(stage.folder))) throw new Error('there is no record');
  },
  restart: (folder) => restartProvider(folder, identity),
  inspect: async ({ journal }) => [
    ...journal.faults.filter(({ kind }) => !isExcused(kind)).map(({ kind }) => `the journal found ${kind}`),
    ...journal.doubts().map(({ deal }) => `in doubt: ${deal}`),
  ],
  close: closeProvider,
});

/** Lines of one deal, so many that the next has them all written anew. */
const lengthen = async (path: string): Promise<void> => {
  const record = await openNumberFile(path);
  const newest = record.found?.newest.get(deals[0] as DealId);
  for (let line = 0; line < MANY; line++) await record.append({ deal: deals[0] as DealId, signed: newest });
  await record.close();
};

export const recordMissing = scenarioOf({
  name: 'a journal whose second record is gone',
  operation: 'make the second record again',
  meddle: (path) => rm(path),
  isExcused: (kind) => kind === 'numbers-missing',
});

export const recordDamaged = scenarioOf({
  name: 'a journal whose second record is damaged',
  operation: 'mend the second record',
  meddle: (path) => writeFile(path, Buffer.alloc(400, 7)),
  isExcused: (kind) => kind === 'numbers-damaged',
});

export const recordLong = scenarioOf({
  name: 'a second record with a line too many',
  operation: 'shorten the second record',
  meddle: lengthen,
  isExcused: () => false,
});
