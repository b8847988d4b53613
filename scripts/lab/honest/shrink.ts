import type { Script, Step } from './run.js';

/** What a run that goes wrong says first: two runs are the same failure when they agree in it. */
export type Verdict = string | undefined;

const without = (steps: readonly Step[], from: number, count: number): Step[] => [...steps.slice(0, from), ...steps.slice(from + count)];

/**
 * Fewer steps that still go wrong in the same way: halves are left out first, then quarters, at last single ones.
 * @param tries How many runs that may take.
 */
export const shrink = async (script: Script, judge: (script: Script) => Promise<Verdict>, tries: number): Promise<Script> => {
  const wrong = await judge(script);
  let { steps } = script;
  let left = tries;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < steps.length && left > 0; left--) {
      const fewer = without(steps, from, size);
      if ((await judge({ ...script, steps: fewer })) === wrong) steps = fewer;
      else from += size;
    }
  }
  return { ...script, steps };
};
