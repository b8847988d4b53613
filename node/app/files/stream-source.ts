import type { Readable } from 'node:stream';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createSerial } from '../../core/tasks/serial.js';
import { unlessAborted } from '../../core/tasks/waiting.js';
import { unreadable } from '../../disk/disk-error.js';
import type { ByteSource } from '../../ports/world.js';
import { createSpool } from './spool.js';

/** Most bytes of a stream that lie on disk at once, unless told otherwise: 4 GiB. */
export const SPOOL_BYTES = 2 ** 32;

export interface StreamSourceOptions {
  /** What errors call it. */
  readonly name: string;
  /** Where bytes lie between being read and being forgotten. */
  readonly folder: string;
  /** Most of them at once. Default {@link SPOOL_BYTES}. */
  readonly most?: number | undefined;
  /** Bytes of one file of the spool, for tests. */
  readonly segmentBytes?: number;
}

/** A stream to be read by position, forwards. */
export interface StreamSource extends ByteSource, AsyncDisposable {
  close(): Promise<void>;
}

/**
 * A stream as a source of bytes: it is read as far as somebody asks, so that a fast writer waits, and what was read lies in a nameless file until
 * it is forgotten. Its length is known at its end. SPOOL_FULL for who asks further ahead than `most` bytes; FILE_UNREADABLE for a stream that
 * breaks off. Closing it ends the stream, also one that nobody ever writes to.
 */
export const createStreamSource = async (stream: Readable, options: StreamSourceOptions): Promise<StreamSource> => {
  const { name, folder, most = SPOOL_BYTES, segmentBytes } = options;
  const spool = await createSpool(folder, segmentBytes);
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const serial = createSerial();
  let coming: Promise<IteratorResult<Uint8Array>> | undefined;
  let isOver = false;
  let forgotten = 0;
  let closed: Promise<void> | undefined;

  const broken = (cause: unknown): never => {
    throw unreadable(name, cause);
  };
  /** Takes one piece of the stream into the spool. A wait that is given up loses nothing. */
  const take = async (signal: AbortSignal | undefined): Promise<void> => {
    coming ??= chunks.next().catch(broken);
    const next = await unlessAborted(coming, signal);
    coming = undefined;
    if (next.done === true) isOver = true;
    else await spool.append(next.value);
  };
  const receive = async (until: number, signal: AbortSignal | undefined): Promise<void> => {
    while (!isOver && spool.length < until) await take(signal);
  };
  const end = async (): Promise<void> => {
    stream.destroy();
    await coming?.catch(() => undefined);
    await spool[Symbol.asyncDispose]();
  };
  const close = (): Promise<void> => (closed ??= end());
  return {
    get length() {
      return isOver ? spool.length : undefined;
    },
    keeps: most,
    read: async (offset, wanted, signal) => {
      if (offset < forgotten) throw new RangeError(`byte ${offset} of the stream is forgotten, up to ${forgotten}`);
      if (offset + wanted - forgotten > most && !isOver) throw new HoldfastError('SPOOL_FULL', { name, most });
      await serial('stream', () => receive(offset + wanted, signal));
      return await spool.read(offset, Math.max(0, Math.min(wanted, spool.length - offset)));
    },
    forget: (offset) => {
      forgotten = Math.max(forgotten, offset);
      spool.forget(forgotten);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
