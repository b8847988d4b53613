import type { Catalogue } from '../../ports/catalogue.js';

/**
 * When something counts as stored under a name, milliseconds since 1970: `now`, or right after what was stored under it before, where a clock stands
 * still or was set back. So the version that was stored last is the newest, here and wherever it is told. Reads those of the name alone.
 */
export const storedAfter = async (catalogue: Pick<Catalogue, 'named'>, name: string, now: number): Promise<number> => {
  let at = Math.floor(now);
  for await (const { state, storedAt } of catalogue.named(name)) if (state === 'stored') at = Math.max(at, Math.floor(storedAt) + 1);
  return at;
};
