import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './judge.js';
import type { Mutant } from './changes/mutant.js';

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
        const answer = await ask(child, mutant);
        if (typeof answer === 'string') {
          child.kill('SIGKILL');
          child = undefined;
        }
        if (signal.aborted) return;
        const verdict: Verdict = typeof answer === 'string' ? { kind: 'caught', file: '', test: answer } : answer;
        report(mutant, verdict, (performance.now() - started) / 1_000);
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

/**
 * The worker's verdict, or in words why there is none: a mutant that never ends, or takes all memory, takes its worker along. No
 * test could have passed on it.
 */
const ask = (child: ChildProcess, mutant: Mutant): Promise<Verdict | string> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => done(`not done within ${DEADLINE / 1_000} s`), DEADLINE);
    const onMessage = (verdict: Verdict): void => done(verdict);
    const onExit = (code: number | null): void => done(`the tests ended with ${code ?? 'a signal'}`);
    const done = (answer: Verdict | string): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(answer);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(mutant);
  });
