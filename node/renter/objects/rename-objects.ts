import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Catalogue, ObjectRecord } from '../../ports/catalogue.js';

type Named = Pick<Catalogue, 'named' | 'inFolder'>;

/** What gets which name, and what has it now. */
export interface Renaming {
  /** As they will be. */
  readonly objects: readonly ObjectRecord[];
  /** Objects that have these names and are to be deleted. */
  readonly replaced: readonly ObjectRecord[];
}

/** What is stored under that name, or else in the folder of that name. Whoever goes on with a put that was broken off does so by its name: that stays. */
const stored = async (catalogue: Named, from: string): Promise<readonly ObjectRecord[]> => {
  const objects: ObjectRecord[] = [];
  if (!from.endsWith('/')) for await (const object of catalogue.named(from)) objects.push(object);
  if (objects.length === 0) for await (const object of catalogue.inFolder(from.replace(/\/+$/, ''))) objects.push(object);
  if (objects.length === 0) throw new HoldfastError('OBJECT_MISSING', { name: from });
  const finished = objects.filter(({ state }) => state === 'stored');
  if (finished.length === 0) throw new HoldfastError('OBJECT_NOT_STORED', { name: from });
  return finished;
};

const isThere = async (objects: AsyncIterable<ObjectRecord>): Promise<boolean> => {
  for await (const _ of objects) return true;
  return false;
};

export interface RenamingOptions {
  /** Delete what has a new name already. */
  readonly force: boolean;
  /** NAME_REFUSED for what cannot be a name. */
  readonly check: (name: string) => string;
}

/**
 * Objects of the name `from`, or in the folder of that name, under another: exactly `to`, or in the folder `to` where that ends with a slash. Reads
 * what is renamed and what has the new names, and no others. OBJECT_MISSING, OBJECT_NOT_STORED, NAME_REFUSED, and NAME_TAKEN without `force`.
 */
export const planRenaming = async (catalogue: Named, from: string, to: string, { force, check }: RenamingOptions): Promise<Renaming> => {
  const old = from.replace(/\/+$/, '');
  const target = to.endsWith('/') ? `${to.replace(/\/+$/, '')}/${old.slice(old.lastIndexOf('/') + 1)}` : to;
  const objects = await stored(catalogue, from);
  const isFolder = objects.some(({ name }) => name !== old);
  check(target);
  if (target === old || (isFolder && target.startsWith(`${old}/`)))
    throw new HoldfastError('NAME_REFUSED', { name: target, problem: 'it is what is renamed, or lies in it' });
  if (!isFolder && (await isThere(catalogue.inFolder(target))))
    throw new HoldfastError('NAME_REFUSED', {
      name: target,
      problem: 'there is a folder of that name; with "/" at its end, it goes in there',
    });
  const renamed = objects.map((object) => ({ ...object, name: check(target + object.name.slice(old.length)) }));
  // What is itself renamed is not in the way of another.
  const going = new Set(renamed.map(({ id }) => id));
  const replaced: ObjectRecord[] = [];
  for (const name of new Set(renamed.map((object) => object.name)))
    for await (const object of catalogue.named(name)) if (!going.has(object.id)) replaced.push(object);
  const [first] = replaced;
  if (first !== undefined && !force) throw new HoldfastError('NAME_TAKEN', { name: first.name, count: replaced.length });
  return { objects: renamed, replaced };
};

/** Carries it out: what is replaced goes first, and all new names come in one write. */
export const rename = async (catalogue: Pick<Catalogue, 'putObjects' | 'deleteObject'>, { objects, replaced }: Renaming): Promise<void> => {
  for (const { id } of replaced) await catalogue.deleteObject(id);
  await catalogue.putObjects(objects);
};
