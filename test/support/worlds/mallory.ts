import type { Connection, Stream } from '@libp2p/interface';
import type { FrameKind } from '../../../node/transport/wire/channel.js';
import type { Host } from '../../../node/transport/host.js';

const kinds: readonly FrameKind[] = ['message', 'refusal', 'pull', 'bytes'];

/** A frame as it is on the wire; `claimed` is the length that its header tells. */
export const rawFrame = (kind: FrameKind | number, payload: Uint8Array, claimed: number = payload.length): Uint8Array => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(claimed);
  header[4] = typeof kind === 'number' ? kind : kinds.indexOf(kind);
  return Buffer.concat([header, payload]);
};

/** All that comes over a stream until the other side ends it, and how it ended. */
export const listen = (stream: Stream): { readonly heard: Buffer[]; readonly ended: Promise<'finished' | 'broken off'> } => {
  const heard: Buffer[] = [];
  stream.addEventListener('message', ({ data }) => heard.push(Buffer.from(data.subarray())));
  const ended = new Promise<'finished' | 'broken off'>((resolve) => {
    stream.addEventListener('remoteCloseWrite', () => resolve('finished'));
    stream.addEventListener('close', ({ error }) => resolve(error ? 'broken off' : 'finished'));
  });
  return { heard, ended };
};

/** The frames in `heard`, in order. */
export const framesIn = (heard: readonly Buffer[]): { readonly kind: FrameKind; readonly payload: Uint8Array }[] => {
  const frames: { kind: FrameKind; payload: Uint8Array }[] = [];
  for (let rest = Buffer.concat(heard); rest.length > 0;) {
    const end = 5 + rest.readUInt32BE(0);
    frames.push({ kind: kinds[rest[4] as number] as FrameKind, payload: rest.subarray(5, end) });
    rest = rest.subarray(end);
  }
  return frames;
};

/** Lets Mallory answer a protocol as she likes. */
export const answerWith = (host: Host, protocol: string, act: (stream: Stream, connection: Connection) => void): Promise<void> =>
  host.node.handle(protocol, act, { maxInboundStreams: 1_000 });
