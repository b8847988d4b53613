import { rm, stat, utimes } from 'node:fs/promises';
import { wei } from '../../core/units.js';
import { fetchObjects, type Fetched, type FetchOptions, type FetchResult } from './fetch-objects.js';
import { originOf, stampIn } from './file-source.js';
import type { DownPlan, SpareFile } from './plan-sync-down.js';
import type { Renter } from '../../renter/renter.js';

type Reader = Pick<Renter, 'object' | 'objects' | 'get' | 'neighbours' | 'read'>;

/** Whether the file is still what it was when it was looked at. */
const isAsBefore = async ({ path, origin }: SpareFile): Promise<boolean> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found !== undefined && originOf(found) === origin;
};

/** Gives a file the time at which what it was made of was changed, so that the next run knows it by that. */
const dateBack = async ({ object, path }: Fetched): Promise<void> => {
  const made = stampIn(object.origin);
  // A file that is dated as of now is compared by its content.
  if (made !== undefined) await utimes(path, Number(made.mtimeNs) / 1e9, Number(made.mtimeNs) / 1e9).catch(() => undefined);
};

const joined = (one: FetchResult, other: FetchResult): FetchResult => ({
  fetched: [...one.fetched, ...other.fetched],
  present: [...one.present, ...other.present],
  failed: [...one.failed, ...other.failed],
  egress: wei(one.egress + other.egress),
  failures: [...one.failures, ...other.failures],
});

export type SyncDownOptions = Omit<FetchOptions, 'overwrite' | 'out' | 'under'> & { readonly root: string; readonly folder: string };

/**
 * Fetches what a plan says is missing or other. Only what was looked at is replaced: a file that was `touched` since the plan was made is left.
 */
export const fetchPlanned = async (
  renter: Reader,
  { missing, other }: DownPlan,
  { root, folder, maxEgress, ...options }: SyncDownOptions,
): Promise<FetchResult & { readonly touched: readonly string[] }> => {
  const own = { ...options, out: root, under: folder };
  const idsOf = (objects: readonly { readonly id: string }[]): readonly string[] => objects.map(({ id }) => id);
  const touched: string[] = [];
  const fresh = await fetchObjects(renter, idsOf(missing), { ...own, ...(maxEgress !== undefined && { maxEgress }) });
  const untouched = [];
  for (const one of other)
    if (await isAsBefore(one.spare)) untouched.push(one);
    else touched.push(one.spare.path);
  const left = maxEgress !== undefined && { maxEgress: wei(maxEgress - fresh.egress) };
  const replaced = await fetchObjects(renter, idsOf(untouched), { ...own, ...left, overwrite: true });
  const result = joined(fresh, replaced);
  for (const one of result.fetched) await dateBack(one);
  return { ...result, touched };
};

/** Deletes files that nothing is stored under the names of, as long as they are what was looked at. */
export const deleteExtra = async (extra: readonly SpareFile[]): Promise<readonly string[]> => {
  const deleted: string[] = [];
  for (const file of extra) {
    if (!(await isAsBefore(file))) continue;
    await rm(file.path);
    deleted.push(file.path);
  }
  return deleted;
};
