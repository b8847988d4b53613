import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { unlessAborted } from '../../../../node/core/tasks/waiting.js';
import { judgementOf } from '../judgement.js';
import type { Judge } from '../kind.js';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** Longest a mutant may take, milliseconds. */
const DEADLINE = 900_000;

/** A judge whose worker stays for the next mutant, unless one took it along. `compiledFile` holds the contracts as they are. */
export const createCompilingJudge = (compiledFile: string): Judge => {
  let worker: ChildProcess | undefined;
  const close = (): void => {
    worker?.kill('SIGKILL');
    worker = undefined;
  };
  return {
    judge: async (mutant, signal) => {
      worker ??= await startWorker(compiledFile);
      const judgement = judgementOf(worker, DEADLINE);
      worker.send(mutant);
      const { verdict, alive } = await unlessAborted(judgement, signal);
      if (!alive) close();
      return verdict;
    },
    close,
  };
};

const startWorker = async (compiledFile: string): Promise<ChildProcess> => {
  const child = fork(WORKER, [compiledFile], {
    execArgv: ['--conditions=holdfast-source', '--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Each job has a core to itself.
    env: { ...process.env, RAYON_NUM_THREADS: '1' },
  });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`a worker ended with ${code} before it began`)));
  });
  return child;
};
