import { existsSync } from 'node:fs';
import type { ObjectRecord } from '../ports/catalogue.js';
import { openCatalogueHere } from '../storage/catalogue.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';

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
