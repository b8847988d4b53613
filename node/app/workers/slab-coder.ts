import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SlabCoder } from '../../ports/world.js';
import { loadErasureWasm } from './erasure-wasm.js';
import { errorFrom, type SlabAnswer, type SlabJob, type SlabResult } from './slab-messages.js';
import { createThreadPool } from './thread-pool.js';

export interface WorkerSlabCoderOptions {
  /** Most threads; default: one fewer than the machine runs at once, 1 to 4. */
  readonly threads?: number;
  /** Most slabs that wait for a thread; default 64, WORKERS_BUSY beyond. */
  readonly waiting?: number;
}

const defaultThreads = (): number => Math.min(4, Math.max(1, availableParallelism() - 1));

/** A copy in a buffer of its own: it can be transferred, and the caller keeps its bytes. */
const detached = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

/**
 * The slab coder of `node/core` in worker threads, so that the event loop stays free. Threads start with the first slab
 * and take this process's Node options, a TypeScript loader's too.
 * Beyond the errors of the core's coder: WORKERS_BUSY, WORKER_LOST, and ABORTED after `close`.
 */
export const createWorkerSlabCoder = async ({ threads, waiting }: WorkerSlabCoderOptions = {}): Promise<SlabCoder> => {
  const workerData = await loadErasureWasm();
  const pool = createThreadPool<SlabJob, SlabAnswer>({
    start: () => new Worker(new URL('./slab-worker.js', import.meta.url), { workerData }),
    threads: threads ?? defaultThreads(),
    waiting: waiting ?? 64,
  });
  const run = async <Result extends SlabResult>(job: SlabJob, buffers: readonly Uint8Array<ArrayBuffer>[]): Promise<Result> => {
    const answer = await pool.run(
      job,
      buffers.map(({ buffer }) => buffer),
    );
    if ('error' in answer) throw errorFrom(answer.error);
    return answer.result as Result;
  };
  return {
    encode: (plaintext, k, n, keys) => {
      const copy = detached(plaintext);
      return run({ kind: 'encode', plaintext: copy, k, n, keys }, [copy]);
    },
    decode: (shards, k, n, length) => {
      const copies = shards.map(({ bytes }) => detached(bytes));
      const keyed = shards.map((shard, i) => ({ ...shard, bytes: copies[i] as Uint8Array }));
      return run({ kind: 'decode', shards: keyed, k, n, length }, copies);
    },
    close: () => pool.close(),
  };
};
