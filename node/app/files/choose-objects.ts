import type { ObjectRecord } from '../../ports/catalogue.js';
import type { Renter } from '../../renter/renter.js';
import { liesUnder } from './object-name.js';

/** Of each name that `wanted` takes the newest object that is stored, or else the newest that was begun. */
const newest = async (renter: Pick<Renter, 'objects'>, wanted: (name: string) => boolean): Promise<readonly ObjectRecord[]> => {
  const found = new Map<string, ObjectRecord>();
  const rank = ({ state, storedAt }: ObjectRecord): number => (state === 'stored' ? storedAt : storedAt - Number.MAX_SAFE_INTEGER);
  for await (const object of renter.objects()) {
    const known = found.get(object.name);
    if (wanted(object.name) && (!known || rank(known) < rank(object))) found.set(object.name, object);
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
};

/** What words name: objects, and of a word that names none the folder of that name. */
export interface ChosenObjects {
  readonly objects: readonly ObjectRecord[];
  readonly missing: readonly string[];
  /** Whether any word named a folder. */
  readonly isFolder: boolean;
}

export const chooseObjects = async (renter: Pick<Renter, 'object' | 'objects'>, words: readonly string[]): Promise<ChosenObjects> => {
  const objects = new Map<string, ObjectRecord>();
  const folders: string[] = [];
  for (const word of words) {
    const object = word.endsWith('/') ? undefined : await renter.object(word);
    if (object) objects.set(object.id, object);
    else folders.push(word);
  }
  const prefixOf = (word: string): string => (word.endsWith('/') ? word : `${word}/`);
  const isIn = (word: string, name: string): boolean => liesUnder(name, prefixOf(word));
  const inFolders = folders.length === 0 ? [] : await newest(renter, (name) => folders.some((word) => isIn(word, name)));
  for (const object of inFolders) objects.set(object.id, object);
  const missing = folders.filter((word) => !inFolders.some(({ name }) => isIn(word, name)));
  return { objects: [...objects.values()], missing, isFolder: inFolders.length > 0 };
};
