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

/** Writes a crate's slab, what lies in it, and the places of what does no more, at once: interrupted, all of it is there or nothing. */
const fillCrateSlab = (
  catalogue: Catalogue,
  crate: RecoveredCrate['crate'],
  { index, slab, parts, packed }: RecoveredCrateSlab,
): Promise<void> => {
  const live = new Set<number>(packed.map(({ from }) => from));
  const gone = parts.filter(({ from }) => !live.has(from));
  return catalogue.putCrate(crate, new Map([[index, slab]]), new Map([[index, packed]]), new Map([[index, gone]]));
};

export interface FillOptions {
  readonly signal?: AbortSignal | undefined;
  readonly report: (filled: Filled) => void;
}

/** Those of the crate's slabs and of their objects that the catalogue lacks: what it has in another place stays there. */
const lacking = async (
  catalogue: Catalogue,
  { crate, slabs }: RecoveredCrate,
  deleted: ReadonlySet<string>,
): Promise<RecoveredCrateSlab[]> => {
  const found: RecoveredCrateSlab[] = [];
  for (const one of slabs) {
    if (await catalogue.slab(crate.id, one.index)) continue;
    const packed: CratedObject[] = [];
    for (const part of one.packed) if (!deleted.has(part.object.id) && !(await catalogue.object(part.object.id))) packed.push(part);
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
