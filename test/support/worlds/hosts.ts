import { memory } from '@libp2p/memory';
import { tcp } from '@libp2p/tcp';
import { createHost, type Host, type HostOptions, type StackOf } from '../../../node/transport/host.js';
import { createPeerKey } from '../../../node/transport/peer-key.js';
import { tcpStack } from '../../../node/transport/tcp-stack.js';

let hosts = 0;
const memoryStack: StackOf = (limits) => ({ ...tcpStack(limits), transports: [memory()] });

/** A host on 127.0.0.1, on a port that is free. */
export const createTcpHost = (options: Partial<HostOptions> = {}): Promise<Host> =>
  createHost({ stack: tcpStack, peerKey: createPeerKey(), listen: ['/ip4/127.0.0.1/tcp/0'], ...options });

/** A host that only hosts of this process can reach. */
export const createMemoryHost = (options: Partial<HostOptions> = {}): Promise<Host> =>
  createHost({ stack: memoryStack, peerKey: createPeerKey(), listen: [`/memory/host-${++hosts}`], ...options });

/** A host that only dials, from an address of its own in 127.0.0.0/8. */
export const createHostAt = (localAddress: string, options: Partial<HostOptions> = {}): Promise<Host> => {
  // Handed on to net.connect as it is.
  const dialOpts: object = { localAddress };
  return createTcpHost({ stack: (limits) => ({ ...tcpStack(limits), transports: [tcp({ dialOpts })] }), listen: [], ...options });
};
