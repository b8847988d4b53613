import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Catalogue, ObjectRecord } from '../ports/store.js';
import { createLevelRows, openLevelRows } from './level-rows.js';
import { createMemoryRows } from './memory-rows.js';
import { catalogueSpaces } from './layout.js';
import type { RowChange, Rows } from './rows.js';
import { createSerial } from '../core/tasks/serial.js';
import { wei, type DealId, type Wei } from '../core/units.js';

const { object: objects, name: names, deal: deals, promised: promises, openings } = catalogueSpaces;

const nameOf = ({ name, storedAt, id }: ObjectRecord) => names.at(name, storedAt, id);

/** Makes an empty catalogue at `path`. */
export const createCatalogueFiles = (path: string, identity: MarketIdentity): Promise<void> => createLevelRows(path, 'catalogue', identity);

/** Opens the catalogue at `path`; every change is one synchronous batch. */
export const openCatalogueFiles = async (path: string, identity: MarketIdentity): Promise<Catalogue> =>
  catalogueOn(await openLevelRows(path, 'catalogue', identity), identity);

/** A catalogue that lives as long as the process. */
export const createMemoryCatalogue = (identity: MarketIdentity): Catalogue => catalogueOn(createMemoryRows(), identity);

/** A catalogue on `rows`: the same rules whatever keeps them. */
export const catalogueOn = (rows: Rows, identity: MarketIdentity): Catalogue => {
  const serial = createSerial();
  const exclusive = <Result>(task: () => Promise<Result>): Promise<Result> => serial('catalogue', task);

  const newestOf = async (name: string): Promise<ObjectRecord | undefined> => {
    let id: string | undefined;
    for await (const [key] of names.under(rows, name)) id = key.slice(key.lastIndexOf('/') + 1);
    return id === undefined ? undefined : objects.at(id).read(rows);
  };
  const without = (object: ObjectRecord | undefined): RowChange[] => (object ? [objects.at(object.id).drop, nameOf(object).drop] : []);
  const promised = async (deal: DealId): Promise<Wei> => (await promises.at(deal).read(rows)) ?? wei(0n);

  return {
    identity,
    async *objects() {
      for await (const [, object] of objects.under(rows)) yield object;
    },
    object: async (idOrName) => (await objects.at(idOrName).read(rows)) ?? (await newestOf(idOrName)),
    putObject: (object) =>
      exclusive(async () => {
        const old = without(await objects.at(object.id).read(rows));
        await rows.write([...old, objects.at(object.id).put(object), nameOf(object).put()]);
      }),
    deleteObject: (id) => exclusive(async () => rows.write(without(await objects.at(id).read(rows)))),
    async *deals() {
      for await (const [, deal] of deals.under(rows)) yield deal;
    },
    deal: (id) => deals.at(id).read(rows),
    putDeal: (deal) => exclusive(() => rows.write([deals.at(deal.id).put(deal)])),
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
