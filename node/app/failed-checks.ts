import { existsSync } from 'node:fs';
import type { FailedCheck } from '../ports/upkeep-memory.js';
import { openCatalogueHere } from '../storage/catalogue.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';

/** Checks that providers failed, as this home folder remembers them: neither a password nor an RPC is asked. STORE_LOCKED while another process has it. */
export const failedChecksOf = async (settings: Settings): Promise<readonly FailedCheck[]> => {
  const { catalogue: path } = foldersOf(settings);
  if (!existsSync(path)) return [];
  const catalogue = await openCatalogueHere(path);
  try {
    return await Array.fromAsync(catalogue.failedChecks.all());
  } finally {
    await catalogue.close();
  }
};
