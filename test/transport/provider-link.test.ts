import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import { createMemoryDialer } from '../../node/transport/memory-link.js';
import { serveProvider } from '../../node/transport/provider-server.js';
import { createMemoryHost, createTcpHost } from '../support/worlds/hosts.js';
import { describeProviderLink, type OpenStage } from './provider-link-compliance.js';

const overHosts =
  (host: () => Promise<Host>): OpenStage =>
  async (service, limits = {}) => {
    const [alice, bob] = await Promise.all([host(), host()]);
    const server = await serveProvider(bob, service, { ...(limits.server && { limits: limits.server }) });
    return {
      dialer: createDialer(alice, { ...(limits.dialer && { limits: limits.dialer }) }),
      provider: { peerId: bob.peer, addresses: bob.addresses() },
      async stop() {
        await server.stop();
        await Promise.all([alice.stop(), bob.stop()]);
      },
    };
  };

describeProviderLink(
  'libp2p and TCP',
  overHosts(() => createTcpHost()),
);
describeProviderLink(
  'libp2p in memory',
  overHosts(() => createMemoryHost()),
);
describeProviderLink('its memory twin', async (service, limits = {}) => ({
  dialer: createMemoryDialer(service, {
    ...(limits.dialer && { limits: limits.dialer }),
    ...(limits.server && { serverLimits: limits.server }),
  }),
  provider: { peerId: 'bob', addresses: [] },
  stop: () => Promise.resolve(),
}));
