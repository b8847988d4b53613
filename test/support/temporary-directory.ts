import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `task` with a fresh directory that is gone afterwards. */
export const withDirectory = async <Result>(task: (path: string) => Promise<Result>): Promise<Result> => {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-'));
  try {
    return await task(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
};
