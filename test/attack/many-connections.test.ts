import { expect } from 'chai';
import { connect, type Socket } from 'node:net';
import { multiaddr } from '@multiformats/multiaddr';
import type { ProviderLink } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import { serveProvider, type ProviderServer } from '../../node/transport/provider-server.js';
import { createHostAt, createTcpHost } from '../support/worlds/hosts.js';
import { authorizationFor, createBob, patterned, sectorNumber, sourceOf } from '../support/worlds/link-fixtures.js';

/** How many strangers connect. `HOLDFAST_STRANGERS=2000 npm test -- test/attack/many-connections.test.ts` makes it more. */
const STRANGERS = Number(process.env['HOLDFAST_STRANGERS'] ?? 300);
const KEPT = Math.ceil(STRANGERS / 5);
const LISTENED = Math.ceil(STRANGERS / 10);

describe(`${STRANGERS} connections, of which Bob keeps ${KEPT},`, function () {
  this.timeout(30_000 + 200 * STRANGERS);
  let bob: Host;
  let server: ProviderServer;
  const hosts: Host[] = [];
  const sockets: Socket[] = [];
  const addressOf = (n: number): string => `127.${1 + (n >> 8)}.${n & 255}.1`;
  const port = (): number => Number(/\/tcp\/(\d+)/.exec(bob.addresses()[0] ?? '')?.[1]);

  const rent = async (localAddress: string): Promise<(n: number) => Promise<void>> => {
    const host = await createHostAt(localAddress);
    hosts.push(host);
    const link: ProviderLink = await createDialer(host).dial({ peerId: bob.peer, addresses: bob.addresses() });
    return (n) => link.writeSector(authorizationFor(host.peer), sourceOf(sectorNumber(n, 300), patterned(9_600)));
  };
  /** Half a negotiation and then nothing. */
  const halfSay = (n: number): void => {
    const socket = connect({ port: port(), host: '127.0.0.1', localAddress: addressOf(n) });
    socket.on('error', () => undefined);
    socket.once('connect', () => socket.write(Buffer.from('\x13/multistream')));
    sockets.push(socket);
  };
  /** A connection, every other one with three streams on which half a request's header came. */
  const connectIdly = async (n: number): Promise<void> => {
    const host = await createHostAt(addressOf(n));
    hosts.push(host);
    const connection = await host.node.dial(bob.addresses().map((address) => multiaddr(address)));
    for (let i = 0; i < 3 && n % 4 === 1; i++) (await connection.newStream('/holdfast/terms/1')).send(Uint8Array.of(0, 0));
  };

  before(async () => {
    bob = await createTcpHost({ limits: { connections: KEPT, handshakesPerSecond: 500, handshakeMilliseconds: 1_000 } });
    server = await serveProvider(bob, createBob(), { limits: { lingerMilliseconds: 100, readings: LISTENED } });
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await server.stop();
    await Promise.all([bob, ...hosts].map((host) => host.stop()));
  });

  it('idle or half-sent, hold no more than their share, and renters are served, who were there before and who come then', async () => {
    const aliceWrites = await rent('127.0.0.2');
    await aliceWrites(1);
    for (let n = 0; n < STRANGERS; n += 20) {
      for (let i = n; i < Math.min(n + 20, STRANGERS); i += 2) halfSay(i);
      await Promise.allSettled(Array.from({ length: 10 }, (_, i) => connectIdly(n + 2 * i + 1)));
      expect(bob.node.getConnections().length).to.be.at.most(KEPT);
      expect(server.load().strangers).to.be.at.most(LISTENED);
      await aliceWrites(2 + n);
    }
    expect(bob.node.getConnections().length).to.be.within(Math.floor(KEPT / 2), KEPT);
    const carolWrites = await rent('127.0.0.3');
    await carolWrites(1_000_000);
    await aliceWrites(1_000_001);
    while (server.load().places.uploads > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(server.load().inHand).to.be.at.most(LISTENED + 12);
  });
});
