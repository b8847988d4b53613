import { takeOut } from '../../core/data/crate-layout.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { LEAF_BYTES } from '../../core/units.js';
import type { Crate, CratePlace, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { Purse } from '../download/purse.js';
import { fetchSlab, sourcesOf } from '../download/fetch-slab.js';
import type { FailureList } from '../failure-list.js';
import type { SmallFile } from '../upload/fill-crates.js';
import { digestOf } from '../digest-of.js';
import type { HoledSlab } from './decide-compaction.js';
import { livingParts } from './read-holes.js';

/** A small object that is stored, as a file that is put once more. */
export interface MovedFile extends SmallFile {
  readonly stored: StoredObject;
  /** Where it lies. */
  readonly former: CratePlace;
}

export interface ReadingMoved {
  readonly purse: Purse;
  readonly failures: FailureList;
  readonly signal: AbortSignal | undefined;
}

/** The plaintext of slabs of crates: the one that was read last is kept, since what lies in it comes one after the other. */
const createSlabShelf = (context: RenterContext, { purse, failures, signal }: ReadingMoved) => {
  let kept: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  return async ({ crate: id, slab }: CratePlace): Promise<Uint8Array> => {
    const name = `${id} ${slab}`;
    if (kept?.name === name) return kept.bytes;
    kept = undefined;
    const [crate, record] = [(await context.catalogue.crate(id)) as Crate, (await context.catalogue.slab(id, slab)) as SlabRecord];
    const sources = await sourcesOf(context, crate, [record], { purse, signal });
    using decoded = await fetchSlab(context, sources, [slab, record], failures, signal);
    const bytes = decoded.bytes.slice();
    kept = { name, bytes };
    return bytes;
  };
};

/** What lies in these slabs, each read when it is opened: OBJECT_CORRUPT for what is not what was stored. */
export const movedFiles = async (
  context: RenterContext,
  slabs: readonly HoledSlab[],
  reading: ReadingMoved,
): Promise<readonly MovedFile[]> => {
  const plaintextOf = createSlabShelf(context, reading);
  const files: MovedFile[] = [];
  for (const slab of slabs)
    for (const { object, from, length, stored } of await livingParts(context, slab)) {
      const former = { crate: slab.crate, slab: slab.slab, from };
      const read = async (): Promise<Uint8Array> => {
        const bytes = takeOut(await plaintextOf(former), slab.k, { from: from * LEAF_BYTES, length });
        const found = await digestOf(bytes);
        if (found !== stored.sha256) throw new HoldfastError('OBJECT_CORRUPT', { name: stored.name, expected: stored.sha256, found });
        return bytes;
      };
      // One of no name but its id: two may be called alike.
      files.push({
        name: object,
        bytes: length,
        stored,
        former,
        open: async () => ({ length, read, [Symbol.asyncDispose]: async () => undefined }),
      });
    }
  return files;
};
