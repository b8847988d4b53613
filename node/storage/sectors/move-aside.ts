import { isOutOfSpace } from '../../disk/disk-error.js';
import type { Entry } from '../index/sector-entry.js';
import type { PackFiles } from '../packs/pack-files.js';
import type { LoneFiles } from './lone-files.js';
import type { Quarantine } from './quarantine.js';

export interface MoverParts {
  readonly aside: Quarantine;
  readonly lone: Pick<LoneFiles, 'remove' | 'handOver'>;
  readonly packs: Pick<PackFiles, 'read'>;
}

/** Takes the wrong bytes of a sector out of the way, or a copy of those that lie among others. Needs no room. */
export const createMover =
  ({ aside, lone, packs }: MoverParts) =>
  async (entry: Entry): Promise<void> => {
    const { root } = entry;
    if (entry.pack === undefined) {
      return lone
        .handOver(entry, (file) => aside.take(file, root))
        .catch((error: unknown) => {
          // To move it can take room, to remove it never does; left where it is it would be taken in again.
          if (isOutOfSpace(error)) return lone.remove(entry);
          throw error;
        });
    }
    const read = await packs.read(entry, entry.pack).catch(() => undefined);
    // The copy is for the curious; that the sector is missing is not to wait for room on a full disk.
    if (read !== undefined) await aside.keep(read.bytes, root).catch(() => undefined);
  };
