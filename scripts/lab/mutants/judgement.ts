import type { ChildProcess } from 'node:child_process';
import type { Verdict } from './verdict.js';

/** The verdict that a process of a judge comes to, and whether the process can judge another. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly alive: boolean;
}

/**
 * Waits for the verdict that `child` sends. A mutant that never ends, or takes all memory, takes its process along; that is caught:
 * no test could have passed on it.
 */
export const judgementOf = (child: ChildProcess, milliseconds: number): Promise<Judgement> =>
  new Promise((resolve) => {
    const done = (verdict: Verdict, alive: boolean): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve({ verdict, alive });
    };
    const give = (test: string): void => done({ kind: 'caught', file: '', test }, false);
    const onMessage = (verdict: Verdict): void => done(verdict, true);
    const onExit = (code: number | null): void => give(`the tests ended with ${code ?? 'a signal'}`);
    const timer = setTimeout(() => give(`not done within ${milliseconds / 1_000} s`), milliseconds);
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
