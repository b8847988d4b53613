import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Dialer, ProviderService } from '../ports/link.js';
import { createRequestAnswerer, type RequestAnswerer } from './answer-requests.js';
import { dialerLimits, type DialerLimits, type ServerLimits } from './limits.js';
import { createMemoryWires } from './wire/memory-wire.js';
import { createProviderLink } from './provider-link.js';
import { createSlots } from './slots.js';

export interface MemoryDialerOptions {
  /** Peer id of the renter's end. Default `memory-renter`. */
  readonly peer?: string;
  readonly limits?: Partial<DialerLimits>;
  readonly serverLimits?: Partial<ServerLimits>;
}

/**
 * The twin of the libp2p dialer inside one process: the same exchanges and limits over memory instead of sockets. Reaches
 * one service under every peer id, or the one that `services` finds for it.
 */
export const createMemoryDialer = (
  services: ProviderService | ((peerId: string) => ProviderService | undefined),
  { peer = 'memory-renter', limits: given, serverLimits }: MemoryDialerOptions = {},
): Dialer => {
  const limits: DialerLimits = { ...dialerLimits, ...given };
  const find = typeof services === 'function' ? services : () => services;
  const requests = createSlots({ what: 'requests', total: Infinity, perPeer: limits.requestsPerProvider });
  const uploads = createSlots({ what: 'uploads', total: Infinity, perPeer: limits.uploadsPerProvider });
  const reads = createSlots({ what: 'reads', total: Infinity, perPeer: limits.readsPerProvider });
  const answerers = new Map<ProviderService, RequestAnswerer>();
  const reach = (peerId: string): RequestAnswerer => {
    const service = find(peerId);
    if (!service) throw new HoldfastError('PEER_UNREACHABLE', { peer: peerId, reason: 'nobody answers there' });
    const answerer = answerers.get(service) ?? createRequestAnswerer({ service, ...(serverLimits && { limits: serverLimits }) });
    answerers.set(service, answerer);
    return answerer;
  };
  return {
    peer,
    dial: async ({ peerId }, signal) => {
      signal?.throwIfAborted();
      reach(peerId);
      return createProviderLink({
        peerId,
        limits,
        requests,
        uploads,
        reads,
        openWire: async ([protocol = '']) => {
          const [wire, other] = createMemoryWires(peer, peerId);
          void reach(peerId).answer(protocol, other);
          return { wire, protocol };
        },
        close: () => Promise.resolve(),
      });
    },
  };
};
