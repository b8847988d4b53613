import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './judge.js';
import type { Mutant } from './mutant.js';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** Longest a mutant may take, milliseconds: one that never ends is caught, no test would have passed. */
const DEADLINE = 300_000;

/** Judges `mutants`, `jobs` at a time, each job in a process of its own; `report` hears of each as it is done. */
export const judgeAll = async (
  mutants: readonly Mutant[],
  compiledFile: string,
  jobs: number,
  signal: AbortSignal,
  report: (mutant: Mutant, verdict: Verdict, seconds: number) => void,
): Promise<void> => {
  const queue = [...mutants];
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    try {
      for (let mutant = queue.shift(); mutant && !signal.aborted; mutant = queue.shift()) {
        child ??= await startWorker(compiledFile, signal);
        const started = performance.now();
        const verdict = await ask(child, mutant);
        if (verdict === undefined) {
          child.kill('SIGKILL');
          child = undefined;
        }
        const seconds = (performance.now() - started) / 1_000;
        report(mutant, verdict ?? { kind: 'caught', file: '', test: `not done within ${DEADLINE / 1_000} s` }, seconds);
      }
    } finally {
      child?.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
};

const startWorker = async (compiledFile: string, signal: AbortSignal): Promise<ChildProcess> => {
  const child = fork(WORKER, [compiledFile], {
    execArgv: ['--conditions=holdfast-source', '--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Each job has a core to itself.
    env: { ...process.env, RAYON_NUM_THREADS: '1' },
    signal,
    killSignal: 'SIGKILL',
  });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`a worker ended with ${code} before it began`)));
  });
  return child;
};

/** The worker's verdict, or undefined if it is not done in time. */
const ask = (child: ChildProcess, mutant: Mutant): Promise<Verdict | undefined> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(() => resolve(undefined)), DEADLINE);
    const onMessage = (verdict: Verdict): void => done(() => resolve(verdict));
    const onExit = (code: number | null): void => done(() => reject(new Error(`a worker ended with ${code} over ${mutant.id}`)));
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      settle();
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(mutant);
  });
