/** How to begin with what the endpoints said, each by its place among them. */
export type StartDecision =
  /** On chain `chainId`; those of `foreign` serve another, and are set aside. */
  | { readonly kind: 'serve'; readonly chainId: bigint; readonly foreign: readonly number[] }
  /** Nobody serves the chain, and one that is silent may: those of `foreign` serve another. */
  | { readonly kind: 'wait'; readonly foreign: readonly number[] }
  /** The addresses are of another chain, or nobody said which of two chains is meant. */
  | { readonly kind: 'refuse'; readonly foreign: number; readonly expected: bigint };

/**
 * Decides by the chain that each endpoint serves, undefined for one that is silent. `wanted` is the chain that is meant; undefined where it is that
 * of the first endpoint that answers, and then all must serve it.
 */
export const decideStart = (chains: readonly (bigint | undefined)[], wanted: bigint | undefined): StartDecision => {
  const expected = wanted ?? chains.find((chain) => chain !== undefined);
  const foreign = [...chains.keys()].filter((place) => chains[place] !== undefined && chains[place] !== expected);
  const [first] = foreign;
  const isSilent = chains.includes(undefined);
  if (expected === undefined) return { kind: 'wait', foreign };
  if (first !== undefined && (wanted === undefined || (!isSilent && !chains.includes(expected))))
    return { kind: 'refuse', foreign: first, expected };
  return chains.includes(expected) ? { kind: 'serve', chainId: expected, foreign } : { kind: 'wait', foreign };
};
