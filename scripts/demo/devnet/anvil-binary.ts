import { join } from 'node:path';

/** The program of anvil itself, as its npm package ships it: killing the wrapper in `.bin` would leave it running. */
export const anvilBinary = join(
  import.meta.dirname,
  `../../../node_modules/@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}/bin/anvil`,
);
