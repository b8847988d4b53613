import { concatBytes } from '../../core/data/bytes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Wire } from './wire.js';

/** `message` and `refusal` and `pull` are CBOR, `bytes` is raw. */
export type FrameKind = 'message' | 'refusal' | 'pull' | 'bytes';

const kinds: readonly FrameKind[] = ['message', 'refusal', 'pull', 'bytes'];
/** Length of the payload (4 bytes, big endian), then the kind (1 byte). */
const HEADER_BYTES = 5;
/** Payloads up to which header and payload are copied together. */
const JOINED_BYTES = 4_096;

export interface Frame {
  readonly kind: FrameKind;
  readonly payload: Uint8Array;
}

/** A kind of frame that would be welcome now: what it is called in errors and how long it may be. */
export interface Expected {
  readonly name: string;
  readonly cap: number;
}

/** Frames both ways, each bounded in bytes and in time. */
export interface Channel {
  readonly peer: string;
  /** Aborts when the other side is gone. */
  readonly gone: AbortSignal;
  /** Rejects with PEER_SILENT if the other side does not take it in `frameMilliseconds`. */
  send(kind: FrameKind, payload: Uint8Array): Promise<void>;
  /**
   * The next frame. PEER_SILENT if it does not begin within `milliseconds` or does not end in `frameMilliseconds`;
   * PEER_MISBEHAVED if it is of no expected kind, or over its cap (cause: MESSAGE_TOO_LARGE).
   */
  receive(
    expected: Readonly<Partial<Record<FrameKind, Expected>>>,
    waitedFor: string,
    milliseconds: number,
    /** Where the payload of raw bytes goes; default: a new array. A shorter one takes the first part of it. */
    into?: Uint8Array,
  ): Promise<Frame>;
  finish(): Promise<void>;
  abort(reason: unknown): void;
}

export interface ChannelOptions {
  readonly frameMilliseconds: number;
  readonly lingerMilliseconds: number;
}

const headerOf = (kind: FrameKind, length: number): Uint8Array => {
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, length);
  header[4] = kinds.indexOf(kind);
  return header;
};

export const createChannel = (wire: Wire, { frameMilliseconds, lingerMilliseconds }: ChannelOptions): Channel => {
  const { peer } = wire;
  const within = async <T>(milliseconds: number, waitedFor: string, work: () => Promise<T>): Promise<T> => {
    const timer = setTimeout(() => wire.abort(new HoldfastError('PEER_SILENT', { peer, waitedFor, milliseconds })), milliseconds);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  };
  const expectedKind = (
    expected: Readonly<Partial<Record<FrameKind, Expected>>>,
    header: Uint8Array,
    waitedFor: string,
  ): [FrameKind, number] => {
    const length = new DataView(header.buffer, header.byteOffset).getUint32(0);
    const kind = kinds[header[4] ?? kinds.length];
    const wanted = kind && expected[kind];
    if (!wanted) throw new HoldfastError('PEER_MISBEHAVED', { peer, what: `something else came where we waited for ${waitedFor}` });
    if (length > wanted.cap) {
      const cause = new HoldfastError('MESSAGE_TOO_LARGE', { message: wanted.name, bytes: length, cap: wanted.cap });
      throw new HoldfastError('PEER_MISBEHAVED', { peer, what: cause.message }, { cause });
    }
    return [kind, length];
  };
  return {
    peer,
    gone: wire.gone,
    send: (kind, payload) =>
      within(frameMilliseconds, 'it to take a frame', async () => {
        const header = headerOf(kind, payload.length);
        // What is small goes in one write: each is encrypted and sent for itself.
        if (payload.length <= JOINED_BYTES) return wire.write(concatBytes(header, payload));
        await wire.write(header);
        await wire.write(payload);
      }),
    async receive(expected, waitedFor, milliseconds, into) {
      const header = await within(milliseconds, waitedFor, () => wire.read(HEADER_BYTES));
      const [kind, length] = expectedKind(expected, header, waitedFor);
      const target = kind === 'bytes' ? into?.subarray(0, length) : undefined;
      return { kind, payload: await within(frameMilliseconds, waitedFor, () => wire.read(length, target)) };
    },
    finish: () => within(frameMilliseconds, 'it to take the last frame', () => wire.finish(lingerMilliseconds)),
    abort: (reason) => wire.abort(reason),
  };
};
