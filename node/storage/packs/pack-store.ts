import { createGroup } from '../../core/tasks/group.js';
import type { Packed } from './pack-appender.js';
import type { PackFiles } from './pack-files.js';
import { packedBytes, type Entry } from '../index/sector-entry.js';
import type { SectorIndex } from '../index/sector-index.js';

/** A sector for a pack, and what the index says of its root so far. */
export interface PackPut extends Packed {
  readonly before: Entry | undefined;
  /** Its place in the order of sectors. */
  readonly sequence: number;
}

export interface PackStoreOptions {
  readonly files: PackFiles;
  readonly index: SectorIndex;
  /** Called once sectors are durable and the index says so. */
  readonly onIndexed?: (() => void | Promise<void>) | undefined;
}

/** Bytes that one append takes at most. */
const MOST_BYTES = 4 << 20;

/** Puts sectors into packs: bytes first, then rows, both durable when it resolves. What comes at once shares both fsyncs. */
export const createPackStore = ({ files, index, onIndexed }: PackStoreOptions): ((put: PackPut) => Promise<void>) => {
  const commit = async (puts: readonly PackPut[]): Promise<void> => {
    const places = await files.append(puts);
    const changes = puts.map(({ sector: { root, leaves }, before, sequence }, at) => ({
      root,
      before,
      after: { root, leaves, sequence, pack: places[at] },
    }));
    const last = puts.at(-1)?.sector;
    const place = places.at(-1);
    const lengths = new Map(last && place ? [[place.number, place.offset + packedBytes(last)]] : []);
    await index.write({ changes, lengths, durable: true });
    await onIndexed?.();
  };
  return createGroup({ commit, weigh: ({ sector }) => packedBytes(sector), most: MOST_BYTES });
};
