import { expect } from 'chai';
import { connect, type Socket } from 'node:net';
import { multiaddr } from '@multiformats/multiaddr';
import type { ProviderLink } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import type { HostLimits } from '../../node/transport/limits.js';
import { serveProvider, type ProviderServer } from '../../node/transport/provider-server.js';
import { createHostAt, createTcpHost } from '../support/worlds/hosts.js';
import { authorizationFor, createBob, patterned, sectorNumber, sourceOf, terms } from '../support/worlds/link-fixtures.js';

describe('Strangers connect to Bob and do nothing else,', () => {
  let bob: Host;
  let server: ProviderServer;
  let alice: Host;
  let link: ProviderLink;
  const strangers: Host[] = [];
  const sockets: Socket[] = [];

  const serve = async (limits: Partial<HostLimits>): Promise<void> => {
    bob = await createTcpHost({ limits });
    alice = await createHostAt('127.0.0.2');
    server = await serveProvider(bob, createBob(), { limits: { lingerMilliseconds: 100 } });
  };
  const dialBob = (host: Host) =>
    host.node.dial(
      bob.addresses().map((address) => multiaddr(address)),
      { force: true },
    );
  const strangersDial = async (count: number, each: number, addressOf = (n: number) => `127.1.${n}.1`): Promise<void> => {
    const more = await Promise.all(Array.from({ length: count }, (_, n) => createHostAt(addressOf(n))));
    strangers.push(...more);
    for (let round = 0; round < each; round++) await Promise.all(more.map((host) => dialBob(host).catch(() => undefined)));
  };
  const aliceDials = async (): Promise<void> => {
    link = await createDialer(alice).dial({ peerId: bob.peer, addresses: bob.addresses() });
  };
  const aliceWrites = (n: number): Promise<void> =>
    link.writeSector(authorizationFor(alice.peer), sourceOf(sectorNumber(n, 300), patterned(9_600)));
  const connectionsOf = (host: Host): number => bob.node.getConnections(host.node.peerId).length;

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.stop();
    await Promise.all([bob, alice, ...strangers.splice(0)].map((host) => host.stop()));
  });

  it('with more connections than Bob takes: he closes theirs to make room, and Alice comes in and stays', async () => {
    await serve({ connections: 24 });
    await strangersDial(9, 4);
    expect(bob.node.getConnections()).to.have.length(24);
    await aliceDials();
    await aliceWrites(1);
    await strangersDial(9, 4, (n) => `127.2.${n}.1`);
    await aliceWrites(2);
    expect(connectionsOf(alice)).to.equal(1);
    expect(bob.node.getConnections()).to.have.length(24);
  });

  it('from one address, or one range of addresses: others are not touched', async () => {
    await serve({ connectionsPerAddress: 3, connectionsPerRange: 5 });
    await strangersDial(1, 1, () => '127.9.0.1');
    const [carol] = strangers as [Host];
    await strangersDial(4, 2, () => '127.1.1.1');
    expect(bob.node.getConnections()).to.have.length(1 + 3);
    await strangersDial(4, 2, (n) => `127.1.1.${n + 2}`);
    expect(bob.node.getConnections()).to.have.length(1 + 5);
    expect(connectionsOf(carol)).to.equal(1);
    await aliceDials();
    expect(await link.terms()).to.deep.equal(terms);
  });

  it('without as much as a handshake: Alice’s goes before theirs, as soon as one of them is given up', async () => {
    await serve({ pendingConnections: 4, handshakeMilliseconds: 400, waitingConnections: 16, pendingPerAddress: 2 });
    const port = Number(/\/tcp\/(\d+)/.exec(bob.addresses()[0] ?? '')?.[1]);
    for (let n = 0; n < 24; n++) {
      const socket = connect({ port, host: '127.0.0.1', localAddress: `127.3.${n >> 1}.1` });
      socket.on('error', () => undefined);
      sockets.push(socket);
    }
    await Promise.all(sockets.slice(0, 4).map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    await aliceDials();
    await aliceWrites(1);
  });

  it('or send more than a request needs: their connection goes, and Alice may send what she likes', async () => {
    await serve({ strangerBytes: 20_000, strangerBytesPerSecond: 1 });
    await strangersDial(1, 1);
    const [mallory] = strangers as [Host];
    const [connection] = mallory.node.getConnections();
    const stream = await connection?.newStream('/holdfast/write-sector/1');
    stream?.send(patterned(100_000));
    await new Promise((resolve) => connection?.addEventListener('close', resolve));
    await aliceDials();
    const sector = sectorNumber(7, 4_096);
    await link.writeSector(authorizationFor(alice.peer), sourceOf(sector, patterned(4_096 * 32)));
  });

  it('one after the other, each under another name: Bob remembers nothing of them', async () => {
    await serve({});
    for (let n = 0; n < 8; n++) {
      await strangersDial(1, 1);
      await strangers.pop()?.stop();
    }
    while (bob.node.getConnections().length > 0) await new Promise((resolve) => setImmediate(resolve));
    await aliceDials();
    await link.terms();
    const remembered = await bob.node.peerStore.all();
    expect(remembered.map(({ id }) => id.toString()).filter((id) => id !== bob.peer)).to.deep.equal([alice.peer]);
  });
});
