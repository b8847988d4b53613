import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file to be stored, and what must come back. */
export interface SourceFile {
  readonly name: string;
  /** Where it is now. */
  readonly path: string;
  readonly bytes: number;
  /** Hex, without 0x. */
  readonly sha256: string;
}

const ROOT = join(import.meta.dirname, '../../..');
/** This repository's own text, whatever of it is there. */
const CONTENT = [
  'contracts/**/*.sol',
  'node/**/*.ts',
  'scripts/**/*',
  'test/**/*',
  'docs/*.md',
  'README.md',
  'LICENSE',
  'package-lock.json',
];
/** The default file has at least as much. */
const LEAST_BYTES = 1 << 20;

/** The whole text of the repository, file after file under its name; again from the start until it is long enough. */
const repositoryText = async (): Promise<Buffer> => {
  const paths = globSync(CONTENT, { cwd: ROOT, exclude: ['node/chain/contracts/**'] }).sort();
  const parts: Buffer[] = [];
  for (const path of paths) {
    if (!(await stat(join(ROOT, path))).isFile()) continue;
    parts.push(Buffer.from(`==> ${path} <==\n`), await readFile(join(ROOT, path)));
  }
  const once = Buffer.concat(parts);
  return Buffer.concat(Array.from({ length: Math.ceil(LEAST_BYTES / once.length) }, () => once));
};

export const sha256Of = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

const describe = async (name: string, path: string): Promise<SourceFile> => ({
  name,
  path,
  bytes: (await stat(path)).size,
  sha256: await sha256Of(path),
});

/**
 * Puts the two files to store into `folder`: a copy of `path`, or the repository's own text, and a second one that is no
 * longer than it, so that the deals of the first have room.
 */
export const prepareSources = async (folder: string, path: string | undefined): Promise<readonly [SourceFile, SourceFile]> => {
  await mkdir(folder);
  const text = await repositoryText();
  const first = join(folder, 'first');
  const second = join(folder, 'second');
  if (path === undefined) await writeFile(first, text);
  else await copyFile(path, first);
  const { size } = await stat(first);
  await writeFile(second, text.subarray(0, Math.min(size, text.length >> 2)));
  return [await describe('first', first), await describe('second', second)];
};

/** Moves the files into another folder, where nobody who fetches them back looks. */
export const moveAway = async (files: readonly SourceFile[], folder: string): Promise<readonly SourceFile[]> => {
  await mkdir(folder);
  return Promise.all(
    files.map(async (file) => {
      const path = join(folder, file.name);
      await rename(file.path, path);
      return { ...file, path };
    }),
  );
};
