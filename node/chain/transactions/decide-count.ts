/** How many transactions of an account are mined, as one RPC alone says, and whether it shows the newest of them; undefined where it cannot. */
export interface Claim {
  readonly count: number;
  readonly isShown: boolean | undefined;
}

/**
 * The count among `counts`, on which RPCs disagree, by the nonce of the newest transaction that is known to be mined: what is lower is a lie. Of
 * several that may be true, the one that tells of nobody else with the key; undefined where no such nonce is known.
 */
export const decideCount = (counts: readonly number[], newest: number | undefined): number | undefined => {
  const least = newest === undefined ? 0 : newest + 1;
  const [only, ...others] = new Set(counts.filter((count) => count >= least));
  if (only !== undefined && others.length === 0) return only;
  return newest === undefined ? undefined : least;
};

/**
 * The highest count that is shown: nobody can make up what the account's key has signed. Undefined where a higher one may be true, or none is
 * shown; a count of nothing needs no showing.
 */
export const decideShown = (claims: readonly Claim[]): number | undefined => {
  const shown = claims.filter(({ count, isShown }) => count === 0 || isShown === true).map(({ count }) => count);
  const most = Math.max(...shown);
  const isOpen = claims.some(({ count, isShown }) => count > most && isShown === undefined);
  return shown.length === 0 || isOpen ? undefined : most;
};
