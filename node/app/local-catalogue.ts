import { existsSync } from 'node:fs';
import type { Catalogue } from '../ports/catalogue.js';
import { openCatalogueHere } from '../storage/catalogue.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';

/**
 * Works with the catalogue of this home folder, undefined where none was ever made, and closes it after: neither a password nor an RPC is asked.
 * STORE_LOCKED while another process has it.
 */
export const withCatalogue = async <Result>(
  settings: Settings,
  work: (catalogue: Catalogue | undefined) => Promise<Result>,
): Promise<Result> => {
  const { catalogue: path } = foldersOf(settings);
  if (!existsSync(path)) return work(undefined);
  const catalogue = await openCatalogueHere(path);
  try {
    return await work(catalogue);
  } finally {
    await catalogue.close();
  }
};
