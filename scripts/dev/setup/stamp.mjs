import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { root } from './root.mjs';

/**
 * A file that says what a finished step was made from. It is removed before the step and written after it, so an interrupted
 * step leaves none.
 */
export const stamp = (name, value) => {
  const path = join(root, name);
  return {
    isCurrent: () => {
      try {
        return readFileSync(path, 'utf8') === value;
      } catch {
        return false;
      }
    },
    remove: () => rmSync(path, { force: true }),
    write: () => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, value);
      renameSync(`${path}.new`, path);
    },
  };
};

/** SHA-256 over names and contents of `paths` (files, or folders with all that is in them), without those under `except`. */
export const digestOf = (paths, { except = [] } = {}) => {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesOf)) {
    if (except.some((folder) => path.startsWith(`${folder}/`))) continue;
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
};

const filesOf = (path) => {
  try {
    return readdirSync(join(root, path), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length).split(sep).join('/'))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
};
