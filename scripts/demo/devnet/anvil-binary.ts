import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program of anvil itself, as its npm package ships it: killing the wrapper in `.bin` would leave it running. */
export const anvilBinary = join(
  import.meta.dirname,
  `../../../node_modules/@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}/bin/anvil`,
);

export interface AnvilStates {
  /** What anvil is started with. */
  readonly args: readonly string[];
  /** Takes away what it left. */
  readonly remove: () => Promise<void>;
}

/** A place of its own for the states of blocks that anvil puts on disk: in the home it leaves half a gigabyte behind for each chain that is killed. */
export const anvilStates = async (): Promise<AnvilStates> => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-anvil-states-'));
  return {
    args: ['--cache-path', folder],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
