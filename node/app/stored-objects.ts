import { existsSync } from 'node:fs';
import type { Catalogue, ObjectRecord } from '../ports/catalogue.js';
import { openCatalogueHere } from '../storage/catalogue.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';

/** Runs `task` with the catalogue of this home folder, which asks for no password; undefined where there is none. STORE_LOCKED while another process has it. */
export const withCatalogueHere = async <Result>(
  settings: Settings,
  task: (catalogue: Catalogue) => Promise<Result>,
): Promise<Result | undefined> => {
  const { catalogue: path } = foldersOf(settings);
  if (!existsSync(path)) return undefined;
  const catalogue = await openCatalogueHere(path);
  try {
    return await task(catalogue);
  } finally {
    await catalogue.close();
  }
};

/** What the catalogue of this home folder says is stored, in no order: neither a password nor an RPC is asked. STORE_LOCKED while another process has it. */
export async function* storedObjects(settings: Settings): AsyncGenerator<ObjectRecord> {
  const { catalogue: path } = foldersOf(settings);
  if (!existsSync(path)) return;
  const catalogue = await openCatalogueHere(path);
  try {
    yield* catalogue.objects();
  } finally {
    await catalogue.close();
  }
}
