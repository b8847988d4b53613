import { lstat, mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { systemCode, unwritable } from '../../disk/disk-error.js';
import { makeDirectory } from '../../disk/durable-file.js';
import { requireName } from './object-name.js';

/** Where the files of a run of fetches go. */
export interface TargetFolder {
  /** Path of the file for the object of that name, in folders that are there. NAME_REFUSED, FILE_UNWRITABLE. */
  pathOf(name: string): Promise<string>;
}

/** Makes one folder, which must be one itself and no link to one: a link may lead anywhere. */
const stepInto = async (path: string): Promise<void> => {
  await mkdir(path).catch((cause: unknown) => {
    if (systemCode(cause) !== 'EEXIST') throw unwritable(path, cause);
  });
  if ((await lstat(path)).isDirectory()) return;
  throw new HoldfastError('FILE_UNWRITABLE', { path, reason: 'a folder should be there, and what is there is none' });
};

/** Makes the folder that all lies in, which may be there, or a link to one. */
const makeRoot = async (path: string): Promise<void> => {
  await makeDirectory(path).catch((cause: unknown) => {
    if (systemCode(cause) !== 'EEXIST' && systemCode(cause) !== 'ENOTDIR') throw cause;
    throw new HoldfastError('FILE_UNWRITABLE', { path, reason: 'a folder should be there, and what is there is none' }, { cause });
  });
};

/** Files below `root`, which is made where it is missing and may be a link: nothing is ever written elsewhere, whatever names and links say. */
export const createTargetFolder = (root: string): TargetFolder => {
  const made = new Map<string, Promise<void>>();
  const make = (path: string, step: (path: string) => Promise<void>): Promise<void> => {
    const found = made.get(path) ?? step(path);
    made.set(path, found);
    return found;
  };
  return {
    pathOf: async (name) => {
      const parts = requireName(name).split('/');
      const path = join(root, ...parts);
      if (relative(root, path) !== parts.join(sep))
        throw new HoldfastError('NAME_REFUSED', { name, problem: 'it leads elsewhere on this system' });
      await make(root, makeRoot);
      for (let depth = 1; depth < parts.length; depth++) await make(join(root, ...parts.slice(0, depth)), stepInto);
      return path;
    },
  };
};
