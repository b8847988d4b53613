import { makeDirectory, writeDurablyShared } from '../../disk/durable-file.js';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unreadable } from '../../disk/disk-error.js';
import { editSettings, parseSettings } from './text.js';

/** The text of the settings file at `path`; undefined if there is none. FILE_UNREADABLE. */
export const readSettingsText = async (path: string): Promise<string | undefined> =>
  await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw unreadable(path, cause);
  });

/** Writes the settings file whole, or leaves the old one. */
export const writeSettingsText = async (path: string, text: string): Promise<void> => {
  await makeDirectory(dirname(path), 0o700);
  await writeDurablyShared(path, text);
};

/** Sets `changes` in the settings file, section by section, and keeps everything else in it, comments too. */
export const changeSettingsFile = async (path: string, changes: Readonly<Record<string, unknown>>): Promise<void> => {
  const text = (await readSettingsText(path)) ?? '{}\n';
  parseSettings(text, path);
  await writeSettingsText(path, editSettings(text, changes));
};
