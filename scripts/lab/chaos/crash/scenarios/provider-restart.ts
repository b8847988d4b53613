import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { dataSetOf, type SectorRef } from '../../../../../node/core/data/data-set.js';
import { sectorRoot } from '../../../../../node/core/data/merkle.js';
import type { MarketIdentity } from '../../../../../node/core/keys/market-identity.js';
import type { DealId, Hash, Signature } from '../../../../../node/core/units.js';
import type { ProviderJournal } from '../../../../../node/ports/journal.js';
import type { SectorStore } from '../../../../../node/ports/sector-store.js';
import { createJournalFiles, openJournalFiles } from '../../../../../node/storage/journal.js';
import { journalSpaces } from '../../../../../node/storage/layout.js';
import { openNumberFile } from '../../../../../node/storage/journal/number-file.js';
import { createSectorFiles, openSectorFiles } from '../../../../../node/storage/sector-files.js';

/** What a provider has after a restart. */
export interface RestartedProvider {
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  /** By deal, the newest number of the second record, as it was before the journal looked at it. */
  readonly numbers: ReadonlyMap<DealId, bigint>;
  /** Whether the rows say that there is a second record. */
  readonly isPromised: boolean;
  readonly folder: string;
}

export const createProviderFiles = async (folder: string, identity: MarketIdentity): Promise<void> => {
  await createSectorFiles(join(folder, 'sectors'), identity);
  await createJournalFiles(join(folder, 'journal'), identity);
};

const saysPromised = async (path: string): Promise<boolean> => {
  const database = new Level<string, Uint8Array>(path, { valueEncoding: 'view', createIfMissing: false });
  try {
    await database.open();
    return (await database.get(journalSpaces.numbers.at().key)) !== undefined;
  } finally {
    await database.close();
  }
};

export const restartProvider = async (folder: string, identity: MarketIdentity): Promise<RestartedProvider> => {
  const record = await openNumberFile(join(folder, 'journal', 'signed-numbers'));
  await record.close();
  const numbers = new Map([...(record.found?.newest ?? [])].map(([deal, { number }]) => [deal, number]));
  const isPromised = await saysPromised(join(folder, 'journal', 'index'));
  const store = await openSectorFiles({ path: join(folder, 'sectors'), identity });
  try {
    return { store, journal: await openJournalFiles(join(folder, 'journal'), identity), numbers, isPromised, folder };
  } catch (error) {
    await store.close();
    throw error;
  }
};

export const closeProvider = async ({ store, journal }: RestartedProvider): Promise<void> => {
  await journal.close();
  await store.close();
};

const isWhole = async (store: SectorStore, { root }: SectorRef): Promise<boolean> =>
  store.read(root).then(
    (bytes) => sectorRoot(bytes) === root,
    () => false,
  );

/** Faults, doubts, sums that are not those of the rows, and roots that the store finds twice. */
export const inspectProvider = async ({ store, journal }: RestartedProvider): Promise<string[]> => {
  const wrong = [
    ...journal.faults.map(({ kind }) => `the journal found ${kind}`),
    ...journal.doubts().map(({ deal }) => `in doubt: ${deal}`),
  ];
  let held = 0;
  for await (const { revisions } of journal.deals()) held += revisions.at(-1)?.revision.leaves ?? 0;
  for await (const { leaves } of journal.pending()) held += leaves;
  if (held !== (await journal.leavesHeld())) wrong.push('the journal counts other leaves than its rows have');
  let bytes = 0;
  for await (const { leaves } of store.list()) bytes += leaves * 32;
  if (bytes > store.bytesUsed) wrong.push('the store counts less than it lists');
  return wrong;
};

/** Everything that the journal names is in the store, bytes and all: it could be proven. */
export const allNamedAreHere =
  (except: ReadonlySet<Hash> = new Set()) =>
  async ({ store, journal }: RestartedProvider): Promise<string | undefined> => {
    const named: SectorRef[] = [];
    for await (const { id, revisions } of journal.deals())
      for (const { revision } of revisions) {
        const sectors = await Array.fromAsync(journal.sectors(id, revision.number));
        if (dataSetOf(sectors).root !== revision.root) return `revision ${revision.number} names other sectors`;
        named.push(...sectors);
      }
    for await (const waiting of journal.pending()) named.push(waiting);
    for (const sector of named)
      if (!except.has(sector.root) && !(await isWhole(store, sector))) return `${sector.root} is named and not here`;
    return undefined;
  };

export const isWaiting =
  (deal: DealId, sector: SectorRef) =>
  async ({ store, journal }: RestartedProvider): Promise<string | undefined> => {
    if (!(await journal.holds(deal, sector.root))) return 'the journal does not know the sector';
    return (await isWhole(store, sector)) ? undefined : 'the sector is not here';
  };

/** A revision whose signature left is known to both records, and would be answered alike. */
export const isSigned =
  (deal: DealId, number: bigint, signature: Signature) =>
  async ({ journal, numbers }: RestartedProvider): Promise<string | undefined> => {
    const kept = (await journal.deal(deal))?.revisions.find(({ revision }) => revision.number === number);
    if (kept === undefined) return `revision ${number} is gone`;
    if (kept.providerSignature !== signature) return `revision ${number} has another signature`;
    return (numbers.get(deal) ?? 0n) >= number ? undefined : `the second record does not know number ${number}`;
  };

/** No row of the journal names the sector for the deal any more, nor has the store bytes for nothing. */
export const isForgotten =
  (deal: DealId, number?: bigint) =>
  async ({ journal, numbers }: RestartedProvider): Promise<string | undefined> => {
    const kept = (await journal.deal(deal))?.revisions ?? [];
    if (kept.some(({ revision }) => number === undefined || revision.number === number)) return 'the revision came back';
    return number === undefined && numbers.has(deal) ? 'its number came back' : undefined;
  };

/** Deleted, and back at most where power was lost: a sweep finds it then, since nothing names it. */
export const isNotHere =
  (root: Hash) =>
  async ({ store, journal }: RestartedProvider, isPowerKept: boolean): Promise<string | undefined> => {
    if (await journal.names(root)) return 'the sector is named again';
    return isPowerKept && (await store.has(root)) ? 'the sector came back' : undefined;
  };

/** Nothing lies in the folder, unless what was removed came back with the power. */
export const isEmptyFolder =
  (path: string) =>
  async ({ folder }: RestartedProvider, isPowerKept: boolean): Promise<string | undefined> =>
    isPowerKept && existsSync(join(folder, path)) && readdirSync(join(folder, path)).length > 0
      ? `something was left in ${path}`
      : undefined;
