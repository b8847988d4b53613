/** The providers of the renter bench, and the other end of a raw stream, in a process of their own. */
import { createLibp2p } from 'libp2p';
import { createKeySigner } from '../../../../node/core/keys/signing.js';
import { createHost } from '../../../../node/transport/host.js';
import { createPeerKey } from '../../../../node/transport/peer-key.js';
import { serveProvider } from '../../../../node/transport/provider-server.js';
import { hostLimits } from '../../../../node/transport/limits.js';
import { tcpStack } from '../../../../node/transport/tcp-stack.js';
import { createMemoryLedger } from '../../../../test/support/memory-market/settlement.js';
import { actor, hashOf } from '../../../../test/support/worlds/actors.js';
import { createKeepingProvider } from './keeping-provider.js';
import { serveRaw } from './raw-stream.js';
import { nameOf, type Listening, type ProvidersOrder, type ProvidersReport } from './orders.js';

const { identity } = createMemoryLedger();
const report = (message: ProvidersReport): void => void process.send?.(message);

const open = async (index: number) => {
  const name = nameOf(index);
  const keeping = createKeepingProvider(identity, actor(name).address, createKeySigner(hashOf(`${name} operator`)));
  const host = await createHost({ stack: tcpStack, peerKey: createPeerKey(), listen: ['/ip4/127.0.0.1/tcp/0'] });
  await serveProvider(host, keeping.service);
  const listening: Listening = { peerId: host.peer, addresses: host.addresses() };
  return { keeping, listening };
};

process.on('disconnect', () => process.exit());
// Without a door: what a stranger sends is metered at ours.
const raw = await createLibp2p({ addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] }, ...tcpStack(hostLimits) });
await serveRaw(raw);
const opened = await Promise.all(Array.from({ length: Number(process.argv[2]) }, (_, index) => open(index)));
process.on('message', (order: ProvidersOrder) => {
  if (order.clear) for (const { keeping } of opened) keeping.clear();
  const { user, system } = process.cpuUsage();
  report({ kind: 'standing', processor: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() });
});
const rawAddresses = raw.getMultiaddrs().map((address) => address.toString());
report({ kind: 'listening', raw: rawAddresses, providers: opened.map(({ listening }) => listening) });
