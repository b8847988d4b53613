import type { Catalogue, CratedObject, StoredObject } from '../../ports/catalogue.js';
import type { RecoveredCrate, RecoveredCrateSlab, RecoveredObject, RecoveredState } from './decide-recovery.js';

/** What was written. */
export interface Filled {
  readonly objects: number;
  /** Plaintext bytes of these. */
  readonly bytes: number;
}

/** What the catalogue has already, or has deleted: it is left as it is. */
const deletedHere = async (catalogue: Pick<Catalogue, 'changes'>): Promise<ReadonlySet<string>> => {
  const deleted = new Set<string>();
  for await (const change of catalogue.changes(0)) if (change.kind === 'deleted') deleted.add(change.owner);
  return deleted;
};

/** What keeps the place in a crate of something that is not recovered: it is deleted at once. */
const placeholder = (
  crate: RecoveredCrate['crate'],
  { slab }: RecoveredCrateSlab,
  part: RecoveredCrateSlab['parts'][number],
): CratedObject => {
  const { k, n, storedAt } = crate;
  const { object: id, length, from } = part;
  const object: StoredObject = { id, name: '', bytes: length, storedAt, slabs: 1, k, n, state: 'stored', sha256: slab.sha256 };
  return { object, length, sha256: slab.sha256, from };
};

/** Writes a crate's slab with all that lies in it, and takes out again what is not recovered. */
const fillCrateSlab = async (catalogue: Catalogue, crate: RecoveredCrate['crate'], one: RecoveredCrateSlab): Promise<void> => {
  const live = new Map(one.packed.map((packed) => [packed.from as number, packed]));
  const all = one.parts.map((part) => live.get(part.from) ?? placeholder(crate, one, part));
  await catalogue.putCrate(crate, new Map([[one.index, one.slab]]), new Map([[one.index, all]]));
  for (const { object: id, from } of one.parts)
    if (!live.has(from) && (await catalogue.object(id))?.name === '') await catalogue.deleteObject(id);
};

export interface FillOptions {
  readonly signal?: AbortSignal | undefined;
  readonly report: (filled: Filled) => void;
}

/** Those of the crate's slabs and of their objects that the catalogue lacks. */
const lacking = async (
  catalogue: Catalogue,
  { crate, slabs }: RecoveredCrate,
  deleted: ReadonlySet<string>,
): Promise<RecoveredCrateSlab[]> => {
  const found: RecoveredCrateSlab[] = [];
  for (const one of slabs) {
    if (await catalogue.slab(crate.id, one.index)) continue;
    const packed = one.packed.filter(({ object }) => !deleted.has(object.id));
    if (packed.length > 0) found.push({ ...one, packed });
  }
  return found;
};

/**
 * Writes into the catalogue what it lacks of `state`. What it has stays as it is, and what was deleted here stays deleted. Interrupted, it goes on where
 * it was.
 */
export const fillCatalogue = async (catalogue: Catalogue, state: RecoveredState, { signal, report }: FillOptions): Promise<Filled> => {
  let filled: Filled = { objects: 0, bytes: 0 };
  const tell = (objects: readonly StoredObject[]): void => {
    filled = {
      objects: filled.objects + objects.length,
      bytes: objects.reduce((sum, { bytes }) => sum + bytes, filled.bytes),
    };
    report(filled);
  };
  // What is changed here from now on is later than all that is known.
  await catalogue.countFrom(state.last);
  const deleted = await deletedHere(catalogue);
  for (const one of state.crates)
    for (const slab of await lacking(catalogue, one, deleted)) {
      signal?.throwIfAborted();
      await fillCrateSlab(catalogue, one.crate, slab);
      tell(slab.packed.map(({ object }) => object as StoredObject));
    }
  const fill = async ({ object, slabs }: RecoveredObject): Promise<void> => {
    if (deleted.has(object.id) || (await catalogue.object(object.id))) return;
    await catalogue.putObject(object, slabs);
    tell([object]);
  };
  for (const one of state.objects) {
    signal?.throwIfAborted();
    await fill(one);
  }
  return filled;
};
