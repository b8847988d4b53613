import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Catalogue, ObjectRecord } from '../ports/catalogue.js';
import { createLevelRows, openLevelRows } from './rows/level-rows.js';
import { marketOf } from './rows/store-directory.js';
import { createMemoryRows } from './rows/memory-rows.js';
import { catalogueSpaces } from './layout.js';
import type { RowChange, Rows } from './rows/rows.js';
import { listsOf, putRecord } from './catalogue/deal-rows.js';
import { createDraft } from './rows/draft.js';
import { upgradeCatalogue } from './catalogue/catalogue-upgrade.js';
import { listOf, nodeReader, sectorsIn, timesNamed } from './lists/sector-lists.js';
import { createIndexing, indexChanges } from './catalogue/object-indices.js';
import { createSerial } from '../core/tasks/serial.js';
import { wei, type DealId, type Wei } from '../core/units.js';

const {
  object: objects,
  name: names,
  deal: deals,
  promised: promises,
  openings,
  place: places,
  content: contents,
  healing: healings,
  payment: payments,
} = catalogueSpaces;

const nameOf = ({ name, storedAt, id }: ObjectRecord) => names.at(name, storedAt, id);

/** Makes an empty catalogue at `path`. */
export const createCatalogueFiles = (path: string, identity: MarketIdentity): Promise<void> => createLevelRows(path, 'catalogue', identity);

/** Opens the catalogue at `path`, of whichever market it is. Errors as of {@link openCatalogueFiles}. */
export const openCatalogueHere = async (path: string): Promise<Catalogue> => openCatalogueFiles(path, await marketOf(path, 'catalogue'));

/** Opens the catalogue at `path`; every change is one synchronous batch. */
export const openCatalogueFiles = async (path: string, identity: MarketIdentity): Promise<Catalogue> =>
  catalogueOn(await upgradedRows(await openLevelRows(path, 'catalogue', identity)), identity);

const upgradedRows = async (rows: Rows): Promise<Rows> => {
  try {
    await upgradeCatalogue(rows);
    return rows;
  } catch (error) {
    await rows.close();
    throw error;
  }
};

/** A catalogue that lives as long as the process. */
export const createMemoryCatalogue = (identity: MarketIdentity): Catalogue => catalogueOn(createMemoryRows(), identity);

/** A catalogue on `rows`: the same rules whatever keeps them. */
export const catalogueOn = (rows: Rows, identity: MarketIdentity): Catalogue => {
  const serial = createSerial();
  const index = createIndexing(rows);
  const exclusive = <Result>(task: () => Promise<Result>): Promise<Result> => serial('catalogue', task);

  const newestOf = async (name: string): Promise<ObjectRecord | undefined> => {
    let id: string | undefined;
    for await (const [key] of names.under(rows, name)) id = key.slice(key.lastIndexOf('/') + 1);
    return id === undefined ? undefined : objects.at(id).read(rows);
  };
  /** Puts `after` in the place of what is under `id`. */
  const replace = async (id: string, after: ObjectRecord | undefined): Promise<void> => {
    await index();
    const before = await objects.at(id).read(rows);
    const old: RowChange[] = before ? [objects.at(id).drop, nameOf(before).drop] : [];
    const fresh: RowChange[] = after ? [objects.at(id).put(after), nameOf(after).put()] : [];
    await rows.write([...old, ...fresh, ...indexChanges(before, after)]);
  };
  const promised = async (deal: DealId): Promise<Wei> => (await promises.at(deal).read(rows)) ?? wei(0n);

  return {
    identity,
    async *objects() {
      for await (const [, object] of objects.under(rows)) yield object;
    },
    async *withContent(sha256) {
      await exclusive(index);
      for await (const [key] of contents.under(rows, sha256)) {
        const object = await objects.at(key.slice(key.lastIndexOf('/') + 1)).read(rows);
        if (object) yield object;
      }
    },
    object: async (idOrName) => (await objects.at(idOrName).read(rows)) ?? (await newestOf(idOrName)),
    putObject: (object) => exclusive(() => replace(object.id, object)),
    deleteObject: (id) => exclusive(() => replace(id, undefined)),
    sectorPlace: async (deal, root) => {
      await exclusive(index);
      return places.at(deal, root).read(rows);
    },
    isUsed: async (deal) => {
      await exclusive(index);
      for await (const _ of places.under(rows, deal)) return true;
      return false;
    },
    async *deals() {
      for await (const [, deal] of deals.under(rows)) yield deal;
    },
    deal: (id) => deals.at(id).read(rows),
    putDeal: (deal, list) =>
      exclusive(async () => {
        const draft = createDraft(rows);
        await putRecord(rows, draft, { former: await deals.at(deal.id).read(rows), deal, list });
        await rows.write(draft.changes());
      }),
    tree: (deal, number) => listOf(rows, deal, number),
    node: (deal, name) => nodeReader(rows, deal)(name),
    sectors: (deal, number) => sectorsIn(rows, deal, number),
    timesNamed: async (deal, number, root) => {
      const kept = listsOf(await deals.at(deal).read(rows));
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
