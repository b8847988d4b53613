/**
 * The lowest nonce that neither the chain has seen used (it has `used` transactions of the account) nor anything of `held` has, where
 * something of `held` has to wait for it; undefined if there is none.
 */
export const decideGap = (held: readonly number[], used: number): number | undefined => {
  let gap = used;
  while (held.includes(gap)) gap++;
  return held.some((nonce) => nonce > gap) ? gap : undefined;
};
