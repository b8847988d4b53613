import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Points that a durable write passes, in order. At `durable` the file survives power loss under its name. */
export type WriteStep = 'written' | 'synced' | 'renamed' | 'durable';

export interface DurableWrite {
  /** Where the bytes go first; on the same file system. */
  readonly temporary: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Heeded until the file has its name. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each step, and waited for. */
  readonly onStep?: ((step: WriteStep) => void | Promise<void>) | undefined;
}

/** Makes the names in directory `path` survive power loss. */
export const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Temporary file, write, fsync, rename, fsync of the directory. A failure leaves nothing behind. */
export const writeDurably = async ({ temporary, path, bytes, signal, onStep }: DurableWrite): Promise<void> => {
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(bytes, signal ? { signal } : {});
      await onStep?.('written');
      await handle.sync();
      await onStep?.('synced');
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await onStep?.('renamed');
  await syncDirectory(dirname(path));
  await onStep?.('durable');
};
