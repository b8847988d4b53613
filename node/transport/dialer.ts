import type { PeerId, Stream, Connection } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { HoldfastError, isHoldfastError } from '../core/errors/holdfast-error.js';
import type { Dialer, ProviderLink } from '../ports/link.js';
import { dialFailure } from './dial-failure.js';
import type { Host } from './host.js';
import { dialerLimits, type DialerLimits } from './limits.js';
import { createProviderLink, type OpenedWire } from './provider-link.js';
import { createSlots } from './slots.js';
import { createStreamWire } from './wire/stream-wire.js';

/** What all links to one provider share: one connection, and how often it was heard. */
interface Route {
  readonly peerId: PeerId;
  links: number;
  heard: number;
}

const parsePeer = (peer: string): PeerId => {
  try {
    return peerIdFromString(peer);
  } catch (cause) {
    throw new HoldfastError('PEER_UNREACHABLE', { peer, reason: 'that is no peer id' }, { cause });
  }
};

/** The addresses that can be parsed, each bound to the peer id, so that nobody else can answer for it. */
const usableAddresses = (peer: string, addresses: readonly string[], most: number): Multiaddr[] => {
  const usable = addresses.flatMap((text) => {
    try {
      return [multiaddr(`${text.replace(/\/p2p\/[^/]*$/, '')}/p2p/${peer}`)];
    } catch {
      return [];
    }
  });
  if (usable.length === 0) throw new HoldfastError('PEER_UNREACHABLE', { peer, reason: 'it names no address that can be used' });
  return usable.slice(0, most);
};

/** Reaches providers through `host`. Links to one provider share a connection, which is dialled again when it broke off. */
export const createDialer = (host: Host, options: { readonly limits?: Partial<DialerLimits> } = {}): Dialer => {
  const limits: DialerLimits = { ...dialerLimits, ...options.limits };
  const { node } = host;
  const requests = createSlots({ what: 'requests', total: Infinity, perPeer: limits.requestsPerProvider });
  const uploads = createSlots({ what: 'uploads', total: Infinity, perPeer: limits.uploadsPerProvider });
  const reads = createSlots({ what: 'reads', total: Infinity, perPeer: limits.readsPerProvider });
  const routes = new Map<string, Route>();

  const breakOff = (route: Route, reason: HoldfastError): void => {
    for (const connection of node.getConnections(route.peerId)) connection.abort(reason);
  };
  /**
   * Runs `work` with a deadline. A connection on which nothing was heard meanwhile is given up, and so is one that carries
   * no stream (libp2p keeps it when only its muxer has closed), so that the next call makes a new one.
   */
  const reaching = async <T>(
    route: Route,
    what: { readonly waitedFor: string; readonly milliseconds: number },
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    signal?.throwIfAborted();
    const { heard } = route;
    const deadline = AbortSignal.timeout(what.milliseconds);
    try {
      return await work(signal ? AbortSignal.any([signal, deadline]) : deadline);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const failure = dialFailure(route.peerId.toString(), error, deadline.aborted, what);
      if (failure.code === 'PEER_UNREACHABLE' || (failure.code === 'PEER_SILENT' && route.heard === heard)) breakOff(route, failure);
      throw failure;
    }
  };
  const connect = (route: Route, addresses: Multiaddr[], signal: AbortSignal | undefined): Promise<Connection> =>
    reaching(route, { waitedFor: 'a connection', milliseconds: limits.dialMilliseconds }, signal, (within) =>
      node.dial(addresses, { signal: within }),
    );

  const openWire = async (route: Route, addresses: Multiaddr[], protocols: readonly string[], signal: AbortSignal): Promise<OpenedWire> => {
    const connection = await connect(route, addresses, signal);
    const { heard } = route;
    const stream = await reaching(
      route,
      { waitedFor: `a stream for ${protocols[0]}`, milliseconds: limits.silenceMilliseconds },
      signal,
      (within): Promise<Stream> => connection.newStream([...protocols], { signal: within, maxOutboundStreams: Infinity }),
    );
    const wire = createStreamWire(stream, connection, () => route.heard++);
    wire.gone.addEventListener('abort', () => {
      const { reason } = wire.gone as { reason: unknown };
      if (isHoldfastError(reason, 'PEER_SILENT') && route.heard === heard) breakOff(route, reason);
    });
    return { wire, protocol: stream.protocol };
  };

  const release = async (peer: string, route: Route): Promise<void> => {
    route.links--;
    if (route.links > 0) return;
    routes.delete(peer);
    await node.hangUp(route.peerId);
  };

  return {
    peer: host.peer,
    async dial({ peerId: peer, addresses: texts }, signal): Promise<ProviderLink> {
      const peerId = parsePeer(peer);
      const addresses = usableAddresses(peer, texts, limits.addressesPerProvider);
      const route = routes.get(peer) ?? { peerId, links: 0, heard: 0 };
      routes.set(peer, route);
      route.links++;
      try {
        await connect(route, addresses, signal);
      } catch (error) {
        await release(peer, route);
        throw error;
      }
      return createProviderLink({
        peerId: peer,
        limits,
        requests,
        uploads,
        reads,
        openWire: (wanted, within) => openWire(route, addresses, wanted, within),
        close: () => release(peer, route),
      });
    },
  };
};
