import { expect } from 'chai';
import { multiaddr } from '@multiformats/multiaddr';
import type { Host } from '../../node/transport/host.js';
import { createMemoryWires } from '../../node/transport/wire/memory-wire.js';
import { createStreamWire } from '../../node/transport/wire/stream-wire.js';
import type { Wire } from '../../node/transport/wire/wire.js';
import { rejection } from '../support/coded-rejection.js';
import { createMemoryHost, createTcpHost } from '../support/worlds/hosts.js';
import { patterned } from '../support/worlds/link-fixtures.js';

const PART = 256 * 1024;
const PARTS = 128;
const MIB = 1 << 20;
/** Nobody here speaks for a deal, and all may send what they like. */
const limits = { strangerBytes: 1 << 30 };

interface Pair {
  readonly near: Wire;
  readonly far: Wire;
  stop(): Promise<unknown>;
}

const overHosts = (create: () => Promise<Host>) => async (): Promise<Pair> => {
  const [alice, bob] = await Promise.all([create(), create()]);
  const far = Promise.withResolvers<Wire>();
  await bob.node.handle('/holdfast/test/1', (stream, connection) => far.resolve(createStreamWire(stream, connection)));
  const connection = await alice.node.dial(bob.addresses().map((address) => multiaddr(address)));
  const near = createStreamWire(await connection.newStream('/holdfast/test/1'), connection);
  return { near, far: await far.promise, stop: () => Promise.all([alice.stop(), bob.stop()]) };
};

for (const [way, open] of [
  ['TCP', overHosts(() => createTcpHost({ limits }))],
  ['libp2p in memory', overHosts(() => createMemoryHost({ limits }))],
  [
    'memory',
    async (): Promise<Pair> => {
      const [near, far] = createMemoryWires('alice', 'bob');
      return { near, far, stop: () => Promise.resolve() };
    },
  ],
] as const) {
  describe(`A wire over ${way}`, () => {
    let pair: Pair;
    beforeEach(async () => {
      pair = await open();
    });
    afterEach(async () => {
      await pair.stop();
    });

    it('holds a fast writer back to the pace of a slow reader, and brings every byte in order', async () => {
      const { near, far } = pair;
      let written = 0;
      let most = 0;
      const writing = (async () => {
        for (let i = 0; i < PARTS; i++) {
          await near.write(patterned(PART, i));
          written += PART;
        }
      })();
      for (let i = 0; i < PARTS; i++) {
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        most = Math.max(most, written - i * PART);
        expect(Buffer.compare(await far.read(PART), patterned(PART, i))).to.equal(0);
      }
      await writing;
      expect(most, 'bytes on the way').to.be.at.most(4 * MIB);
    });

    it('carries both directions at once', async () => {
      const { near, far } = pair;
      const pass = async (from: Wire, to: Wire): Promise<void> => {
        const written = (async () => {
          for (let i = 0; i < 16; i++) await from.write(patterned(PART, i));
        })();
        for (let i = 0; i < 16; i++) expect(Buffer.compare(await to.read(PART), patterned(PART, i))).to.equal(0);
        await written;
      };
      await Promise.all([pass(near, far), pass(far, near)]);
    });

    it('tells the end from a break, after all that was said', async () => {
      const { near, far } = pair;
      await near.write(patterned(32));
      const finished = near.finish(5_000);
      expect(await far.read(32)).to.deep.equal(patterned(32));
      await rejection(far.read(1), 'PEER_MISBEHAVED');
      await far.finish(5_000);
      await finished;
    });

    it('ends in peace also when the other side has said more than was read', async () => {
      const { near, far } = pair;
      const writing = (async () => {
        for (let i = 0; i < 16; i++) await far.write(patterned(PART, i));
        await far.finish(5_000);
      })();
      await near.read(PART);
      await near.finish(5_000);
      await writing;
    });

    it('ends what waits, at both ends, when it is broken off', async () => {
      const { near, far } = pair;
      const reason = new Error('enough');
      const own = near.read(1).catch((error: unknown) => error);
      const other = rejection(far.read(1), 'PEER_MISBEHAVED');
      near.abort(reason);
      expect(await own).to.equal(reason);
      expect(near.gone.reason).to.equal(reason);
      await other;
      expect(far.gone.aborted).to.equal(true);
    });
  });
}
