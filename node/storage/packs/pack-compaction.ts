import type { Hash } from '../../core/units.js';
import type { PackFiles } from './pack-files.js';
import { replay } from './pack-replay.js';
import type { PackPut } from './pack-store.js';
import type { SectorIndex } from '../index/sector-index.js';
import type { PackCounts } from '../index/sector-row-formats.js';

/** Points that the removal of a pack passes, in order. */
export type CompactionStep = 'pack-emptied' | 'pack-removed';

export interface CompactionOptions {
  readonly path: string;
  readonly index: SectorIndex;
  readonly files: PackFiles;
  readonly put: (put: PackPut) => Promise<void>;
  /** One at a time for each root. */
  readonly guarded: <Result>(root: Hash, task: () => Promise<Result>) => Promise<Result>;
  /** Whether room is so scarce that small holes are worth filling. */
  readonly isScarce: () => Promise<boolean>;
  readonly onStep?: ((step: CompactionStep) => void | Promise<void>) | undefined;
}

/** Bytes that one portion copies at most, and entries that it looks at. */
const PORTION_BYTES = 1 << 20;
const PORTION_ENTRIES = 1024;
/** Holes beyond this part of a pack are filled; and beyond the second where room is scarce. */
const [HOLES, HOLES_WHEN_SCARCE] = [1 / 2, 1 / 8];

/** Fills the holes that deleted sectors left in packs. */
export interface Compaction {
  /** Copies a bounded part of what is left in a pack behind the newest entries, and removes the pack with the last part. */
  portion(): Promise<Compacted>;
}

export interface Compacted {
  /** False if nothing was due. */
  readonly filling: boolean;
  /** Sectors that could not be copied: their bytes cannot be read, or are not those that were written. The pack stays while it has them. */
  readonly unreadable: readonly Hash[];
}

export const createCompaction = ({ path, index, files, put, guarded, isScarce, onStep }: CompactionOptions): Compaction => {
  let now: { readonly number: number; from: number } | undefined;
  /** Packs in which something stays that could not be copied, with what they held then. */
  const stuck = new Map<number, number>();

  const choose = async (): Promise<number | undefined> => {
    const part = (await isScarce()) ? HOLES_WHEN_SCARCE : HOLES;
    const isDue = ([number, { length, live }]: readonly [number, PackCounts]): boolean =>
      number !== files.current && stuck.get(number) !== live && length - live > part * length;
    return [...index.packs].find(isDue)?.[0];
  };

  const remove = async (number: number): Promise<void> => {
    // What was deleted from it must not come back without its bytes.
    await index.write({ changes: [], durable: true });
    await onStep?.('pack-emptied');
    await files.remove(number);
    await onStep?.('pack-removed');
    await index.write({ changes: [], lengths: new Map([[number, undefined]]), durable: false });
    stuck.delete(number);
  };

  /** Copies what the index still means; resolves to where the next portion begins, undefined at the end, and to what could not be copied. */
  const copy = async (number: number, from: number) => {
    const unreadable: Hash[] = [];
    const moves: Promise<void>[] = [];
    let [bytes, entries] = [0, 0];
    let next: number | undefined;
    for await (const { sector, bytes: content, offset, end } of replay(path, number, from)) {
      moves.push(
        guarded(sector.root, async () => {
          const before = await index.find(sector.root);
          if (before?.pack?.number !== number || before.pack.offset !== offset) return;
          if (content === undefined) unreadable.push(sector.root);
          else await put({ sector, bytes: content, before, sequence: before.sequence });
        }),
      );
      bytes += content?.length ?? 0;
      entries += 1;
      if (bytes < PORTION_BYTES && entries < PORTION_ENTRIES) continue;
      next = end;
      break;
    }
    const failed = (await Promise.allSettled(moves)).find((move) => move.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return { next, unreadable };
  };

  return {
    portion: async () => {
      if (now === undefined) {
        const number = await choose();
        if (number === undefined) return { filling: false, unreadable: [] };
        now = { number, from: 0 };
      }
      const { number, from } = now;
      now = undefined;
      const live = index.packs.get(number)?.live ?? 0;
      const { next, unreadable } = live === 0 ? { next: undefined, unreadable: [] } : await copy(number, from);
      if (next !== undefined) {
        now = { number, from: next };
        return { filling: true, unreadable };
      }
      const left = index.packs.get(number)?.live ?? 0;
      if (left === 0) await remove(number);
      else stuck.set(number, left);
      return { filling: true, unreadable };
    },
  };
};
