import type { Transferable, Worker } from 'node:worker_threads';
import { HoldfastError } from '../../core/errors/holdfast-error.js';

export interface ThreadPoolOptions {
  /** Starts a worker, which answers each message with one message. Called when there is work for it, not before. */
  readonly start: () => Worker;
  /** Most threads at once. */
  readonly threads: number;
  /** Most jobs waiting for a thread; WORKERS_BUSY beyond. */
  readonly waiting: number;
}

/** Runs jobs in worker threads, one at a time in each, first come first served. */
export interface ThreadPool<Job, Answer> {
  /** Sends `job` to a thread; resolves with its answer. WORKERS_BUSY, WORKER_LOST when the thread dies, ABORTED by `close`. */
  run(job: Job, transfer: readonly Transferable[]): Promise<Answer>;
  /** Ends all threads at once; what runs or waits rejects with ABORTED. */
  close(): Promise<void>;
}

interface Task<Job, Answer> {
  readonly job: Job;
  readonly transfer: readonly Transferable[];
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

interface Thread<Job, Answer> {
  readonly worker: Worker;
  /** What it works on. */
  task: Task<Job, Answer> | undefined;
  /** The error that is killing it. */
  fault: Error | undefined;
}

const stopped = (): HoldfastError => new HoldfastError('ABORTED', { what: 'work in a worker thread' });

export const createThreadPool = <Job, Answer>({
  start,
  threads: most,
  waiting: mostWaiting,
}: ThreadPoolOptions): ThreadPool<Job, Answer> => {
  const threads = new Set<Thread<Job, Answer>>();
  const waiting: Task<Job, Answer>[] = [];
  let closed = false;

  const finish = (thread: Thread<Job, Answer>, settle: (task: Task<Job, Answer>) => void): void => {
    const { task } = thread;
    thread.task = undefined;
    if (task !== undefined) settle(task);
    advance();
  };

  const startThread = (): Thread<Job, Answer> => {
    const thread: Thread<Job, Answer> = { worker: start(), task: undefined, fault: undefined };
    threads.add(thread);
    thread.worker.on('message', (answer: Answer) => finish(thread, (task) => task.resolve(answer)));
    thread.worker.on('error', (error: Error) => void (thread.fault = error));
    thread.worker.on('exit', (code) => {
      threads.delete(thread);
      const lost = new HoldfastError('WORKER_LOST', { reason: thread.fault?.message ?? `exit code ${code}` });
      finish(thread, (task) => task.reject(closed ? stopped() : lost));
    });
    return thread;
  };

  const advance = (): void => {
    while (!closed && waiting.length > 0) {
      const thread = [...threads].find(({ task }) => task === undefined) ?? (threads.size < most ? startThread() : undefined);
      if (thread === undefined) return;
      give(thread, waiting.shift() as Task<Job, Answer>);
    }
  };

  const give = (thread: Thread<Job, Answer>, task: Task<Job, Answer>): void => {
    try {
      thread.worker.postMessage(task.job, task.transfer);
      thread.task = task;
    } catch (error) {
      task.reject(error as Error);
    }
  };

  return {
    run: (job, transfer) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(stopped());
        if (waiting.length >= mostWaiting) return reject(new HoldfastError('WORKERS_BUSY', { waiting: waiting.length }));
        waiting.push({ job, transfer, resolve, reject });
        advance();
      }),
    close: async () => {
      closed = true;
      for (const task of waiting.splice(0)) task.reject(stopped());
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
};
