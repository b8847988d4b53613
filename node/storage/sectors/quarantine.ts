import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hash, type Hash } from '../../core/units.js';
import { systemCode } from '../../disk/disk-error.js';
import { syncDirectory } from '../../disk/durable-file.js';

/** Where files lie whose bytes are wrong: apart from the sectors, one for each root, for whoever wants to know what the disk did. */
export interface Quarantine {
  /** Moves the file at `path` here; no matter if there is none. Durable when it resolves. */
  take(path: string, root: Hash): Promise<void>;
  /** Keeps a copy of wrong bytes that lie among others. */
  keep(bytes: Uint8Array, root: Hash): Promise<void>;
  /** Removes what lies here for `root`. */
  drop(root: Hash): Promise<void>;
}

const NAME = /^[0-9a-f]{64}$/;

/** Opens the folder at `path`, which is made with the first file. */
export const openQuarantine = async (path: string): Promise<Quarantine> => {
  const names = await readdir(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const held = new Set(names.filter((name) => NAME.test(name)).map((name) => hash(`0x${name}`)));
  const fileOf = (root: Hash): string => join(path, root.slice(2));
  return {
    take: async (file, root) => {
      await mkdir(path, { recursive: true });
      const moved = await rename(file, fileOf(root)).then(
        () => true,
        (error: unknown) => {
          if (systemCode(error) === 'ENOENT') return false;
          throw error;
        },
      );
      if (!moved) return;
      held.add(root);
      await syncDirectory(path);
      await syncDirectory(dirname(file));
    },
    keep: async (bytes, root) => {
      await mkdir(path, { recursive: true });
      await writeFile(fileOf(root), bytes, { mode: 0o600 });
      held.add(root);
    },
    drop: async (root) => {
      if (held.delete(root)) await rm(fileOf(root), { force: true });
    },
  };
};
