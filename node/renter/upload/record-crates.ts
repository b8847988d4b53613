import type { Crate, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { storedAfter } from '../objects/stored-at.js';
import type { InCharge } from './in-hand.js';
import type { CrateInHand, CratedFile, SmallFile } from './fill-crates.js';
import { recordOf, type Slab, type SlabRecorder } from './slabs.js';

/** Writes down what becomes of the slabs of a crate, and of the objects in them. */
export interface CrateRecorder<File extends SmallFile> extends SlabRecorder<CrateInHand<File>> {
  /** What lies in a slab whose objects do not count as stored yet. */
  crated(index: number): readonly CratedFile<File>[];
  /** Objects of slabs up to that byte count as stored, in one write for each slab; gives them back. */
  committed(end: number): Promise<readonly StoredObject[]>;
}

interface CrateRecording {
  readonly crate: Crate;
  /** Bytes of all slabs, as far as is known. */
  readonly total: number;
  readonly report: TaskOptions['report'];
  /** Takes charge of the objects, until they count as stored. */
  readonly inCharge: InCharge;
}

export const createCrateRecorder = <File extends SmallFile>(
  { catalogue, clock }: Pick<RenterContext, 'catalogue' | 'clock'>,
  { crate: begun, total, report, inCharge }: CrateRecording,
): CrateRecorder<File> => {
  let crate = begun;
  let uploaded = 0;
  const open = new Map<number, { readonly slab: Slab; readonly crated: readonly CratedFile<File>[] }>();

  const grown = ({ index }: Slab): Crate => ({ ...crate, slabs: Math.max(crate.slabs, index + 1) });
  return {
    async *noted(slabs) {
      for await (const one of slabs) {
        const { slab, crated } = one;
        for (const { object } of crated) inCharge.take(object.id);
        open.set(slab.index, { slab, crated });
        crate = grown(slab);
        if (one.has.length === 0)
          await catalogue.putCrate(crate, new Map([[slab.index, recordOf(slab, [])]]), new Map([[slab.index, crated]]));
        yield one;
      }
    },
    placed: async ({ slab, shards }) => {
      // Where all that lies in it was deleted meanwhile, its slab is gone.
      await catalogue.moveSlabs(crate.id, new Map([[slab.index, recordOf(slab, shards)]]));
      if (shards.length === crate.n) uploaded = Math.max(uploaded, slab.offset + slab.length);
      report?.({ kind: 'uploaded', bytes: uploaded, total });
    },
    crated: (index) => open.get(index)?.crated ?? [],
    committed: async (end) => {
      const all: StoredObject[] = [];
      for (const [index, { slab, crated }] of open) {
        if (slab.offset + slab.length > end) continue;
        const stored: StoredObject[] = [];
        // What somebody deleted meanwhile stays so.
        for (const { object, sha256 } of crated)
          if (await catalogue.object(object.id)) {
            const storedAt = await storedAfter(catalogue, object.name, clock.now());
            stored.push({ ...object, sha256, storedAt, state: 'stored' });
          }
        await catalogue.putObjects(stored);
        open.delete(index);
        for (const { object } of crated) inCharge.giveUp(object.id);
        all.push(...stored);
      }
      return all;
    },
  };
};
