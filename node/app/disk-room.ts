import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { freeBytes, openReserve, type Reserve } from '../disk/reserve.js';
import type { DiskRoom } from '../ports/disk.js';
import type { Folders } from './settings/folders.js';

/** Bytes kept for journal and transactions: proofs of many days, and LevelDB's own files made anew a few times. */
const RESERVE_BYTES = 32 << 20;
/** Bytes that sectors leave free. What others write to the disk can pass it; the reserve is for that. */
export const DISK_FLOOR_BYTES = 256 << 20;

/** The disk of a provider's folders, with its reserve. */
export interface ProviderDisk extends DiskRoom {
  close(): void;
}

const deviceOf = async (folder: string): Promise<number | undefined> => (await stat(folder).catch(() => undefined))?.dev;

/**
 * Takes the reserves of a provider into use: one on the disk of journal and sectors, and one on that of transactions if it is another.
 * A folder of stores that is missing is none of its business: it makes none.
 */
export const openProviderDisk = async ({ reserve, transactionReserve }: Folders): Promise<ProviderDisk> => {
  await mkdir(dirname(transactionReserve), { recursive: true });
  const [stores, transactions] = [await deviceOf(dirname(reserve)), await deviceOf(dirname(transactionReserve))];
  const paths = [...(stores === undefined ? [] : [reserve]), ...(stores === transactions ? [] : [transactionReserve])];
  const reserves: Reserve[] = [];
  for (const path of paths) reserves.push(await openReserve({ path, bytes: RESERVE_BYTES, floor: DISK_FLOOR_BYTES }));
  const isWhole = (): boolean => reserves.every(({ whole }) => whole);
  return {
    free: () => freeBytes(dirname(reserve)),
    get whole() {
      return isWhole();
    },
    restore: async () => {
      for (const each of reserves) await each.restore();
      return isWhole();
    },
    close: () => {
      for (const each of reserves) each.close();
    },
  };
};
