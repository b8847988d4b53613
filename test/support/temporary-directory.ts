import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh directory, and what removes it. */
export const temporaryDirectory = async (): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-'));
  return { path, remove: async () => rm(path, { recursive: true, force: true }) };
};

/** Runs `task` with a fresh directory that is gone afterwards. */
export const withDirectory = async <Result>(task: (path: string) => Promise<Result>): Promise<Result> => {
  const { path, remove } = await temporaryDirectory();
  try {
    return await task(path);
  } finally {
    await remove();
  }
};
