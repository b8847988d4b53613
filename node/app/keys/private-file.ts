import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { systemCode, unwritable } from '../../disk/disk-error.js';
import { syncDirectory } from '../../disk/durable-file.js';

/** Writes a new file that its owner alone may read, durably. It replaces nothing and follows no link: FILE_EXISTS; FILE_UNWRITABLE. */
export const writePrivateFile = async (path: string, text: string): Promise<void> => {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncDirectory(dirname(path));
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') throw new HoldfastError('FILE_EXISTS', { path }, { cause });
    throw unwritable(path, cause);
  }
};
