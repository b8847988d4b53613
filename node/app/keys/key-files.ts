import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod/v4';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { unreadable } from '../../disk/disk-error.js';
import { ownDirectory } from '../../disk/directory-owner.js';
import { makeDirectory, removeDurably, writeDurably, writeDurablyShared } from '../../disk/durable-file.js';

/** The files of a folder of keys: read by anybody, changed by one process at a time. */
export interface KeyFiles {
  readonly folder: string;
  pathOf(name: string): string;
  /** Text of the file `name`, undefined if there is none. FILE_UNREADABLE, KEYSTORE_CORRUPT (over 16 KiB). */
  read(name: string): Promise<string | undefined>;
  /** Runs `work` as the only one who changes the folder, which is made if it is not there. KEYS_IN_USE. */
  change<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Writes one file, durably. Within {@link KeyFiles.change} only. */
  write(name: string, text: string): Promise<void>;
  /** Replaces several files, all or none of them whenever the power fails, durably. Within {@link KeyFiles.change} only. */
  writeTogether(files: ReadonlyMap<string, string>): Promise<void>;
}

/** Most bytes of a key file. */
const FILE_CAP = 16 << 10;
/** Most files that change together. */
const MOST_FILES = 256;

/** Holds the new texts of all files that change together, from the moment they count until each has its own. */
const TOGETHER = 'changing-together.json';

const schema = z.strictObject({
  holdfastTogether: z.literal(1),
  files: z.record(z.string().regex(/^[a-z0-9-]{1,80}\.json$/), z.string().max(FILE_CAP)),
});

/** The files of `folder`. */
export const keyFilesIn = (folder: string): KeyFiles => {
  const pathOf = (name: string): string => join(folder, name);

  const readText = async (name: string, cap: number): Promise<string | undefined> => {
    const path = pathOf(name);
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw unreadable(path, cause);
    });
    if (text !== undefined && text.length > cap) throw new HoldfastError('KEYSTORE_CORRUPT', { path });
    return text;
  };

  /** Texts that count, though their files may still have the ones before. */
  const readTogether = async (): Promise<ReadonlyMap<string, string>> => {
    const text = await readText(TOGETHER, FILE_CAP * MOST_FILES);
    if (text === undefined) return new Map();
    try {
      return new Map(Object.entries(schema.parse(JSON.parse(text)).files));
    } catch (cause) {
      throw new HoldfastError('KEYSTORE_CORRUPT', { path: pathOf(TOGETHER) }, { cause });
    }
  };

  const finish = async (files: ReadonlyMap<string, string>): Promise<void> => {
    if (files.size === 0) return;
    for (const [name, text] of files) await writeDurably(pathOf(name), text);
    await removeDurably(pathOf(TOGETHER));
  };

  return {
    folder,
    pathOf,
    read: async (name) => (await readTogether()).get(name) ?? (await readText(name, FILE_CAP)),
    change: async (work) => {
      await makeDirectory(folder, 0o700);
      const release = await ownDirectory(folder, { inUse: (pid) => new HoldfastError('KEYS_IN_USE', { folder, pid }) });
      try {
        await finish(await readTogether());
        return await work();
      } finally {
        await release();
      }
    },
    write: (name, text) => writeDurablyShared(pathOf(name), text),
    writeTogether: async (files) => {
      if (files.size > MOST_FILES) throw new RangeError(`at most ${MOST_FILES} files change together, not ${files.size}`);
      await writeDurably(pathOf(TOGETHER), JSON.stringify({ holdfastTogether: 1, files: Object.fromEntries(files) }));
      await finish(files);
    },
  };
};
