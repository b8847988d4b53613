import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './disk-error.js';

/** Age from which a draft is nobody's any more, milliseconds: whoever writes touches it. */
const ABANDONED = 86_400_000;

/** Whoever writes next meets the same error, and says so. */
const unlessSystem = (error: unknown): undefined => {
  if (systemCode(error) === undefined) throw error;
};

/**
 * Removes from `directory` what writers that were interrupted left: entries called as drafts are, untouched for a day. What cannot be
 * read or removed stays. `names` are those in it, where they are known.
 */
export const removeDrafts = async (directory: string, isDraft: (name: string) => boolean, names?: readonly string[]): Promise<void> => {
  for (const name of (names ?? (await readdir(directory).catch(unlessSystem)) ?? []).filter(isDraft)) {
    const path = join(directory, name);
    const found = await stat(path).catch(unlessSystem);
    if (found === undefined || found.mtimeMs + ABANDONED >= Date.now()) continue;
    await rm(path, { recursive: true, force: true }).catch(unlessSystem);
  }
};
