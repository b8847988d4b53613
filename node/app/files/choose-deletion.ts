import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { formerVersions, type VersionRule } from '../../renter/objects/former-versions.js';
import type { Catalogue, ObjectRecord } from '../../ports/catalogue.js';

type Named = Pick<Catalogue, 'object' | 'named' | 'inFolder'>;

const inFolder = async (catalogue: Named, word: string, recursive: boolean): Promise<readonly ObjectRecord[]> => {
  const objects = await Array.fromAsync(catalogue.inFolder(word.replace(/\/+$/, '')));
  if (objects.length === 0) throw new HoldfastError('OBJECT_MISSING', { name: word });
  if (!recursive) throw new HoldfastError('FOLDER_NAMED', { name: word, count: objects.length });
  return objects;
};

/** The one of that id, or all that was ever put under that name and is there: what is older would come back otherwise. */
const called = async (catalogue: Named, word: string): Promise<readonly ObjectRecord[]> => {
  const object = word.endsWith('/') ? undefined : await catalogue.object(word);
  if (object?.id === word) return [object];
  return object === undefined ? [] : Array.fromAsync(catalogue.named(word));
};

/**
 * What words name that is to be deleted, each once: by id, by name, or a whole folder; with a `rule`, of these names the
 * former versions alone. OBJECT_MISSING; FOLDER_NAMED unless `recursive`.
 */
export const chooseForDeletion = async (
  catalogue: Named,
  words: readonly string[],
  { recursive, rule }: { readonly recursive: boolean; readonly rule?: VersionRule | undefined },
): Promise<readonly ObjectRecord[]> => {
  const chosen = new Map<string, ObjectRecord>();
  for (const word of words) {
    const found = await called(catalogue, word);
    for (const object of found.length > 0 ? found : await inFolder(catalogue, word, recursive)) chosen.set(object.id, object);
  }
  const names = new Set([...chosen.values()].map(({ name }) => name));
  const doomed = rule === undefined ? [...chosen.values()] : [];
  if (rule !== undefined) for (const name of names) doomed.push(...(await formerVersions(catalogue, name, rule)));
  return doomed.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : one.storedAt - other.storedAt));
};
