import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What Linux allows in a file's name and programs stumble over. */
const NAMES = [
  ' leading and trailing ',
  'new\nline',
  'carriage\rreturn',
  'tab\tand\u001b[31m red',
  '\u001b]0;title\u0007',
  '-',
  '-rf',
  '--json',
  '*',
  '~',
  '$(reboot)',
  '`reboot`; true',
  'it\'s "quoted"',
  'back\\slash',
  '\u00e9',
  'e\u0301',
  'CASE',
  'case',
  '\u540d\u524d',
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}',
  '\u202egnp.exe',
  '\ufeffmark',
  '.hidden',
  '...',
  'CON',
  '%2e%2e%2f',
  'ends with dot.',
  'of a part.0123456789ab.part',
  'a'.repeat(255),
  '\u540d'.repeat(85),
] as const;
/** Those of them that leave room for more in a name. */
const SHORT = NAMES.filter((name) => Buffer.byteLength(name) < 200);

/** Lengths around leaves, shards, stretches and packs, bytes. */
const LENGTHS = [0, 1, 31, 32, 33, 127, 128, 129, 1_000, 4_096, 10_240, 10_240, 10_240, 65_537, 200_000];
/** Files of the same length that are alike: every so many. */
const ALIKE = 97;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const pathOf = (index: number): string => {
  const name = NAMES[index] ?? `${index} ${SHORT[(index + Math.floor(index / SHORT.length)) % SHORT.length]}`;
  return join(index % 7 === 0 ? '' : `folder ${index % 7}`, index % 3 === 0 ? '' : `in\nner ${index % 5}`, name);
};

const bytesAt = (index: number): Uint8Array => {
  const length = LENGTHS[index % LENGTHS.length] ?? 0;
  if (index % ALIKE === 0) return Buffer.alloc(length, 'alike');
  return randomBytes(length > 1_000 ? length + (index % 13) : length);
};

/** A folder of files, and what is beside them. */
export interface HostileFolder {
  /** SHA-256 of each file, by its path in the folder. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths in the folder of what is no plain file and no folder, in the order of their bytes. */
  readonly links: readonly string[];
  /** Paths of folders in which nothing lies. */
  readonly empties: readonly string[];
}

/** Makes `count` files of hostile names in nested folders, one of `large` bytes, links to a file, a folder and nowhere, and empty folders. */
export const makeHostileFolder = async (folder: string, count: number, large: number): Promise<HostileFolder> => {
  const files = new Map<string, string>();
  const add = async (path: string, bytes: Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes, { flag: 'wx' });
    files.set(path, digestOf(bytes));
  };
  for (let index = 0; index < count - 1; index++) await add(pathOf(index), bytesAt(index));
  await add('several slabs', randomBytes(large));
  const links = ['link to\na file', 'link to a folder', 'link to nowhere'];
  await symlink('several slabs', join(folder, links[0] as string));
  await symlink('.', join(folder, links[1] as string));
  await symlink('/no/such/place', join(folder, links[2] as string));
  const empties = [join('empty', ' of all ')];
  await Promise.all(empties.map((path) => mkdir(join(folder, path), { recursive: true })));
  return { files, links, empties };
};

/** SHA-256 of each plain file below `folder`, by its path in it. */
export const digestsIn = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const digests = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) digests.set(path.slice(folder.length + 1), digestOf(await readFile(path)));
  }
  return digests;
};
