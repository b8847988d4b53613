/** Counts transactions of one account that are mined and that nobody here signed. */
export interface ForeignUses {
  /** A transaction with that nonce is about to be signed here. */
  signed(nonce: number): void;
  /** Somebody else's was mined under a nonce that was signed here. */
  taken(): void;
  /** What was counted, once the chain whose newest block is `head` has seen `used` transactions of the account. */
  look(used: number, head: number): number;
}

/** Blocks from the first look in which a higher count is no news: an RPC may tell late of what an earlier process sent. */
const SETTLING_BLOCKS = 8;

/** @param next The nonce after those that an earlier process left on their way. */
export const createForeignUses = (next: number): ForeignUses => {
  let [expected, count] = [next, 0];
  let began: number | undefined;
  return {
    signed: (nonce) => {
      expected = Math.max(expected, nonce + 1);
    },
    taken: () => {
      count += 1;
    },
    look: (used, head) => {
      began ??= head;
      if (used > expected && head >= began + SETTLING_BLOCKS) count += used - expected;
      expected = Math.max(expected, used);
      return count;
    },
  };
};
