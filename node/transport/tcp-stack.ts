import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import type { StackOf } from './host.js';

/** The muxer's window: four frames, so that it never holds less than what is in flight nor much more. */
const STREAM_WINDOW_BYTES = 1 << 20;

/** TCP, encrypted by noise, its streams kept apart by yamux. */
export const tcpStack: StackOf = ({ streamsPerConnection }) => ({
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [
    yamux({
      maxInboundStreams: streamsPerConnection,
      // Streams that come before the connection is set up count separately, and one too many ends the connection.
      maxEarlyStreams: streamsPerConnection,
      streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES },
    }),
  ],
});
