import type { Writable } from 'node:stream';
import { unlessAborted } from '../../core/tasks/waiting.js';
import type { ByteSink } from '../../ports/world.js';

/**
 * A stream as a sink of bytes, in order as they come: each write waits until the system has taken it, so that a slow reader bounds what lies in
 * memory, and no longer than until `signal` aborts. What was written cannot be taken back. Rejects as the stream does, with EPIPE where nobody
 * reads any more.
 */
export const createStreamSink = (stream: Writable, signal?: AbortSignal): ByteSink => {
  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      stream.write(bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  return {
    write: (bytes) => unlessAborted(write(bytes), signal),
    finish: async () => undefined,
    abandon: async () => undefined,
  };
};
