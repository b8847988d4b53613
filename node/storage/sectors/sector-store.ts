import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createSerial } from '../../core/tasks/serial.js';
import type { Hash } from '../../core/units.js';
import { diskError } from '../../disk/disk-error.js';
import type { WriteStep } from '../../disk/durable-file.js';
import type { OpenFiles } from '../../disk/open-files.js';
import type { SectorStore } from '../../ports/sector-store.js';
import { createCondemned } from './condemned.js';
import { createLoneFiles } from './lone-files.js';
import { isWhole, type OpenedIndex } from './open-sector-index.js';
import { createCompaction, type CompactionStep } from '../packs/pack-compaction.js';
import { createPackHealing } from '../packs/pack-healing.js';
import type { PackStep } from '../packs/pack-appender.js';
import { PACK_BYTES, type PackFiles } from '../packs/pack-files.js';
import { createPackStore } from '../packs/pack-store.js';
import { createMover } from './move-aside.js';
import type { Quarantine } from './quarantine.js';
import { createSectorCheck } from './sector-check.js';
import { costOf, isPacked, packedBytes, type Entry } from '../index/sector-entry.js';
import { crownToKeep, partOf, requireSector } from '../index/sector-shape.js';
import type { SpaceAccount } from './space-account.js';

/** Points that storing a sector passes, a file's or a pack's: at `indexed` it counts. And those of filling holes. */
export type StoreStep = WriteStep | PackStep | CompactionStep | 'indexed';

export interface SectorStoreParts extends Pick<OpenedIndex, 'index' | 'short' | 'faults'> {
  readonly path: string;
  readonly packs: PackFiles;
  /** Those of sectors and packs that are read. */
  readonly files: OpenFiles;
  readonly aside: Quarantine;
  readonly space: SpaceAccount;
  readonly onStep: ((step: StoreStep) => void | Promise<void>) | undefined;
  readonly release: () => Promise<void>;
}

/** Roots that are looked up at once. */
const AT_ONCE = 1024;

/** The sectors of an index that is open. */
export const createSectorStore = ({
  path,
  index,
  short,
  faults,
  packs,
  files,
  aside,
  space,
  onStep,
  release,
}: SectorStoreParts): SectorStore => {
  const serial = createSerial();
  const running = new Set<Promise<unknown>>();
  let closed = false;
  const lone = createLoneFiles({ path, files, onStep });
  const pack = createPackStore({ files: packs, index, onIndexed: () => onStep?.('indexed') });

  const requireOpen = (): void => {
    if (closed) throw new HoldfastError('STORE_CLOSED', { path });
  };
  const tracked = async <Result>(task: () => Promise<Result>): Promise<Result> => {
    requireOpen();
    const run = task().catch((error: unknown) => Promise.reject(diskError(path, error) as Error));
    running.add(run);
    try {
      return await run;
    } finally {
      running.delete(run);
    }
  };
  const guarded = <Result>(root: Hash, task: () => Promise<Result>): Promise<Result> => tracked(() => serial(root, task));

  const condemned = createCondemned({ index, moveAside: createMover({ aside, lone, packs }), guarded });

  /** Looks at the disk as it is now: a pack may have gone since the store was opened. */
  const isThere = async (entry: Entry): Promise<boolean> => {
    if (condemned.has(entry.root)) return false;
    if (entry.pack === undefined) return lone.isThere(entry);
    const { number, offset } = entry.pack;
    return isWhole(entry, short) && offset + packedBytes(entry) <= (await packs.size(number));
  };
  const seemsWhole = (entry: Entry): boolean => !condemned.has(entry.root) && isWhole(entry, short);
  const healing = createPackHealing({ index, packs, put: pack, guarded });
  const isScarce = async (): Promise<boolean> => (await space.room()) < PACK_BYTES;
  const compaction = createCompaction({ path, index, files: packs, put: pack, guarded, isScarce, onStep });
  const check = createSectorCheck({ path, index, isWhole: seemsWhole, guarded });

  const required = async (root: Hash): Promise<Entry> => {
    const entry = await index.find(root);
    if (entry === undefined || condemned.has(root)) throw new HoldfastError('SECTOR_MISSING', { root });
    return entry;
  };

  /** Takes a root off the index, and then its file away. */
  const remove = async (entry: Entry): Promise<void> => {
    await index.write({ changes: [{ root: entry.root, before: entry }], durable: false });
    if (entry.pack === undefined) await lone.remove(entry);
  };

  const absentOf = async (roots: readonly Hash[]): Promise<Hash[]> => {
    const entries = await index.findAll(roots);
    return roots.filter((_, at) => !(entries[at] && seemsWhole(entries[at])));
  };

  return {
    faults,
    get bytesUsed() {
      return index.counts.bytes;
    },
    room: () => space.room(),
    cost: costOf,
    put: async (sector, bytes, signal, crown) => {
      const { root, leaves } = sector;
      const kept = crownToKeep(sector, crown);
      requireSector(sector, bytes);
      await guarded(root, async () => {
        signal?.throwIfAborted();
        const before = await index.find(root);
        const there = before !== undefined && (await isThere(before));
        if (there && before.leaves !== leaves) throw new HoldfastError('SECTOR_CONFLICT', { root, kept: before.leaves, offered: leaves });
        if (there && before.found === undefined) return;
        const free = await space.reserve(costOf(leaves));
        try {
          const sequence = index.sequence();
          if (isPacked(leaves)) await pack({ sector, bytes, before, sequence });
          else {
            await lone.write(sector, bytes, kept, signal);
            await index.write({ changes: [{ root, before, after: { root, leaves, sequence, pack: undefined } }], durable: true });
            await onStep?.('indexed');
          }
          const moved = before?.pack === undefined && (isPacked(leaves) || before?.leaves !== leaves);
          if (before !== undefined && moved) await lone.remove(before);
          condemned.pardon(root);
          await aside.drop(root);
        } finally {
          free();
        }
      });
    },
    has: (root) =>
      guarded(root, async () => {
        const entry = await index.find(root);
        return entry !== undefined && isThere(entry);
      }),
    absent: (roots) =>
      tracked(async () => {
        const all = [...roots];
        const absent: Hash[] = [];
        for (let at = 0; at < all.length; at += AT_ONCE) absent.push(...(await absentOf(all.slice(at, at + AT_ONCE))));
        return absent;
      }),
    outline: (root) =>
      guarded(root, async () => {
        const entry = await required(root);
        return { leaves: entry.leaves, crown: entry.pack === undefined ? await lone.crown(entry) : undefined };
      }),
    read: (root, part, signal) =>
      guarded(root, async () => {
        signal?.throwIfAborted();
        const entry = await required(root);
        const wanted = partOf(entry, part);
        if (entry.pack === undefined) return lone.read(entry, wanted, signal);
        const { bytes, headed } = await packs.read(entry, entry.pack);
        if (!headed) healing.suspect(root);
        return bytes.subarray(wanted.offset, wanted.offset + wanted.length);
      }),
    keepCrown: (root, crown) =>
      guarded(root, async () => {
        const entry = await index.find(root);
        const kept = entry?.pack === undefined ? entry && crownToKeep(entry, crown) : undefined;
        if (entry === undefined || kept === undefined) return;
        const free = await space.reserve(0);
        await lone.keepCrown(entry, kept).finally(free);
      }),
    quarantine: (root) => guarded(root, () => condemned.condemn(root)),
    delete: (root) =>
      guarded(root, async () => {
        const entry = await index.find(root);
        if (entry !== undefined) await remove(entry);
        condemned.pardon(root);
        await aside.drop(root);
      }),
    async *list() {
      // A portion at a time: rows that are read for days would hold up the database.
      for (let after: number | undefined; ;) {
        const roots: Hash[] = [];
        for await (const [sequence, root] of index.list(after)) {
          roots.push(root);
          after = sequence;
          if (roots.length === AT_ONCE) break;
        }
        for (const entry of await index.findAll(roots)) if (entry && seemsWhole(entry)) yield { root: entry.root, leaves: entry.leaves };
        if (roots.length < AT_ONCE) return;
      }
    },
    tend: (only) =>
      tracked(async () => {
        await condemned.portion();
        if (only !== 'look') await healing.portion();
        const filled = only === 'look' ? { filling: false, unreadable: [] } : await compaction.portion();
        return { ...filled, ...(only === 'fill' ? { missing: [], done: true } : await check.portion()) };
      }),
    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.allSettled(running);
      await packs.close();
      await files.close();
      await index.close();
      await release();
    },
  };
};
