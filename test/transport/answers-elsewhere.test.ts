import { expect } from 'chai';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Host } from '../../node/transport/host.js';
import { answersElsewhere } from '../../node/transport/answers-elsewhere.js';
import { createPeerKey } from '../../node/transport/peer-key.js';
import { tcpStack } from '../../node/transport/tcp-stack.js';
import { createTcpHost } from '../support/worlds/hosts.js';

describe('whether another process answers with the same peer id', () => {
  const { signal } = new AbortController();
  const opened: Host[] = [];
  const open = async (peerKey: Uint8Array): Promise<Host> => {
    const host = await createTcpHost({ peerKey });
    opened.push(host);
    return host;
  };
  const ask = (host: Host, addresses: readonly string[], patienceMilliseconds = 2_000): Promise<string | undefined> =>
    answersElsewhere(host, addresses, { stack: tcpStack, patienceMilliseconds }, signal);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((host) => host.stop()));
  });

  it('a copy does, and the host itself and others do not', async () => {
    const key = createPeerKey();
    const [bob, copy, other] = [await open(key), await open(key), await open(createPeerKey())];
    const bare = (host: Host): string => (host.addresses()[0] ?? '').replace(/\/p2p\/.*/, '');
    expect(await ask(bob, [bare(copy)])).to.equal(bare(copy));
    expect(await ask(bob, [bare(bob)])).to.equal(undefined);
    expect(await ask(bob, [bare(other)])).to.equal(undefined);
    expect(await ask(bob, ['no address', bare(bob), bare(other), bare(copy)])).to.equal(bare(copy));
    expect(bob.node.getConnections()).to.deep.equal([]);
  });

  it('nobody does where nobody listens, nor where somebody is silent for longer than is waited', async () => {
    const bob = await open(createPeerKey());
    // It hears, so that its end of a connection is over when the other end is.
    const silent = createServer((socket) => void socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(await ask(bob, ['/ip4/127.0.0.1/tcp/1', `/ip4/127.0.0.1/tcp/${port}`], 300)).to.equal(undefined);
    silent.close();
  });
});
