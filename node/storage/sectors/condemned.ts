import type { Hash } from '../../core/units.js';
import { isOutOfSpace } from '../../disk/disk-error.js';
import type { Entry } from '../index/sector-entry.js';
import type { SectorIndex } from '../index/sector-index.js';

export interface CondemnedOptions {
  readonly index: Pick<SectorIndex, 'find' | 'write'>;
  /** Takes the bytes of an entry out of the way; what lies among others stays. */
  readonly moveAside: (entry: Entry) => Promise<void>;
  /** One at a time for each root. */
  readonly guarded: <Result>(root: Hash, task: () => Promise<Result>) => Promise<Result>;
}

/** Sectors whose bytes are wrong: missing from the moment that they are condemned, whether or not the disk has room to write that down. */
export interface Condemned {
  /** Whether the sector is to be taken for missing, though the index has it still. */
  has(root: Hash): boolean;
  /** Called under the guard of the root. Rejects where the disk fails otherwise than by being full; the sector is missing all the same. */
  condemn(root: Hash): Promise<void>;
  /** The sector was stored anew, or deleted. */
  pardon(root: Hash): void;
  /** Tries again to write down what there was no room for. */
  portion(): Promise<void>;
}

const PORTION = 64;

export const createCondemned = ({ index, moveAside, guarded }: CondemnedOptions): Condemned => {
  const roots = new Set<Hash>();
  const condemn = async (root: Hash): Promise<void> => {
    const entry = await index.find(root);
    if (entry === undefined) return;
    roots.add(root);
    try {
      await moveAside(entry);
      await index.write({ changes: [{ root, before: entry }], durable: true });
      roots.delete(root);
    } catch (error) {
      if (!isOutOfSpace(error)) throw error;
    }
  };
  return {
    has: (root) => roots.has(root),
    condemn,
    pardon: (root) => void roots.delete(root),
    portion: async () => {
      for (const root of [...roots].slice(0, PORTION))
        await guarded(root, async () => {
          if (roots.has(root)) await condemn(root);
        });
    },
  };
};
