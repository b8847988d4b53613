import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { unlessAborted } from '../../../../node/core/tasks/waiting.js';
import { childWith } from '../../changed-code/child-options.js';
import { judgementOf } from '../judgement.js';
import type { Judge } from '../kind.js';
import { guardsOf } from './guards.js';

const WORKER = fileURLToPath(new URL('./mocha-worker.ts', import.meta.url));
/** Longest a mutant may take, milliseconds. */
const DEADLINE = 300_000;

/** A judge that runs the guards of each mutant in a process which has the mutant in the place of its file. */
export const createMochaJudge = (root: string): Judge => ({
  judge: async ({ path, mutated }, signal) => {
    const { execArgv, env } = childWith(root, { [path]: mutated });
    const child = fork(WORKER, [...guardsOf(path)], {
      cwd: root,
      execArgv: [...execArgv],
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    try {
      const { verdict } = await unlessAborted(judgementOf(child, DEADLINE), signal);
      return verdict;
    } finally {
      child.kill('SIGKILL');
    }
  },
  close: () => undefined,
});
