import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createSlabCoder, createSlabRooms, type SlabRooms } from '../../core/data/slab-coder.js';
import type { SlabWork } from '../../core/data/slab-work.js';
import type { SlabCoder } from '../../ports/world.js';
import { errorFrom, type SlabAnswer, type SlabJob, type SlabResult } from './slab-messages.js';
import { createThreadPool } from './thread-pool.js';

export interface WorkerSlabCoderOptions {
  /** Most threads; default: one fewer than the machine runs at once, 1 to 4. */
  readonly threads?: number;
  /** Most slabs that wait for a thread; default 64, WORKERS_BUSY beyond. */
  readonly waiting?: number;
  readonly rooms?: SlabRooms;
}

const defaultThreads = (): number => Math.min(4, Math.max(1, availableParallelism() - 1));

/**
 * The slab coder of `node/core` in worker threads, so that the event loop stays free: a slab's room is transferred there and back. Threads start
 * with the first slab and take this process's Node options, a TypeScript loader's too.
 * Beyond the errors of the core's coder: WORKERS_BUSY, WORKER_LOST, and ABORTED after `close`.
 */
export const createWorkerSlabCoder = ({ threads, waiting, rooms = createSlabRooms() }: WorkerSlabCoderOptions = {}): SlabCoder => {
  const pool = createThreadPool<SlabJob, SlabAnswer>({
    start: () => new Worker(new URL('./slab-worker.js', import.meta.url)),
    threads: threads ?? defaultThreads(),
    waiting: waiting ?? 64,
  });
  const run = async (message: SlabJob): Promise<SlabResult> => {
    const answer = await pool.run(message, [message.job.room.buffer]);
    if ('error' in answer) throw errorFrom(answer.error);
    return answer.result;
  };
  const work: SlabWork = {
    encode: (job) => run({ kind: 'encode', job }),
    decode: (job) => run({ kind: 'decode', job }),
    close: () => pool.close(),
  };
  return createSlabCoder(work, rooms);
};
