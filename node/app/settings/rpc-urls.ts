import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Settings } from './config.js';

/** The chain's JSON-RPC addresses, the preferred one first. RPC_MISSING. */
export const rpcUrlsOf = (settings: Settings): readonly string[] => {
  if (settings.rpc === undefined) throw new HoldfastError('RPC_MISSING', {});
  return settings.rpc;
};
