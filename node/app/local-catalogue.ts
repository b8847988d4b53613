import { existsSync } from 'node:fs';
import type { Catalogue, ObjectRecord } from '../ports/catalogue.js';
import { openCatalogueHere, readCatalogueHere } from '../storage/catalogue.js';
import type { Settings } from './settings/config.js';
import { foldersOf } from './settings/folders.js';

/** Runs `work` with what `open` opens of this home folder, undefined where no catalogue was ever made, and closes it after. */
const working = async <Result>(
  settings: Settings,
  open: (path: string) => Promise<Catalogue>,
  work: (catalogue: Catalogue | undefined) => Promise<Result>,
): Promise<Result> => {
  const { catalogue: path } = foldersOf(settings);
  if (!existsSync(path)) return work(undefined);
  const catalogue = await open(path);
  try {
    return await work(catalogue);
  } finally {
    await catalogue.close();
  }
};

/** Changes the catalogue of this home folder; neither a password nor an RPC is asked. STORE_LOCKED, with whose it is, while another process has it. */
export const withCatalogue = <Result>(settings: Settings, work: (catalogue: Catalogue | undefined) => Promise<Result>): Promise<Result> =>
  working(settings, openCatalogueHere, work);

/** Reads the catalogue of this home folder as it is now, also while another process changes it; neither a password nor an RPC is asked. */
export const readCatalogue = <Result>(
  settings: Settings,
  read: (catalogue: Catalogue | undefined) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> => working(settings, (path) => readCatalogueHere(path, signal), read);

/** What the catalogue of this home folder says is stored, in no order; read as {@link readCatalogue} does. */
export async function* storedObjects(settings: Settings, signal?: AbortSignal): AsyncGenerator<ObjectRecord> {
  const { catalogue: path } = foldersOf(settings);
  if (!existsSync(path)) return;
  const catalogue = await readCatalogueHere(path, signal);
  try {
    yield* catalogue.objects();
  } finally {
    await catalogue.close();
  }
}
