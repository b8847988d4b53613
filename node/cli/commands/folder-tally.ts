import { wei, type Period, type Wei } from '../../core/units.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { ObjectStanding } from '../../renter/objects/standing.js';

/** What lies in a folder and all below it. */
export interface FolderTally {
  files: number;
  bytes: number;
  /** Files that cannot be read back, and those of which shards are lost, where the chain was asked. */
  lost: number;
  weak: number;
  /** The first period in which one of them is not paid for any more. */
  until: Period | undefined;
  /** Rent of a period, token wei. */
  rent: Wei;
}

/** Adds an object, which stands as `standing` says, where that was asked. */
const add = (tally: FolderTally, { bytes, k, n }: ObjectRecord, standing: ObjectStanding | undefined): void => {
  tally.files += 1;
  tally.bytes += bytes;
  if (standing === undefined) return;
  if (standing.kept < k) tally.lost += 1;
  else if (standing.kept < n) tally.weak += 1;
  if (standing.until !== undefined && standing.until < (tally.until ?? Infinity)) tally.until = standing.until;
  tally.rent = wei(tally.rent + standing.rent);
};

/** Counts what lies in folders right below one, by name. */
export const createFolderTallies = () => {
  const tallies = new Map<string, FolderTally>();
  return {
    add: (folder: string, object: ObjectRecord, standing?: ObjectStanding): void => {
      const tally = tallies.get(folder) ?? { files: 0, bytes: 0, lost: 0, weak: 0, until: undefined, rent: wei(0n) };
      tallies.set(folder, tally);
      add(tally, object, standing);
    },
    /** In the order of their names. */
    all: (): readonly (readonly [name: string, tally: FolderTally])[] => [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
};

/** How a folder's files stand, in a few words. */
export const folderHealth = ({ lost, weak }: FolderTally): string => (lost > 0 ? `${lost} lost` : weak > 0 ? `${weak} weak` : 'whole');

/** How an object stands, in a few words. */
export const objectHealth = ({ k, n }: Pick<ObjectRecord, 'k' | 'n'>, { kept }: ObjectStanding): string =>
  kept < k ? `lost: ${kept} of ${k}` : `${kept} of ${n}`;
