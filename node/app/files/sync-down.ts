import { rm, stat } from 'node:fs/promises';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { wei } from '../../core/units.js';
import type { StoredObject } from '../../ports/catalogue.js';
import { fetchObjects, type FetchOptions, type FetchResult } from './fetch-objects.js';
import type { FileSinkOptions } from './file-sink.js';
import { originOf, stampIn } from './file-source.js';
import type { DownPlan, SpareFile } from './plan-sync-down.js';
import type { Renter } from '../../renter/renter.js';

type Reader = Pick<Renter, 'object' | 'objects' | 'get' | 'neighbours' | 'read'>;

/** Whether the file is still what it was when it was looked at. */
const isAsBefore = async ({ path, origin }: SpareFile): Promise<boolean> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found !== undefined && originOf(found) === origin;
};

/** A file has the time at which what it was made of was changed, so that the next run knows it by that; one that is dated as of now is compared by its content. */
const datedAs = ({ origin }: StoredObject): Pick<FileSinkOptions, 'changedNs'> => ({ changedNs: stampIn(origin)?.mtimeNs });

const joined = (one: FetchResult, other: FetchResult): FetchResult => ({
  fetched: [...one.fetched, ...other.fetched],
  present: [...one.present, ...other.present],
  failed: [...one.failed, ...other.failed],
  egress: wei(one.egress + other.egress),
  failures: [...one.failures, ...other.failures],
});

export type SyncDownOptions = Omit<FetchOptions, 'overwrite' | 'fileOf' | 'out' | 'under'> & {
  readonly root: string;
  readonly folder: string;
};

/**
 * Fetches what a plan says is missing or other. Only what was looked at is replaced: a file that was `touched` since the plan was made is left,
 * until the moment in which what was fetched takes its place.
 */
export const fetchPlanned = async (
  renter: Reader,
  { missing, other }: DownPlan,
  { root, folder, maxEgress, ...options }: SyncDownOptions,
): Promise<FetchResult & { readonly touched: readonly string[] }> => {
  const own = { ...options, out: root, under: folder };
  const idsOf = (objects: readonly { readonly id: string }[]): readonly string[] => objects.map(({ id }) => id);
  const fresh = await fetchObjects(renter, idsOf(missing), { ...own, fileOf: datedAs, ...(maxEgress !== undefined && { maxEgress }) });
  const left = maxEgress !== undefined && { maxEgress: wei(maxEgress - fresh.egress) };
  const seen = new Map(other.map(({ id, spare }) => [id, spare.origin]));
  const fileOf: FetchOptions['fileOf'] = (object) => ({ ...datedAs(object), replaces: seen.get(object.id) });
  const replaced = await fetchObjects(renter, idsOf(other), { ...own, ...left, fileOf, overwrite: true });
  const { failed, ...result } = joined(fresh, replaced);
  const touched = failed.flatMap(({ error }) => (isHoldfastError(error, 'FILE_TOUCHED') ? [error.data.path] : []));
  return { ...result, failed: failed.filter(({ error }) => !isHoldfastError(error, 'FILE_TOUCHED')), touched };
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
