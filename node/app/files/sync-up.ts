import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../disk/disk-error.js';
import type { Catalogue, ObjectRecord } from '../../ports/catalogue.js';
import { nameBelow } from './object-name.js';

/** Whether nothing has that path. What cannot be looked at may be there. */
const isLacking = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    (cause: unknown) => ['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? ''),
  );

/**
 * Deletes what is stored in the folder `folder` of names and the folder at `root` lacked when it was looked at, as long as it still does, and as long as
 * what is stored is what it was: what was renamed since, here or on another machine of the wallet, or was only begun then, is another. Gives back what is gone.
 */
export const deleteLacking = async (
  catalogue: Pick<Catalogue, 'object' | 'deleteObject'>,
  extra: readonly ObjectRecord[],
  { root, folder, signal }: { readonly root: string; readonly folder: string; readonly signal?: AbortSignal | undefined },
): Promise<readonly ObjectRecord[]> => {
  const deleted: ObjectRecord[] = [];
  for (const seen of extra) {
    signal?.throwIfAborted();
    const now = await catalogue.object(seen.id);
    if (now?.id !== seen.id || now.name !== seen.name || now.state !== seen.state) continue;
    if (!(await isLacking(join(root, nameBelow(seen.name, folder))))) continue;
    await catalogue.deleteObject(seen.id);
    deleted.push(seen);
  }
  return deleted;
};
