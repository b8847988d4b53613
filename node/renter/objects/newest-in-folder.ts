import type { Catalogue, StoredObject } from '../../ports/catalogue.js';

/** The newest that is stored of each name in a folder of names, in no order. Reads those in the folder alone. */
export const newestInFolder = async (catalogue: Pick<Catalogue, 'inFolder'>, folder: string): Promise<readonly StoredObject[]> => {
  const newest = new Map<string, StoredObject>();
  for await (const object of catalogue.inFolder(folder))
    if (object.state === 'stored' && (newest.get(object.name)?.storedAt ?? -1) <= object.storedAt) newest.set(object.name, object);
  return [...newest.values()];
};
