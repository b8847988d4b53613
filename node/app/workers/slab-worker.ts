import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createErasure } from '../../core/data/erasure.js';
import { createSlabCoder } from '../../core/data/slab.js';
import { errorMessage, type SlabAnswer, type SlabJob, type SlabResult } from './slab-messages.js';

/** Entry of a worker thread: takes jobs from its parent one by one. `workerData` is the Reed–Solomon module's bytes. */
const coder = createSlabCoder(createErasure(workerData as Uint8Array<ArrayBuffer>));
const port = parentPort as MessagePort;

const work = (job: SlabJob): Promise<SlabResult> =>
  job.kind === 'encode' ? coder.encode(job.plaintext, job.k, job.n, job.keys) : coder.decode(job.shards, job.k, job.n, job.length);

const buffersOf = (result: SlabResult): ArrayBuffer[] =>
  (result instanceof Uint8Array ? [result] : result.map(({ bytes }) => bytes)).map((bytes) => bytes.buffer as ArrayBuffer);

const answer = (message: SlabAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

port.on('message', (job: SlabJob) => {
  work(job).then(
    (result) => answer({ result }, buffersOf(result)),
    (error: unknown) => answer({ error: errorMessage(error) }),
  );
});
