import type { Libp2p, Stream } from '@libp2p/interface';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';

/* The barest stream of the same stack: TCP, noise, yamux. One side sends, the other counts. */

export const RAW_UP = '/holdfast-bench/raw-up/1';
export const RAW_DOWN = '/holdfast-bench/raw-down/1';

/** Bytes of one write. */
const PIECE = 1 << 18;
const piece = randomBytes(PIECE);
/** Bytes of a number that is said. */
const NUMBER = 8;

/** Sends so many bytes, waiting whenever the muxer is full. */
const pour = async (stream: Stream, bytes: number): Promise<void> => {
  for (let sent = 0; sent < bytes;) {
    const part = piece.subarray(0, Math.min(PIECE, bytes - sent));
    sent += part.length;
    if (!stream.send(part)) await once(stream as never, 'drain');
  }
};

const numberBytes = (value: number): Uint8Array => {
  const bytes = new Uint8Array(NUMBER);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
};

/** Counts what comes until it is so many bytes. */
const drink = (stream: Stream, bytes: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let total = 0;
    stream.addEventListener('message', ({ data }) => {
      total += data.byteLength;
      if (total >= bytes) resolve();
    });
    stream.addEventListener('close', ({ error }) => reject(error ?? new Error(`it closed after ${total} of ${bytes} bytes`)));
  });

/** Calls `begin` with the number that the other side says first, and `heard` with how many bytes came behind it. */
const listen = (stream: Stream, begin: (asked: number) => void, heard: (bytes: number) => void): void => {
  let asked: number | undefined;
  stream.addEventListener('message', ({ data }) => {
    const behind = asked === undefined ? data.byteLength - NUMBER : data.byteLength;
    if (asked === undefined) {
      const bytes = data instanceof Uint8Array ? data : data.subarray();
      begin((asked = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0)));
    }
    if (behind > 0) heard(behind);
  });
};

const ignore = (): undefined => undefined;

/** Says when as much as was announced has come; sends as many bytes as it is asked for. */
export const serveRaw = async (node: Libp2p): Promise<void> => {
  await node.handle(RAW_UP, (stream) => {
    let left = 0;
    listen(
      stream,
      (asked) => (left = asked),
      (bytes) => {
        left -= bytes;
        if (left <= 0) stream.send(numberBytes(left));
      },
    );
  });
  await node.handle(RAW_DOWN, (stream) => listen(stream, (asked) => void pour(stream, asked).catch(ignore), ignore));
};

/** Sends so many bytes, and waits until all of them were counted. */
export const rawUp = async (stream: Stream, bytes: number): Promise<void> => {
  const counted = drink(stream, NUMBER);
  stream.send(numberBytes(bytes));
  await pour(stream, bytes);
  await counted;
  stream.abort(new Error('done'));
};

/** Asks for so many bytes, and waits for them. */
export const rawDown = async (stream: Stream, bytes: number): Promise<void> => {
  const came = drink(stream, bytes);
  stream.send(numberBytes(bytes));
  await came;
  stream.abort(new Error('done'));
};
