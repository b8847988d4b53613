import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import type { Item, Tree } from './disk-state.js';
import { filesIn } from './record-rows.js';

const isRows = (item: Item): item is Extract<Item, { files: unknown }> => 'files' in item;

/** Names a tree by all that is in it. */
export const digestOf = (tree: Tree): string => {
  const hash = createHash('sha256');
  const add = (folder: Tree): void => {
    for (const [name, value] of folder) {
      hash.update(`${name}\0`);
      if (Buffer.isBuffer(value)) hash.update(`file ${value.length}\0`).update(value);
      else if (isRows(value)) {
        hash.update('rows\0');
        add(value.files);
        hash.update(JSON.stringify(value.again.map((rows) => rows.map(({ type, key }) => [type, key]))));
      } else {
        hash.update('folder\0');
        add(value);
        hash.update('end\0');
      }
    }
  };
  add(tree);
  return hash.digest('hex');
};

/** When files were written, as far as a restart can see: the crash was two days ago. */
const twoDaysAgo = (): number => Date.now() / 1000 - 172_800;

/** Makes `folder` what a crash left. */
export const materialize = async (tree: Tree, folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  const then = twoDaysAgo();
  for (const [name, value] of tree) {
    const path = join(folder, name);
    if (Buffer.isBuffer(value)) writeFileSync(path, value, { mode: 0o600 });
    else if (isRows(value)) {
      await materialize(value.files, path);
      if (value.again.length > 0) await writeAgain(path, value.again);
    } else await materialize(value, path);
    utimesSync(path, then, then);
  }
};

const writeAgain = async (path: string, batches: Extract<Item, { files: unknown }>['again']): Promise<void> => {
  const database = new Level<string, Uint8Array>(path, { valueEncoding: 'view' });
  await database.open();
  for (const rows of batches) await database.batch([...rows]);
  await database.close();
};

/** What lies in `folder`. */
export const treeIn = (folder: string): Tree =>
  new Map(
    readdirSync(folder, { withFileTypes: true }).map((entry): [string, Item] => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) return [entry.name, readFileSync(path)];
      return [entry.name, existsSync(join(path, 'CURRENT')) ? { files: filesIn(path), again: [] } : treeIn(path)];
    }),
  );
