import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether what is at `path` is this user's own, and nobody else may open it. */
export const isPrivate = async (path: string, kind: 'folder' | 'socket'): Promise<boolean> => {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || (found.mode & 0o077) !== 0 || found.uid !== process.getuid?.()) return false;
  return kind === 'folder' ? found.isDirectory() : found.isSocket();
};

/** Whether the socket at `path` is this user's own, and nobody else may open it or enter its folder. */
export const isPrivateSocket = async (path: string): Promise<boolean> =>
  (await isPrivate(dirname(path), 'folder')) && (await isPrivate(path, 'socket'));
