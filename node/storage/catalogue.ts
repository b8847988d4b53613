import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Catalogue } from '../ports/catalogue.js';
import { createLevelRows, openLevelRows } from './rows/level-rows.js';
import { checkStore, isOfFormerVersion, marketOf, raiseStoreVersion } from './rows/store-directory.js';
import { snapshotLevelRows } from './rows/level-snapshot.js';
import { createMemoryRows } from './rows/memory-rows.js';
import { catalogueSpaces } from './layout.js';
import type { Rows } from './rows/rows.js';
import { createChangeLog } from './catalogue/change-log.js';
import { listsOf, putRecord } from './catalogue/deal-rows.js';
import { createObjectCatalogue } from './catalogue/object-catalogue.js';
import { pagesOn } from './catalogue/page-rows.js';
import { createDraft } from './rows/draft.js';
import { listOf, nodeReader, sectorsIn, timesNamed } from './lists/sector-lists.js';
import { sharesOn } from './catalogue/share-rows.js';
import { upkeepMemoryOn } from './catalogue/upkeep-rows.js';
import { createSerial } from '../core/tasks/serial.js';
import { wei, type DealId, type Wei } from '../core/units.js';

const { deal: deals, promised: promises, openings, healing: healings, payment: payments } = catalogueSpaces;

/** Makes an empty catalogue at `path`. */
export const createCatalogueFiles = (path: string, identity: MarketIdentity): Promise<void> => createLevelRows(path, 'catalogue', identity);

/** Opens the catalogue at `path`, of whichever market it is. Errors as of {@link openCatalogueFiles}. */
export const openCatalogueHere = async (path: string): Promise<Catalogue> => openCatalogueFiles(path, await marketOf(path, 'catalogue'));

/** The catalogue at `path` as it is now, to be read alone, also while another process changes it. Errors as of {@link openCatalogueFiles}. */
export const readCatalogueHere = async (path: string, signal?: AbortSignal): Promise<Catalogue> => {
  const identity = await marketOf(path, 'catalogue');
  await checkStore(path, 'catalogue', identity);
  return catalogueOn(await snapshotLevelRows(path, signal), identity);
};

/** Opens the catalogue at `path`; every change is one synchronous batch. STORE_OUTDATED for one of a former version, STORE_NEWER for a later one. */
export const openCatalogueFiles = async (path: string, identity: MarketIdentity): Promise<Catalogue> => {
  const rows = await openLevelRows(path, 'catalogue', identity);
  // What is written from here on programs that know version 2 alone would take for damaged.
  try {
    if (await isOfFormerVersion(path, 'catalogue')) await raiseStoreVersion(path, 'catalogue', identity);
    return catalogueOn(rows, identity);
  } catch (error) {
    await rows.close();
    throw error;
  }
};

/** A catalogue that lives as long as the process. */
export const createMemoryCatalogue = (identity: MarketIdentity): Catalogue => catalogueOn(createMemoryRows(), identity);

/** A catalogue on `rows`: the same rules whatever keeps them. It remembers `mostDeleted` deletions. */
export const catalogueOn = (rows: Rows, identity: MarketIdentity, mostDeleted?: number): Catalogue => {
  const serial = createSerial();
  const log = createChangeLog(rows, mostDeleted);
  const exclusive = <Result>(task: () => Promise<Result>): Promise<Result> => serial('catalogue', task);
  const promised = async (deal: DealId): Promise<Wei> => (await promises.at(deal).read(rows)) ?? wei(0n);

  return {
    identity,
    ...upkeepMemoryOn(rows),
    ...createObjectCatalogue(rows, log, exclusive),
    ...pagesOn(rows, log, exclusive),
    ...sharesOn(rows, exclusive),
    changes: (after) => log.changes(after),
    async *deals() {
      for await (const [, { value }] of deals.under(rows)) yield value;
    },
    deal: async (id) => (await deals.at(id).read(rows))?.value,
    putDeal: (deal, list) =>
      exclusive(async () => {
        const draft = createDraft(rows);
        const former = await deals.at(deal.id).read(rows);
        const batch = await log.begin();
        const change = batch.next({ kind: 'deal', deal: deal.id }, former?.number);
        await putRecord(rows, draft, { former: former?.value, deal, list, change });
        if (list && !('change' in list.sectors)) draft.put(catalogueSpaces.unread.at(deal.id).put());
        await rows.write([...draft.changes(), ...batch.rows()]);
      }),
    tree: (deal, number) => listOf(rows, deal, number),
    node: (deal, name) => nodeReader(rows, deal)(name),
    sectors: (deal, number) => sectorsIn(rows, deal, number),
    timesNamed: async (deal, number, root) => {
      const kept = listsOf((await deals.at(deal).read(rows))?.value);
      return timesNamed(rows, deal, { number, root, kept, waiting: 0 });
    },
    putPayment: (payment) => exclusive(() => rows.write([payments.at(payment.deal, payment.from, payment.amount).put(payment)])),
    async *payments() {
      for await (const [, payment] of payments.under(rows)) yield payment;
    },
    dropPayment: ({ deal, from, amount }) => exclusive(() => rows.write([payments.at(deal, from, amount).drop])),
    putHealing: (healing) => exclusive(() => rows.write([healings.at(healing.deal).put(healing)])),
    healing: (deal) => healings.at(deal).read(rows),
    putPromised: (deal, amount) =>
      exclusive(async () => {
        if (amount > (await promised(deal))) await rows.write([promises.at(deal).put(amount)]);
      }),
    promised,
    putOpenings: (requests) => exclusive(() => rows.write([openings.at().put(requests)])),
    openings: async () => (await openings.at().read(rows)) ?? [],
    close: () => exclusive(() => rows.close()),
  };
};
