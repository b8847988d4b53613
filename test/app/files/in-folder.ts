import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDirectory } from '../../support/temporary-directory.js';
import { createFakeRenter } from './fake-renter.js';

export type Fake = ReturnType<typeof createFakeRenter>;

/** A folder with three files of 640, 64 and 6,400 bytes. */
export const withFolder = (task: (folder: string, fake: Fake) => Promise<void>): Promise<void> =>
  withDirectory(async (folder) => {
    await mkdir(join(folder, 'in', 'deep'), { recursive: true });
    await writeFile(join(folder, 'in', 'a'), 'a'.repeat(640));
    await writeFile(join(folder, 'in', 'b'), 'b'.repeat(64));
    await writeFile(join(folder, 'in', 'deep', 'c'), 'c'.repeat(6_400));
    await task(folder, createFakeRenter());
  });
