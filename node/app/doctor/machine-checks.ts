import { hashing } from '#sha256-pairs';
import { stat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersOf } from '../settings/folders.js';
import { readSettingsText } from '../settings/file.js';
import { version } from '../version.js';
import { ok, problem, type Check } from './check.js';

/** Node, and what hashing runs on. */
export const nodeCheck: Check = {
  name: 'node',
  look: () => {
    const hashes = hashing === 'native' ? 'native hashing' : 'hashing in WebAssembly, some forty times slower: no binary for this platform';
    return Promise.resolve(ok(`holdfast ${version} on Node ${process.versions.node}, ${process.platform} ${process.arch}, ${hashes}`));
  },
};

/** Rights of others than the owner, as far as this system has such. */
const OTHERS = process.platform === 'win32' ? 0 : 0o077;

const statOf = async (path: string) =>
  await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** Key files, and the folder that they lie in, that others than the owner can open. */
const openToOthers = async (keys: string): Promise<readonly string[]> => {
  const folder = await statOf(keys);
  if (folder === undefined) return [];
  const paths = [keys, ...(await readdir(keys)).map((name) => join(keys, name))];
  const rights = await Promise.all(paths.map(async (path) => ((await statOf(path))?.mode ?? 0) & OTHERS));
  return paths.filter((_, index) => rights[index] !== 0);
};

/** The home folder, and that nobody else reads the keys in it. */
export const homeCheck: Check = {
  name: 'home',
  look: async (facts) => {
    const settings = await facts.settings.known();
    const { home } = settings;
    const found = await statOf(home);
    if (found === undefined) return problem(`there is no folder ${home} yet`, 'Run "holdfast init", or name another with --home.');
    if (!found.isDirectory()) return problem(`${home} is not a folder`, 'Move it away, or name another with --home.');
    const open = await openToOthers(foldersOf(settings).keys);
    if (open.length > 0) return problem(`others can read ${open.join(', ')}`, `Run: chmod -R go= ${foldersOf(settings).keys}`);
    return ok(home);
  },
};

/** The settings are valid, wherever they come from. */
export const settingsCheck: Check = {
  name: 'settings',
  look: async (facts) => {
    const settings = await facts.settings.learn();
    const path = foldersOf(settings).settingsFile;
    const given = [settings.network && `network ${settings.network}`, settings.role && `role ${settings.role}`].filter(Boolean);
    if ((await readSettingsText(path)) === undefined)
      return ok(`no ${path}: flags, environment and defaults count; "holdfast init" writes it`);
    return ok([path, ...given].join(', '));
  },
};
