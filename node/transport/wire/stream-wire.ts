import type { Connection, Stream } from '@libp2p/interface';
import { asError } from '../../core/errors/coded.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { originOf } from '../door/origin.js';
import { createByteQueue } from './byte-queue.js';
import { createWaiters } from '../../core/tasks/waiters.js';
import type { Wire } from './wire.js';

/** For which a stream that was reset waits for the end of its connection. */
const RESET_MILLISECONDS = 50;

/**
 * A libp2p stream as a {@link Wire}. The stream is paused except while a read waits for bytes, so that the muxer's window
 * holds the sender back; a write waits for `drain` whenever the muxer says so. (`stream.onDrain()` of libp2p 3.3 resolves
 * at once from its second use on, and `for await` over a stream never holds the sender back: neither is used.)
 */
export const createStreamWire = (stream: Stream, connection: Connection, onHeard?: () => void): Wire => {
  const peer = connection.remotePeer.toString();
  const controller = new AbortController();
  const gone = controller.signal;
  const waiters = createWaiters();
  const received = createByteQueue();
  let wanted = 0;
  let ended = stream.remoteWriteStatus === 'closed';
  let discarding = false;
  let reset = false;
  /** Inside `stream.resume()`: a pause there would be undone at its end, in the muxer but not in the stream. */
  let resuming = false;

  const fail = (reason: Error): void => {
    if (!gone.aborted) controller.abort(reason);
    waiters.changed();
  };
  const unreachable = (cause: unknown): HoldfastError =>
    new HoldfastError('PEER_UNREACHABLE', { peer, reason: 'the connection broke off' }, { cause });
  const brokenOff = (cause: unknown): HoldfastError => new HoldfastError('PEER_MISBEHAVED', { peer, what: 'it broke off' }, { cause });
  /** A connection that is given up resets its streams first: only if it goes on was it this stream that was broken off. */
  const failReset = (error: Error): void => {
    reset = true;
    connection.addEventListener('close', () => fail(unreachable(error)));
    setTimeout(() => fail(connection.status === 'open' ? brokenOff(error) : unreachable(error)), RESET_MILLISECONDS);
  };
  const pause = (): void => {
    if (stream.readStatus === 'readable') stream.pause();
  };
  const pauseIfEnough = (): void => {
    if (!resuming && !discarding && received.length >= wanted) pause();
  };
  const resume = (): void => {
    if (stream.readStatus !== 'paused') return;
    try {
      resuming = true;
      stream.resume();
    } catch (error) {
      // What was buffered is handed over before a closed connection refuses the window update.
      fail(unreachable(error));
    } finally {
      resuming = false;
    }
    pauseIfEnough();
  };

  pause();
  stream.addEventListener('message', ({ data }) => {
    onHeard?.();
    if (discarding) return;
    for (const chunk of data instanceof Uint8Array ? [data] : data) received.push(chunk);
    pauseIfEnough();
    waiters.changed();
  });
  stream.addEventListener('remoteCloseWrite', () => {
    ended = true;
    waiters.changed();
  });
  stream.addEventListener('drain', waiters.changed);
  stream.addEventListener('idle', waiters.changed);
  stream.addEventListener('close', ({ error, local }) => {
    if (error === undefined || local === true) fail(unreachable(error));
    else failReset(error);
  });
  if (stream.status !== 'open') fail(stream.status === 'reset' ? brokenOff(undefined) : unreachable(undefined));

  const abort = (reason: unknown): void => {
    fail(asError(reason));
    received.clear();
    stream.abort(asError(reason));
  };

  return {
    peer,
    origin: originOf(connection.remoteAddr),
    gone,
    async write(bytes) {
      while (reset && !gone.aborted) await waiters.change();
      gone.throwIfAborted();
      if (stream.send(bytes)) return;
      while (stream.writableNeedsDrain || stream.writeBufferLength > 0) {
        gone.throwIfAborted();
        await waiters.change();
      }
    },
    async read(length, into) {
      wanted = length;
      while (received.length < length) {
        resume();
        if (received.length >= length) break;
        gone.throwIfAborted();
        if (ended) throw new HoldfastError('PEER_MISBEHAVED', { peer, what: 'it ended before it had said everything' });
        await waiters.change();
      }
      wanted = 0;
      return received.take(length, into);
    },
    async finish(lingerMilliseconds) {
      discarding = true;
      received.clear();
      try {
        await stream.close();
        resume();
      } catch (error) {
        stream.abort(asError(error));
      }
      const timer = setTimeout(() => stream.abort(new Error('the other side did not finish')), lingerMilliseconds);
      while (!gone.aborted) await waiters.change();
      clearTimeout(timer);
    },
    abort,
    disconnect(reason) {
      abort(reason);
      connection.abort(asError(reason));
    },
  };
};
