import { parentPort, type MessagePort } from 'node:worker_threads';
import { createErasure } from '../../core/data/erasure.js';
import { createSlabWork } from '../../core/data/slab-work.js';
import { errorMessage, type SlabAnswer, type SlabJob, type SlabResult } from './slab-messages.js';

/** Entry of a worker thread: takes jobs from its parent one by one. */
const work = createSlabWork(createErasure());
const port = parentPort as MessagePort;

const run = async (message: SlabJob): Promise<SlabResult> =>
  message.kind === 'encode' ? work.encode(message.job) : { ...(await work.decode(message.job)), roots: [] };

const answer = (message: SlabAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

port.on('message', (message: SlabJob) => {
  run(message).then(
    (result) => answer({ result }, [result.room.buffer]),
    (error: unknown) => answer({ error: errorMessage(error) }),
  );
});
