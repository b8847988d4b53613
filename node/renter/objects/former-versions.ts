import type { Catalogue, StoredObject } from '../../ports/catalogue.js';

/** Which of what was stored under one name is not wanted any more. */
export interface VersionRule {
  /** So many of the newest stay; at least one. */
  readonly keep: number;
  /** Those that were stored since stay too, milliseconds since 1970. */
  readonly since?: number | undefined;
}

/** What was stored under a name before the versions that stay, the oldest first. What is being stored is no version yet. Reads those of the name alone. */
export const formerVersions = async (
  catalogue: Pick<Catalogue, 'named'>,
  name: string,
  { keep, since = Infinity }: VersionRule,
): Promise<readonly StoredObject[]> => {
  if (!Number.isSafeInteger(keep) || keep < 1) throw new RangeError(`of each name at least one version must stay, not ${keep}`);
  const stored: StoredObject[] = [];
  for await (const object of catalogue.named(name)) if (object.state === 'stored') stored.push(object);
  return stored.slice(0, Math.max(0, stored.length - keep)).filter(({ storedAt }) => storedAt < since);
};

/** Deletes them, name by name. Gives back what is gone. */
export const dropFormer = async (
  catalogue: Pick<Catalogue, 'named' | 'deleteObject'>,
  names: Iterable<string>,
  rule: VersionRule,
): Promise<readonly StoredObject[]> => {
  const dropped: StoredObject[] = [];
  for (const name of new Set(names))
    for (const object of await formerVersions(catalogue, name, rule)) {
      await catalogue.deleteObject(object.id);
      dropped.push(object);
    }
  return dropped;
};
