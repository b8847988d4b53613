import { liesUnder } from '../../app/files/object-name.js';
import { countText } from '../../core/amount-text.js';
import { nameText } from '../../core/visible-text.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import { showSize } from '../amounts.js';
import { wordOf, type CommandSpec } from '../command.js';
import { nothingStored } from '../nothing-stored.js';

/** What lies in a folder. */
interface Usage {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  /** Bytes of all shards, which is what providers keep. */
  readonly storedBytes: number;
}

const plus = (usage: Usage, { bytes, k, n }: ObjectRecord): Usage => ({
  name: usage.name,
  files: usage.files + 1,
  bytes: usage.bytes + bytes,
  storedBytes: usage.storedBytes + Math.ceil((bytes * n) / k),
});

/** The folder below `prefix` that an object lies in, or the prefix itself. */
const folderOf = (name: string, prefix: string): string => {
  const below = prefix === '' || name === prefix ? name : name.slice(prefix.length + 1);
  const at = below.indexOf('/');
  return at < 0 ? prefix : `${prefix === '' ? '' : `${prefix}/`}${below.slice(0, at)}`;
};

/** What lies in the folders right below `prefix`, the largest first, and in `prefix` itself; and all together. */
export const usageOf = async (
  objects: AsyncIterable<ObjectRecord>,
  prefix: string,
): Promise<{ readonly folders: readonly Usage[]; readonly all: Usage }> => {
  const folder = prefix.replace(/\/+$/, '');
  const none = (name: string): Usage => ({ name, files: 0, bytes: 0, storedBytes: 0 });
  const folders = new Map<string, Usage>();
  let all = none(prefix);
  for await (const object of objects) {
    if (object.state !== 'stored' || !liesUnder(object.name, prefix)) continue;
    const name = folderOf(object.name, folder);
    folders.set(name, plus(folders.get(name) ?? none(name), object));
    all = plus(all, object);
  }
  return { folders: [...folders.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)), all };
};

/** Characters that "1023.99 MiB" takes. */
const SIZE_WIDTH = 11;

const lineOf = ({ files, bytes, storedBytes }: Usage, name: string): string =>
  `${showSize(bytes).padStart(SIZE_WIDTH)}  ${showSize(storedBytes).padStart(SIZE_WIDTH)} stored  ${countText(files, 'file').padStart(12)}  ${name}`;

export const command: CommandSpec = {
  arguments: [{ flags: '[prefix]', description: 'folder of names (default: everything)' }],
  examples: ['holdfast du', 'holdfast du photos/ --json'],
  run: async (call) => {
    const { storedObjects } = await import('../../app/local-catalogue.js');
    const prefix = wordOf(call, 0);
    const { folders, all } = await usageOf(storedObjects(await call.settings(), call.signal), prefix);
    if (all.files === 0) return { text: [nothingStored(prefix)], json: { folders, all } };
    return {
      text: [
        ...folders.map((usage) => lineOf(usage, usage.name === '' ? '(in no folder)' : nameText(usage.name))),
        lineOf(all, 'all together'),
      ],
      json: { folders, all },
    };
  },
};
