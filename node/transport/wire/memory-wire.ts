import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createByteQueue } from './byte-queue.js';
import { createWaiters } from '../../core/tasks/waiters.js';
import type { Wire } from './wire.js';

/** Bytes written and not yet read by the other end, up to which a write does not wait. */
const ROOM_BYTES = 64 * 1024;

/** Two ends of a {@link Wire} in one process. */
export const createMemoryWires = (renter: string, provider: string): readonly [Wire, Wire] => {
  const waiters = createWaiters();
  const makeEnd = (peer: string) => ({
    peer,
    received: createByteQueue(),
    ended: false,
    discarding: false,
    controller: new AbortController(),
  });
  type End = ReturnType<typeof makeEnd>;
  const wireOf = (own: End, other: End): Wire => {
    const gone = own.controller.signal;
    const { peer } = own;
    const stop = (end: End, reason: unknown): void => {
      if (!end.controller.signal.aborted) end.controller.abort(reason);
      end.received.clear();
      waiters.changed();
    };
    const abort = (reason: unknown): void => {
      stop(own, reason);
      stop(other, new HoldfastError('PEER_MISBEHAVED', { peer: other.peer, what: 'it broke off' }));
    };
    return {
      peer,
      origin: { address: peer, range: peer },
      gone,
      async write(bytes) {
        gone.throwIfAborted();
        if (other.discarding) return;
        other.received.push(bytes.slice());
        waiters.changed();
        while (other.received.length > ROOM_BYTES) {
          gone.throwIfAborted();
          await waiters.change();
        }
      },
      async read(length, into) {
        while (own.received.length < length) {
          gone.throwIfAborted();
          if (own.ended) throw new HoldfastError('PEER_MISBEHAVED', { peer, what: 'it ended before it had said everything' });
          await waiters.change();
        }
        const bytes = own.received.take(length, into);
        waiters.changed();
        return bytes;
      },
      async finish(lingerMilliseconds) {
        other.ended = true;
        own.discarding = true;
        own.received.clear();
        waiters.changed();
        const timer = setTimeout(() => stop(own, new Error('the other side did not finish')), lingerMilliseconds);
        while (!gone.aborted && !own.ended) await waiters.change();
        clearTimeout(timer);
        stop(own, new HoldfastError('PEER_UNREACHABLE', { peer, reason: 'this exchange is over' }));
      },
      abort,
      disconnect: abort,
    };
  };
  const renterEnd = makeEnd(provider);
  const providerEnd = makeEnd(renter);
  return [wireOf(renterEnd, providerEnd), wireOf(providerEnd, renterEnd)];
};
