import { HoldfastError } from '../core/errors/holdfast-error.js';

/** What libp2p tells of one address: `  /ip4/…: Error: listen EADDRINUSE: address already in use …`, and below it where that was thrown. */
const TOLD = /^\s*\/\S+: (?:\w*Error: )?(.+)$/;

/** A host that cannot listen as it is told to, as LISTEN_FAILED: the reason in words, without where in the code it came up. */
export const listenFailure = (listen: readonly string[], error: unknown): HoldfastError => {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n');
  const told = lines.flatMap((line) => TOLD.exec(line)?.[1] ?? []);
  const reason = (told.length > 0 ? told.join('; ') : (lines[0] ?? '')).slice(0, 300);
  return new HoldfastError('LISTEN_FAILED', { addresses: listen.join(', '), reason }, { cause: error });
};
