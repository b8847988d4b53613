import type { FailedCheck } from '../ports/upkeep-memory.js';
import { readCatalogue } from './local-catalogue.js';
import type { Settings } from './settings/config.js';

/** Checks that providers failed, as this home folder remembers them: neither a password nor an RPC is asked. */
export const failedChecksOf = (settings: Settings, signal?: AbortSignal): Promise<readonly FailedCheck[]> =>
  readCatalogue(settings, async (catalogue) => (catalogue ? await Array.fromAsync(catalogue.failedChecks.all()) : []), signal);
