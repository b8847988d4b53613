import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Level } from 'level';
import type { Note } from './record-files.js';
import type { Files, RowOperation } from './trace.js';

/** LevelDB's own lock and its diary, of which nothing depends. */
const ASIDE = new Set(['LOCK', 'LOG', 'LOG.old']);

/** What LevelDB has on the disk now. */
export const filesIn = (path: string): Files =>
  new Map(
    readdirSync(path)
      .filter((name) => !ASIDE.has(name))
      .map((name) => [name, readFileSync(join(path, name))]),
  );

interface Patched {
  readonly location: string;
  _open(options: object): Promise<void>;
  batch(rows: RowOperation[], options?: { sync?: boolean }): Promise<void>;
  put(): never;
}

const statics = Level as unknown as { repair(path: string): Promise<void> };
const prototype = Level.prototype as unknown as Patched;

/**
 * Takes down what this process does with LevelDB under `root`, whose writes no port sees: after each, its folder is copied. Batches
 * only: whoever begins to write otherwise is told so.
 */
export const recordRows = (root: string, note: Note): (() => void) => {
  const own = Object.getOwnPropertyDescriptors(prototype);
  const { _open: open, batch } = prototype;
  const { repair } = statics;
  const isOurs = (path: string): boolean => resolve(path).startsWith(`${root}/`);
  const changed = {
    async _open(this: Patched, options: object): Promise<void> {
      await open.call(this, options);
      if (isOurs(this.location)) note({ kind: 'rows', path: resolve(this.location), files: filesIn(this.location) }, this.location);
    },
    async batch(this: Patched, rows: RowOperation[], options?: { sync?: boolean }): Promise<void> {
      await batch.call(this, rows, options);
      if (!isOurs(this.location)) return;
      const path = resolve(this.location);
      note({ kind: 'batch', path, files: filesIn(path), rows }, path);
      if (options?.sync === true) note({ kind: 'fsync of the batch', path }, path);
    },
    put(this: Patched): never {
      throw new Error('the recorder of crashes knows batches only');
    },
  };
  Object.assign(prototype, changed);
  statics.repair = async (path) => {
    await repair.call(Level, path);
    if (isOurs(path)) note({ kind: 'rows', path: resolve(path), files: filesIn(path) }, path);
  };
  return () => {
    statics.repair = repair;
    for (const name of Object.keys(changed) as (keyof typeof changed)[]) {
      if (own[name] === undefined) Reflect.deleteProperty(prototype, name);
      else Object.defineProperty(prototype, name, own[name]);
    }
  };
};
