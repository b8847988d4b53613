import type { Catalogue, ObjectRecord, SlabRecord } from '../../ports/catalogue.js';
import { beginOfNames, catalogueSpaces, textOfName } from '../layout.js';
import type { Rows } from '../rows/rows.js';
import type { ChangeLog } from './change-log.js';
import { dropSlabs, hideObject } from './deletion-rows.js';
import { freedSectorsOn } from './freed-rows.js';
import { rewriteSlabs, writeCrate, writeObject, writeObjects } from './object-rows.js';
import { partMovesOn } from './part-moves.js';
import { dealsUnder } from './place-rows.js';

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
  | 'inFolder'
  | 'object'
  | 'slabs'
  | 'slab'
  | 'putObject'
  | 'putObjects'
  | 'moveSlabs'
  | 'crate'
  | 'putCrate'
  | 'parts'
  | 'useOf'
  | 'crateUse'
  | 'deleteObject'
  | 'sectorPlace'
  | 'placesIn'
  | 'isUsed'
  | 'usedDeals'
  | 'freedDeals'
  | 'freed'
  | 'isFreed'
  | 'putFreed'
  | 'forgetFreed'
  | 'holedSlabs'
  | 'beginMove'
  | 'adoptMoved'
  | 'dropUnused'
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
    async *inFolder(folder) {
      for await (const [key] of rows.under(names.prefix + beginOfNames(`${folder}/`))) {
        const [, name = ''] = key.split('/');
        if (!textOfName(name).startsWith(`${folder}/`)) continue;
        const found = await object(lastPart(key));
        if (found) yield found;
      }
    },
    object: async (idOrName) => (await object(idOrName)) ?? (await newestOf(idOrName)),
    async *slabs(id, from = 0) {
      const found = from > 0 ? slabs.after(rows, from - 1, id) : slabs.under(rows, id);
      for await (const [key, { value }] of found) yield [Number.parseInt(lastPart(key), 16), await resolved(value)] as const;
    },
    slab: async (id, index) => {
      const found = await slabs.at(id, index).read(rows);
      return found && resolved(found.value);
    },
    putObject: async (record, changed = new Map(), stampOf) => {
      await settle();
      await exclusive(() => writeObject(rows, log, record, changed, stampOf));
    },
    moveSlabs: async (id, moved, stampOf) => {
      await settle();
      await exclusive(() => rewriteSlabs(rows, log, id, moved, stampOf));
    },
    putObjects: async (records, stampOf) => {
      await settle();
      await exclusive(() => writeObjects(rows, log, records, stampOf));
    },
    crate: async (id) => (await crates.at(id).read(rows))?.value,
    putCrate: async (crate, slabRecords, objectsIn = new Map(), goneFrom = new Map(), stampOf) => {
      await settle();
      await exclusive(() => writeCrate(rows, log, crate, { slabs: slabRecords, crated: objectsIn, gone: goneFrom }, stampOf));
    },
    async *parts(crate, slab) {
      for await (const [, part] of parts.under(rows, crate, slab)) yield part;
    },
    useOf: async (crate, slab) => {
      await settle();
      return (await uses.at(crate, slab).read(rows)) ?? 0;
    },
    async *crateUse() {
      await settle();
      for await (const [key, leaves] of uses.under(rows)) {
        const [, crate = '', slab = ''] = key.split('/');
        yield { crate, slab: Number.parseInt(slab, 16), leaves };
      }
    },
    deleteObject: async (id, stampOf) => {
      await exclusive(async () => {
        await hideObject(rows, log, id, stampOf);
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
      yield* dealsUnder(rows, places.prefix);
    },
    ...partMovesOn(rows, log, exclusive, settle),
    ...freedSectorsOn(rows, exclusive, settle),
  };
};
