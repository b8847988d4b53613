import { HoldfastError } from '../core/errors.js';
import type { Settings } from './config.js';

/** The chain's JSON-RPC addresses, the preferred one first. RPC_MISSING. */
export const rpcUrlsOf = (settings: Settings): readonly [string, ...string[]] => {
  if (settings.rpc === undefined) throw new HoldfastError('RPC_MISSING', {});
  return [settings.rpc].flat() as [string, ...string[]];
};
