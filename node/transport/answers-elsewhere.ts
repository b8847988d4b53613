import type { Connection } from '@libp2p/interface';
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { createHost, type Host, type StackOf } from './host.js';
import { createPeerKey } from './peer-key.js';

export interface ElsewhereOptions {
  readonly stack: StackOf;
  /** Longest wait for one address to answer, and for what answers to be this host, milliseconds. Default 5,000. */
  readonly patienceMilliseconds?: number;
}

/** Addresses that are dialled at most. */
const MOST_ADDRESSES = 4;

const addressOf = (text: string, peer: string): Multiaddr | undefined => {
  try {
    return multiaddr(`${text.replace(/\/p2p\/[^/]*$/, '')}/p2p/${peer}`);
  } catch {
    return undefined;
  }
};

/** Whether a connection of `stranger` comes in at `host` before `patience` ends. */
const comesIn = async (host: Host, stranger: Host, patience: AbortSignal): Promise<boolean> => {
  const isHere = (): boolean => host.node.getConnections(stranger.node.peerId).length > 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (isHere()) resolve();
  };
  host.node.addEventListener('connection:open', look);
  patience.addEventListener('abort', () => resolve(), { once: true });
  look();
  await promise;
  host.node.removeEventListener('connection:open', look);
  return isHere();
};

/**
 * The first of `addresses` at which another process answers with the peer id of `host`; undefined where none does. Whoever answers has
 * the key: the handshake proves it. A connection that comes in at `host` itself, by whatever way, is its own.
 */
export const answersElsewhere = async (
  host: Host,
  addresses: readonly string[],
  { stack, patienceMilliseconds = 5_000 }: ElsewhereOptions,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const stranger = await createHost({ stack, peerKey: createPeerKey() });
  const patience = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(patienceMilliseconds)]);
  try {
    for (const text of addresses.slice(0, MOST_ADDRESSES)) {
      const address = addressOf(text, host.peer);
      const connection: Connection | undefined =
        address && (await stranger.node.dial(address, { signal: patience() }).catch(() => undefined));
      if (connection === undefined) continue;
      if (!(await comesIn(host, stranger, patience())) && !signal.aborted) return text;
      await connection.close({ signal: patience() }).catch(() => undefined);
    }
    return undefined;
  } finally {
    await stranger.stop();
  }
};
