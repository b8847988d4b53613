import type { Hash } from '../../core/units.js';
import type { SectorRef } from '../../core/data/data-set.js';
import type { Entry } from '../index/sector-entry.js';
import type { SectorIndex } from '../index/sector-index.js';
import { lookAt, namedIn, shardsOf } from './sector-scan.js';
import { sectorBytes } from '../index/sector-shape.js';

export interface SectorCheckOptions {
  readonly path: string;
  readonly index: SectorIndex;
  /** Whether the bytes of an entry are there, as far as is known. */
  readonly isWhole: (entry: Entry) => boolean;
  /** One at a time for each root. */
  readonly guarded: <Result>(root: Hash, task: () => Promise<Result>) => Promise<Result>;
}

/** What a part of a round found. */
export interface CheckPortion {
  /** Sectors of the index whose bytes are not there. */
  readonly missing: readonly Hash[];
  /** Whether it was the last part of a round. */
  readonly done: boolean;
}

/** Holds the index against the files, a bounded part at a time, round after round. */
export interface SectorCheck {
  portion(): Promise<CheckPortion>;
}

const PORTION = 256;

export const createSectorCheck = ({ path, index, isWhole, guarded }: SectorCheckOptions): SectorCheck => {
  let after: number | undefined;
  /** Folders still to be read; undefined while entries are looked at. */
  let folders: string[] | undefined;

  /** Writes down what the file of an entry is now; whether it is whole. */
  const look = async (entry: Entry): Promise<boolean> => {
    const size = (await lookAt(path, entry))?.size ?? 0;
    const found = size === sectorBytes(entry) ? undefined : size;
    if (found !== entry.found) {
      const after: Entry = { ...entry, ...(found !== undefined && { found }) };
      if (found === undefined) delete (after as { found?: number }).found;
      await index.write({ changes: [{ root: entry.root, before: entry, after }], durable: false });
    }
    return found === undefined;
  };

  /** Whether an entry is not whole, looked at alone where it seems so. */
  const isMissing = async (entry: Entry): Promise<boolean> => {
    if (entry.pack !== undefined) return !isWhole(entry);
    const size = (await lookAt(path, entry))?.size ?? 0;
    if (size === sectorBytes(entry) && entry.found === undefined) return false;
    return guarded(entry.root, async () => {
      const now = await index.find(entry.root);
      return now !== undefined && (now.pack === undefined ? !(await look(now)) : !isWhole(now));
    });
  };

  const lookAtEntries = async (): Promise<CheckPortion> => {
    const roots: Hash[] = [];
    for await (const [sequence, root] of index.list(after)) {
      roots.push(root);
      after = sequence;
      if (roots.length === PORTION) break;
    }
    const entries = (await index.findAll(roots)).filter((entry) => entry !== undefined);
    const states = await Promise.all(entries.map(isMissing));
    if (roots.length < PORTION) {
      after = undefined;
      folders = await shardsOf(path);
    }
    return { missing: entries.flatMap(({ root }, at) => (states[at] === true ? [root] : [])), done: false };
  };

  /** Takes a file in that the index does not know. */
  const adopt = (sector: SectorRef): Promise<void> =>
    guarded(sector.root, async () => {
      const file = await lookAt(path, sector);
      if (file === undefined || (await index.find(sector.root)) !== undefined) return;
      const found = file.size === sectorBytes(sector) ? {} : { found: file.size };
      const entry: Entry = { ...sector, sequence: index.sequence(), pack: undefined, ...found };
      await index.write({ changes: [{ root: sector.root, after: entry }], durable: false });
    });

  const lookIntoFolder = async (left: string[]): Promise<CheckPortion> => {
    const folder = left.pop();
    if (folder !== undefined) {
      const files = await namedIn(path, folder);
      const known = await index.findAll(files.map(({ root }) => root));
      for (const [at, sector] of files.entries()) if (known[at] === undefined) await adopt(sector);
    }
    if (left.length > 0) return { missing: [], done: false };
    folders = undefined;
    return { missing: [], done: true };
  };

  return { portion: () => (folders === undefined ? lookAtEntries() : lookIntoFolder(folders)) };
};
