import type { Connection, ConnectionGater, Libp2p, MultiaddrConnection } from '@libp2p/interface';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Acquaintances } from './door/acquaintances.js';
import { createAllowance } from './door/allowance.js';
import { decideWhoGoes, type Guest } from './door/crowd.js';
import { originOf } from './door/origin.js';
import { createTurnstile } from './door/turnstile.js';
import type { HostLimits } from './limits.js';

/** Whom a host lets in, whom it sends away when it is full, and how much it takes from strangers. */
export interface Doorkeeper {
  /** Asked by libp2p about each connection on its way. */
  readonly gater: ConnectionGater;
  /** Keeps `node` within its limits from now on. */
  watch(node: Libp2p): void;
}

/** A connection that was let in, as {@link decideWhoGoes} looks at it. */
interface Seated extends Guest {
  readonly connection: Connection;
}

export const createDoorkeeper = (limits: HostLimits, acquaintances: Acquaintances): Doorkeeper => {
  const handshakes = createTurnstile({
    what: 'handshakes',
    inside: limits.pendingConnections,
    perSecond: limits.handshakesPerSecond,
    atOnce: limits.handshakesAtOnce,
    waitingPerAddress: limits.pendingPerAddress,
    waiting: limits.waitingConnections,
    waitMilliseconds: limits.handshakeMilliseconds,
  });
  /** How to leave the turnstile, of each connection inside. */
  const inside = new WeakMap<MultiaddrConnection, () => void>();
  const identities = new WeakMap<Connection, Pick<Guest, 'peer' | 'origin'>>();

  const identityOf = (connection: Connection): Pick<Guest, 'peer' | 'origin'> => {
    const known = identities.get(connection);
    const identity = known ?? { peer: connection.remotePeer.toString(), origin: originOf(connection.remoteAddr) };
    if (known === undefined) identities.set(connection, identity);
    return identity;
  };
  const standingOf = (peer: string): Guest['standing'] => {
    const known = acquaintances.of(peer);
    if (known === undefined) return 'stranger';
    return known.hasData ? 'with data' : 'without data';
  };
  const seat = (connection: Connection): Seated => {
    const identity = identityOf(connection);
    const isBusy = connection.streams.some(({ protocol }) => protocol.startsWith('/holdfast/'));
    return { connection, ...identity, standing: standingOf(identity.peer), isBusy };
  };
  const makeRoom = (node: Libp2p, newcomer: Connection): void => {
    if (newcomer.direction !== 'inbound') return;
    const others = node.getConnections().filter((other) => other.direction === 'inbound' && other.status === 'open' && other !== newcomer);
    others.sort((one, other) => one.timeline.open - other.timeline.open);
    const going = decideWhoGoes([...others, newcomer].map(seat), limits);
    going?.connection.abort(new HoldfastError('PEER_BUSY', { what: 'connections', limit: limits.connections }));
  };

  const letIn = async (connection: MultiaddrConnection): Promise<boolean> => {
    const gone = new AbortController();
    connection.addEventListener('close', () => {
      gone.abort(new Error('the connection is gone'));
      inside.get(connection)?.();
    });
    try {
      const leave = await handshakes.enter(originOf(connection.remoteAddr), gone.signal);
      const timer = setTimeout(() => connection.abort(new Error('the handshake takes too long')), limits.handshakeMilliseconds);
      inside.set(connection, () => {
        clearTimeout(timer);
        leave();
      });
      if (gone.signal.aborted) inside.get(connection)?.();
      return true;
    } catch {
      return false;
    }
  };
  /** Breaks a stranger's connection off when it sends more than any request needs. */
  const meter = (peer: string, connection: MultiaddrConnection): void => {
    const bytes = createAllowance({ atOnce: limits.strangerBytes, perSecond: limits.strangerBytesPerSecond, remembered: 1 });
    connection.addEventListener('message', ({ data }) => {
      if (acquaintances.of(peer) !== undefined || bytes.spend(peer, data.byteLength)) return;
      connection.abort(new HoldfastError('PEER_MISBEHAVED', { peer, what: 'it sent more than any request needs' }));
    });
  };

  return {
    gater: {
      denyInboundConnection: async (connection) => !(await letIn(connection)),
      denyInboundUpgradedConnection: (peerId, connection) => {
        inside.get(connection)?.();
        meter(peerId.toString(), connection);
        return false;
      },
    },
    watch(node) {
      node.addEventListener('connection:open', ({ detail }) => makeRoom(node, detail));
      // What libp2p remembers of a peer it would keep for hours.
      node.addEventListener('peer:disconnect', ({ detail }) => void node.peerStore.delete(detail).catch(() => undefined));
    },
  };
};
