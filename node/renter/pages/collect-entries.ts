import type { Catalogue, CatalogueChange, CratePart, ObjectRecord } from '../../ports/catalogue.js';
import { createPageWriter } from './page-codec.js';
import type { PackedSlab, PageEntry } from './page-entries.js';

type SlabChange = Extract<CatalogueChange, { readonly kind: 'slab' }>;
type Told = Pick<Catalogue, 'changes' | 'object' | 'crate' | 'slab' | 'parts'>;

/** The changes of a catalogue as a page tells them. */
export interface CollectedPage {
  readonly bytes: Uint8Array;
  /** The page has all that changed after `from`, up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly entries: number;
}

const packedSlab = async (catalogue: Pick<Told, 'slab'>, id: string): Promise<PackedSlab | undefined> => {
  const slab = await catalogue.slab(id, 0);
  return slab?.within && { length: slab.length, sha256: slab.sha256, within: slab.within };
};

/** An object as a page tells it. */
export const objectEntry = async (catalogue: Pick<Told, 'slab'>, object: ObjectRecord, number: number): Promise<PageEntry> => {
  const packed = object.slabs === 1 ? await packedSlab(catalogue, object.id) : undefined;
  return { kind: 'object', number, object, ...(packed && { packed }) };
};

/** A slab with its sectors for itself, or of a crate: with what lies in it. */
export const slabEntry = async (
  catalogue: Pick<Told, 'parts'>,
  { number, owner, index, slab }: Omit<SlabChange, 'kind'>,
): Promise<PageEntry> => {
  const parts: CratePart[] = [];
  for await (const part of catalogue.parts(owner, index)) parts.push(part);
  return { kind: 'slab', number, owner, index, slab, parts };
};

/** Bytes that an object takes in a page, about: those of which a slab was met are told at the end. */
const OBJECT_BYTES = 512;

/**
 * What changed after number `after`, up to number `last` or until `full` bytes are there; from the beginning where deletions since then are
 * forgotten. What changes meanwhile may be told or not: it has a number beyond `to`, so that the next page has it.
 */
export const collectEntries = async (catalogue: Told, after: number, last: number, full: number): Promise<CollectedPage> => {
  const writer = createPageWriter();
  /** Small objects of which a slab changed, by the number of that: told once, with what else changed of them. */
  const packed = new Map<string, number>();
  let [from, to, entries] = [after, after, 0];
  const write = (entry: PageEntry): void => {
    writer.write(entry);
    entries += 1;
  };
  const tell = async (change: Exclude<CatalogueChange, { readonly kind: 'anew' }>): Promise<void> => {
    const { number } = change;
    switch (change.kind) {
      case 'object':
        packed.delete(change.object.id);
        return write(await objectEntry(catalogue, change.object, number));
      case 'crate':
        return write({ kind: 'crate', number, crate: change.crate });
      case 'slab':
        if (change.slab.within === undefined) return write(await slabEntry(catalogue, change));
        return void packed.set(change.owner, number);
      case 'deleted':
        return write({ kind: 'deleted', number, owner: change.owner });
      case 'deal':
        return undefined;
    }
  };
  const end = async (at: number): Promise<CollectedPage> => {
    for (const [id, number] of packed) {
      const object = await catalogue.object(id);
      if (object) write(await objectEntry(catalogue, object, number));
    }
    return { bytes: writer.bytes(), from, to: at, entries };
  };
  for await (const change of catalogue.changes(after)) {
    if (change.kind === 'anew') {
      [from, to] = [0, 0];
      continue;
    }
    if (change.number > last) break;
    // What another catalogue has changed is told by its own pages.
    if (change.by) {
      to = change.number;
      continue;
    }
    if (writer.length + packed.size * OBJECT_BYTES >= full) return end(to);
    await tell(change);
    to = change.number;
  }
  return end(Math.max(to, last));
};
