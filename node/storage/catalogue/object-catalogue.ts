import { dealId, type DealId } from '../../core/units.js';
import type { Catalogue, ObjectRecord, SlabRecord } from '../../ports/catalogue.js';
import { catalogueSpaces } from '../layout.js';
import { endOfPrefix, type Rows } from '../rows/rows.js';
import type { ChangeLog } from './change-log.js';
import { dropSlabs, hideObject, rewriteSlabs, writeCrate, writeObject, writeObjects } from './object-rows.js';

const {
  object: objects,
  crate: crates,
  slab: slabs,
  part: parts,
  use: uses,
  name: names,
  content: contents,
  placing,
  place: places,
} = catalogueSpaces;

const lastPart = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** What a catalogue says of objects and their shards. */
type ObjectCatalogue = Pick<
  Catalogue,
  | 'objects'
  | 'placing'
  | 'withContent'
  | 'named'
  | 'object'
  | 'slabs'
  | 'slab'
  | 'putObject'
  | 'putObjects'
  | 'moveSlabs'
  | 'crate'
  | 'putCrate'
  | 'parts'
  | 'crateUse'
  | 'deleteObject'
  | 'sectorPlace'
  | 'placesIn'
  | 'isUsed'
  | 'usedDeals'
>;

export const createObjectCatalogue = (
  rows: Rows,
  log: ChangeLog,
  exclusive: <Result>(task: () => Promise<Result>) => Promise<Result>,
): ObjectCatalogue => {
  /** Whether a deletion may have been interrupted, as one of before the start may. */
  let isDeleting = true;
  const settle = async (): Promise<void> => {
    while (isDeleting)
      await exclusive(async () => {
        if (isDeleting) isDeleting = await dropSlabs(rows, log);
      });
  };

  const object = async (id: string): Promise<ObjectRecord | undefined> => (await objects.at(id).read(rows))?.value;
  async function* named(name: string): AsyncGenerator<ObjectRecord> {
    for await (const [key] of names.under(rows, name)) {
      const found = await object(lastPart(key));
      if (found) yield found;
    }
  }
  const newestOf = async (name: string): Promise<ObjectRecord | undefined> => {
    let newest: ObjectRecord | undefined;
    for await (const found of named(name)) if (found.state === 'stored' || newest?.state !== 'stored') newest = found;
    return newest;
  };
  /** A slab with the shards of the crate's where it lies in one. */
  const resolved = async (slab: SlabRecord): Promise<SlabRecord> => {
    if (slab.within === undefined) return slab;
    const { crate, slab: index } = slab.within;
    return { ...slab, shards: (await slabs.at(crate, index).read(rows))?.value.shards ?? [] };
  };
  /** A deal whose key comes after `after`, and the first such. */
  const nextDeal = async (after: string | undefined): Promise<DealId | undefined> => {
    for await (const [key] of rows.under(places.prefix, after)) return dealId(key.slice(places.prefix.length, key.lastIndexOf('/')));
    return undefined;
  };

  return {
    async *objects() {
      for await (const [, { value }] of objects.under(rows)) yield value;
    },
    async *placing() {
      for await (const [key] of placing.under(rows)) {
        const found = await object(lastPart(key));
        if (found?.state === 'placing') yield found;
      }
    },
    async *withContent(sha256) {
      for await (const [key] of contents.under(rows, sha256)) {
        const found = await object(lastPart(key));
        if (found) yield found;
      }
    },
    named,
    object: async (idOrName) => (await object(idOrName)) ?? (await newestOf(idOrName)),
    async *slabs(id, from = 0) {
      const found = from > 0 ? slabs.after(rows, from - 1, id) : slabs.under(rows, id);
      for await (const [key, { value }] of found) yield [Number.parseInt(lastPart(key), 16), await resolved(value)] as const;
    },
    slab: async (id, index) => {
      const found = await slabs.at(id, index).read(rows);
      return found && resolved(found.value);
    },
    putObject: async (record, changed = new Map()) => {
      await settle();
      await exclusive(() => writeObject(rows, log, record, changed));
    },
    moveSlabs: async (id, moved) => {
      await settle();
      await exclusive(() => rewriteSlabs(rows, log, id, moved));
    },
    putObjects: async (records) => {
      await settle();
      await exclusive(() => writeObjects(rows, log, records));
    },
    crate: async (id) => (await crates.at(id).read(rows))?.value,
    putCrate: async (crate, changed, crated = new Map()) => {
      await settle();
      await exclusive(() => writeCrate(rows, log, crate, changed, crated));
    },
    async *parts(crate, slab) {
      for await (const [, part] of parts.under(rows, crate, slab)) yield part;
    },
    async *crateUse() {
      await settle();
      for await (const [key, leaves] of uses.under(rows)) {
        const [, crate = '', slab = ''] = key.split('/');
        yield { crate, slab: Number.parseInt(slab, 16), leaves };
      }
    },
    deleteObject: async (id) => {
      await exclusive(async () => {
        await hideObject(rows, log, id);
        isDeleting = true;
      });
      await settle();
    },
    sectorPlace: async (deal, root) => {
      await settle();
      return places.at(deal, root).read(rows);
    },
    async *placesIn(deal) {
      await settle();
      for await (const [, place] of places.under(rows, deal)) yield place;
    },
    isUsed: async (deal) => {
      await settle();
      for await (const _ of places.under(rows, deal)) return true;
      return false;
    },
    async *usedDeals() {
      await settle();
      let after: string | undefined;
      for (;;) {
        const deal = await nextDeal(after);
        if (deal === undefined) return;
        yield deal;
        after = endOfPrefix(`${places.prefix}${deal}/`);
      }
    },
  };
};
