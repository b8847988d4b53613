import type { Crate } from '../../ports/catalogue.js';
import type { RenterContext, TaskOptions } from '../context.js';
import type { CratedFile, CrateInHand } from '../upload/fill-crates.js';
import { recordOf, type Slab, type SlabRecorder } from '../upload/slabs.js';
import type { MovedFile } from './moved-files.js';

/** Writes down what becomes of what moves: it lies where it was until the chain holds its new slab. */
export interface MoveRecorder extends SlabRecorder<CrateInHand<MovedFile>> {
  /** What lies in a slab that is not adopted yet. */
  crated(index: number): readonly CratedFile<MovedFile>[];
  /** What slabs up to that byte have lies there from now on. */
  committed(end: number): Promise<void>;
  /** Objects that were moved. */
  readonly moved: number;
  /** Slabs that were begun and that nobody adopts are forgotten, and their sectors freed. */
  giveUp(): Promise<void>;
}

export const createMoveRecorder = (
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  begun: Crate,
  total: number,
  report: TaskOptions['report'],
): MoveRecorder => {
  let crate = begun;
  let moved = 0;
  const open = new Map<number, { readonly slab: Slab; readonly crated: readonly CratedFile<MovedFile>[] }>();
  return {
    async *noted(slabs) {
      for await (const one of slabs) {
        const { slab, crated } = one;
        crate = { ...crate, slabs: Math.max(crate.slabs, slab.index + 1) };
        open.set(slab.index, { slab, crated });
        const moving = crated.map(({ file, from, length }) => ({ from, object: file.stored.id, length }));
        await catalogue.beginMove(crate, slab.index, recordOf(slab, []), moving);
        yield one;
      }
    },
    placed: async ({ slab, shards }) => {
      await catalogue.putCrate(crate, new Map([[slab.index, recordOf(slab, shards)]]));
      report?.({ kind: 'uploaded', bytes: slab.offset + slab.length, total });
    },
    crated: (index) => open.get(index)?.crated ?? [],
    committed: async (end) => {
      for (const [index, { slab, crated }] of open) {
        if (slab.offset + slab.length > end) continue;
        const parts = crated.map(({ file: { stored, former }, from }) => ({ object: stored.id, former, from }));
        await catalogue.adoptMoved(crate.id, index, parts);
        moved += parts.length;
        open.delete(index);
      }
    },
    get moved() {
      return moved;
    },
    giveUp: async () => {
      for (const index of open.keys()) await catalogue.dropUnused(crate.id, index);
      open.clear();
    },
  };
};
