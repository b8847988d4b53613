/** Milliseconds without a question of the daemon in which it is not waited for any more: its RPC may hang. */
const GIVEN_UP = 5_000;
/** Milliseconds after a question in which it may rest until the next. */
const REST = 400;

/**
 * Tells whether a daemon looks at the chain: it has asked an RPC something within its rest between two looks, or nothing for so long
 * that it waits for an answer. One that is short of computing time is neither.
 */
export const watchFollowing = (asked: () => number, now = Date.now): (() => boolean) => {
  let last = { asked: asked(), at: now() };
  return () => {
    if (asked() !== last.asked) last = { asked: asked(), at: now() };
    const silence = now() - last.at;
    return silence <= REST || silence >= GIVEN_UP;
  };
};
