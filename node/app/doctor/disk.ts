import { randomUUID } from 'node:crypto';
import { readFile, realpath, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unwritable } from '../../disk/disk-error.js';

/** The disk below a folder. */
export interface Disk {
  /** Bytes that this user can still write. */
  readonly free: number;
  /** Kind of filesystem and where it is mounted, as far as the system tells: "ext4 at /". */
  readonly filesystem: string | undefined;
}

/** The nearest folder above `path` that exists, itself included. */
const existing = async (path: string): Promise<string> => {
  for (let at = resolve(path); ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found !== undefined || at === dirname(at)) return await realpath(at);
  }
};

/** The entry of the longest mount point that `path` lies under. Octal escapes stand for blanks. */
const mountOf = (mounts: string, path: string): string | undefined => {
  const entries = mounts.split('\n').map((line) => {
    const [, point = '', kind = ''] = line.split(' ');
    return { kind, point: point.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8))) };
  });
  const above = entries.filter(({ point }) => point === path || path.startsWith(point.endsWith('/') ? point : `${point}/`));
  const nearest = above.reduce<(typeof above)[number] | undefined>(
    (best, entry) => (best === undefined || entry.point.length >= best.point.length ? entry : best),
    undefined,
  );
  return nearest && nearest.point !== '' ? `${nearest.kind} at ${nearest.point}` : undefined;
};

/** Looks at the disk that `path` lies or would lie on, by writing a small file and taking it away. FILE_UNWRITABLE. */
export const lookAtDisk = async (path: string): Promise<Disk> => {
  const folder = await existing(path);
  const probe = join(folder, `.holdfast-doctor-${randomUUID()}`);
  try {
    await writeFile(probe, 'probe', { flag: 'wx' });
  } catch (cause) {
    throw unwritable(folder, cause);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
  const { bavail, bsize } = await statfs(folder);
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return { free: bavail * bsize, filesystem: mountOf(mounts, folder) };
};
