import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldfastError } from '../core/errors.js';

const parse = (text: string, path: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new HoldfastError('CONFIG_INVALID', { source: path, key: '(file)', problem: 'not JSON' }, { cause });
  }
};

/** Sets `changes` in the settings file, section by section, and keeps everything else in it. */
export const changeSettingsFile = async (path: string, changes: Readonly<Record<string, unknown>>): Promise<void> => {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '{}';
    throw new HoldfastError('FILE_UNREADABLE', { path, reason: cause.message }, { cause });
  });
  const settings = parse(text, path);
  for (const [key, value] of Object.entries(changes)) {
    const before = settings[key];
    settings[key] = isSection(before) && isSection(value) ? { ...before, ...value } : value;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(settings, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
};

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
