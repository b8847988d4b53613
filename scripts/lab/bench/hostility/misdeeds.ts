import type { Connection, Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { leaves, type Hash } from '../../../../node/core/units.js';
import type { Host } from '../../../../node/transport/host.js';
import { readLeavesRequest } from '../../../../node/transport/messages/read-leaves.js';
import { writeSectorRequest } from '../../../../node/transport/messages/write-sector.js';
import { authorize, dealsOf, sector, type Target } from './stage.js';

/** What strangers do to a provider, each of them again and again. */
export const misdeeds = [
  'idle connections',
  'silent streams',
  'half a header',
  'slow bytes',
  'invalid authorization',
  'reads never paid',
  'uploads never finished',
  'dial churn',
] as const;
export type Misdeed = (typeof misdeeds)[number];

/** One that misbehaves, with what it has open. */
export interface Stranger {
  readonly host: Host;
  readonly number: number;
  readonly connections: Set<Connection>;
  readonly streams: Set<Stream>;
}

const CONNECTIONS_EACH = 4;
const STREAMS_EACH = 8;

const dial = async ({ host, connections }: Stranger, { addresses }: Target, force: boolean): Promise<Connection> => {
  const connection = await host.node.dial(
    addresses.map((text) => multiaddr(text)),
    { force, signal: AbortSignal.timeout(10_000) },
  );
  connections.add(connection);
  connection.addEventListener('close', () => connections.delete(connection));
  return connection;
};
const open = async (stranger: Stranger, target: Target, protocol: string): Promise<Stream | undefined> => {
  if (stranger.streams.size >= STREAMS_EACH) return undefined;
  const [kept] = stranger.connections;
  const connection = kept ?? (await dial(stranger, target, false));
  const stream = await connection.newStream(`/holdfast/${protocol}/1`, {
    signal: AbortSignal.timeout(5_000),
    maxOutboundStreams: Infinity,
  });
  stranger.streams.add(stream);
  stream.addEventListener('close', () => stranger.streams.delete(stream));
  stream.addEventListener('remoteCloseWrite', () => void stream.close().catch(() => undefined));
  return stream;
};
const frame = (message: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(5 + message.length);
  new DataView(bytes.buffer).setUint32(0, message.length);
  bytes.set(message, 5);
  return bytes;
};
const askToRead = async (stranger: Stranger, target: Target, deal: number, forged: boolean): Promise<void> => {
  const { host } = stranger;
  const { signature, ...fields } = await authorize(deal, host.peer);
  const authorization = { ...fields, signature: (forged ? `${signature.slice(0, -4)}001b` : signature) as typeof signature };
  const first = { from: leaves(0), count: leaves(2_048), voucher: undefined, last: true };
  const stream = await open(stranger, target, 'read-leaves');
  stream?.send(frame(readLeavesRequest.encode({ authorization, root: sector.root, first })));
};
const askToWrite = async (stranger: Stranger, target: Target, deal: number): Promise<void> => {
  const authorization = await authorize(deal, stranger.host.peer);
  const stream = await open(stranger, target, 'write-sector');
  const root = `0x${crypto.randomUUID().replaceAll('-', '').repeat(2)}` as Hash;
  stream?.send(frame(writeSectorRequest.encode({ authorization, sector: { root, leaves: leaves(131_072) } })));
};
const sendSlowly = async (stranger: Stranger, target: Target): Promise<void> => {
  for (const stream of stranger.streams) stream.send(Uint8Array.of(0));
  await open(stranger, target, 'list-sectors');
};

/** One go of each; what it rejects with is the provider's answer, and the next go follows. */
export const commit: Readonly<Record<Misdeed, (stranger: Stranger, target: Target) => Promise<unknown>>> = {
  'idle connections': (stranger, target) =>
    stranger.connections.size < CONNECTIONS_EACH ? dial(stranger, target, true) : Promise.resolve(),
  'silent streams': (stranger, target) => open(stranger, target, 'terms'),
  'half a header': async (stranger, target) => (await open(stranger, target, 'sign-revision'))?.send(Uint8Array.of(0, 0, 1)),
  'slow bytes': sendSlowly,
  'invalid authorization': (stranger, target) => askToRead(stranger, target, dealsOf.unpaid.from + stranger.number, true),
  'reads never paid': (stranger, target) => askToRead(stranger, target, dealsOf.unpaid.from + stranger.number, false),
  'uploads never finished': (stranger, target) => askToWrite(stranger, target, dealsOf.empty.from + stranger.number),
  'dial churn': async (stranger, target) => (await dial(stranger, target, true)).close(),
};
