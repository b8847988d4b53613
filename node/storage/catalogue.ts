import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Catalogue, ObjectRecord, RenterDeal } from '../ports/store.js';
import { createLevelRows, openLevelRows } from './level-rows.js';
import { createMemoryRows } from './memory-rows.js';
import { decodeRow, encodeRow, rowSchemas } from './row-formats.js';
import type { RowChange, Rows } from './rows.js';
import { createSerial } from '../core/tasks/serial.js';
import { wei, type DealId, type Wei } from '../core/units.js';

const OBJECTS = 'object/';
const NAMES = 'name/';
const DEALS = 'deal/';
const OPENINGS = 'openings';
const PROMISED = 'promised/';

const namePrefix = (name: string): string => `${NAMES}${Buffer.from(name).toString('base64url')}/`;
const nameKey = ({ name, storedAt, id }: ObjectRecord): string =>
  `${namePrefix(name)}${Math.floor(storedAt).toString().padStart(16, '0')}/${id}`;

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

  const readObject = async (key: string): Promise<ObjectRecord | undefined> => {
    const row = await rows.get(key);
    return row && decodeRow(rowSchemas.object, row, rows.path, key);
  };
  const newestOf = async (name: string): Promise<ObjectRecord | undefined> => {
    let id: string | undefined;
    for await (const [key] of rows.under(namePrefix(name))) id = key.slice(key.lastIndexOf('/') + 1);
    return id === undefined ? undefined : readObject(OBJECTS + id);
  };
  const without = (object: ObjectRecord | undefined): RowChange[] =>
    object ? [{ key: OBJECTS + object.id }, { key: nameKey(object) }] : [];
  const toDeal = (key: string, row: Uint8Array): RenterDeal => {
    const { current, proposed, ...rest } = decodeRow(rowSchemas.renterDeal, row, rows.path, key);
    return { ...rest, ...(current && { current }), ...(proposed && { proposed }) };
  };
  const promised = async (deal: DealId): Promise<Wei> => {
    const row = await rows.get(PROMISED + deal);
    return row ? decodeRow(rowSchemas.promised, row, rows.path, PROMISED + deal) : wei(0n);
  };

  return {
    identity,
    async *objects() {
      for await (const [key, row] of rows.under(OBJECTS)) yield decodeRow(rowSchemas.object, row, rows.path, key);
    },
    object: async (idOrName) => (await readObject(OBJECTS + idOrName)) ?? (await newestOf(idOrName)),
    putObject: (object) =>
      exclusive(async () => {
        const old = without(await readObject(OBJECTS + object.id));
        await rows.write([
          ...old,
          { key: OBJECTS + object.id, value: encodeRow(object) },
          { key: nameKey(object), value: new Uint8Array() },
        ]);
      }),
    deleteObject: (id) => exclusive(async () => rows.write(without(await readObject(OBJECTS + id)))),
    async *deals() {
      for await (const [key, row] of rows.under(DEALS)) yield toDeal(key, row);
    },
    deal: async (id) => {
      const row = await rows.get(DEALS + id);
      return row && toDeal(DEALS + id, row);
    },
    putDeal: (deal) => exclusive(() => rows.write([{ key: DEALS + deal.id, value: encodeRow(deal) }])),
    putPromised: (deal, amount) =>
      exclusive(async () => {
        if (amount > (await promised(deal))) await rows.write([{ key: PROMISED + deal, value: encodeRow(amount) }]);
      }),
    promised,
    putOpenings: (requests) => exclusive(() => rows.write([{ key: OPENINGS, value: encodeRow(requests) }])),
    openings: async () => {
      const row = await rows.get(OPENINGS);
      return row ? decodeRow(rowSchemas.openings, row, rows.path, OPENINGS) : [];
    },
    close: () => exclusive(() => rows.close()),
  };
};
