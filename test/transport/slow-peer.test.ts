import { expect } from 'chai';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { leaves } from '../../node/core/units.js';
import type { ProviderLink } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import type { DialerLimits } from '../../node/transport/limits.js';
import { serveProvider } from '../../node/transport/provider-server.js';
import { createTcpHost } from '../support/worlds/hosts.js';
import { authorizationFor, createBob, patterned, rootNumber, sectorNumber, sourceOf } from '../support/worlds/link-fixtures.js';
import { createSlowProxy, type SlowProxy } from '../support/rpc/slow-proxy.js';
import type { Order, Report } from './watched-process.js';
import { readOne } from '../support/read-one.js';

const MIB = 1 << 20;
const SECTORS = 64;
const RANGES = 1_024;

/** A process of its own, whose resident memory is watched. */
const startWatched = () => {
  const child: ChildProcess = fork(fileURLToPath(new URL('watched-process.ts', import.meta.url)), {
    execArgv: ['--expose-gc', '--max-semi-space-size=1', '--conditions=holdfast-source', '--import=tsx'],
  });
  const reports: Report[] = [];
  child.on('message', (message: Report) => reports.push(message));
  const told = async <Kind extends Report['kind']>(kind: Kind): Promise<Extract<Report, { kind: Kind }>> => {
    for (;;) {
      const found = reports.findIndex((message) => message.kind === kind);
      if (found >= 0) return reports.splice(found, 1)[0] as Extract<Report, { kind: Kind }>;
      await once(child, 'message');
    }
  };
  return {
    order: (order: Order): void => void child.send(order),
    told,
    /** How many bytes its resident memory grows at most while `meanwhile` runs. */
    async growth(meanwhile: () => Promise<unknown>): Promise<number> {
      child.send({ kind: 'watch' } satisfies Order);
      const { resident: before } = await told('memory');
      await meanwhile();
      const residents = reports.flatMap((message) => (message.kind === 'memory' ? [message.resident] : []));
      expect(residents.length).to.be.greaterThan(20);
      return Math.max(...residents) - before;
    },
    async stop(): Promise<void> {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

describe('256 MiB wait for a peer that takes or gives 1 KiB a second', () => {
  const closing: (() => Promise<unknown>)[] = [];
  const open = <T extends { stop(): Promise<unknown> }>(opened: T): T => {
    closing.unshift(() => opened.stop());
    return opened;
  };
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  const grewBy = (bytes: number): void => {
    expect(bytes, `resident memory grew by ${(bytes / MIB).toFixed(1)} MiB`).to.be.lessThan(16 * MIB);
  };

  const rentFromWatched = async (limits: Partial<DialerLimits>) => {
    const watched = open(startWatched());
    watched.order({ kind: 'provide' });
    const { peerId, port } = await watched.told('providing');
    const proxy: SlowProxy = open(await createSlowProxy(port));
    const alice: Host = open(await createTcpHost({ listen: [] }));
    const link: ProviderLink = await createDialer(alice, { limits }).dial({ peerId, addresses: [`/ip4/127.0.0.1/tcp/${proxy.port}`] });
    return { watched, proxy, link, authorization: authorizationFor(alice.peer) };
  };
  const readAll = (link: ProviderLink, authorization: ReturnType<typeof authorizationFor>, count: number): Promise<unknown>[] =>
    Array.from({ length: count }, () => readOne(link, authorization, { root: rootNumber(1), from: leaves(0), count: leaves(8_192) }));
  const writeAll = (link: ProviderLink, authorization: ReturnType<typeof authorizationFor>, count: number): Promise<unknown>[] => {
    const bytes = patterned(4 * MIB);
    return Array.from({ length: count }, (_, n) => link.writeSector(authorization, sourceOf(sectorNumber(n), bytes)));
  };

  for (const [who, limits, inHand] of [
    ['honest', {}, 4],
    ['greedy', { requestsPerProvider: 24, uploadsPerProvider: 24, readsPerProvider: 24 }, 12],
  ] as const) {
    it(`a provider that a slow, ${who} renter reads from grows by less than 16 MiB`, async () => {
      const { watched, proxy, link, authorization } = await rentFromWatched(limits);
      await link.terms();
      const grown = await watched.growth(async () => {
        const reads = Promise.allSettled(readAll(link, authorization, RANGES));
        for (let asked = 0; asked < inHand; asked++) await watched.told('asked');
        proxy.slowDown('from target');
        watched.order({ kind: 'answer' });
        await proxy.passedSlowly(4_096);
        await link.close();
        await reads;
      });
      grewBy(grown);
    });

    it(`a provider that a slow, ${who} renter writes to grows by less than 16 MiB`, async () => {
      const { watched, proxy, link, authorization } = await rentFromWatched(limits);
      await link.terms();
      const grown = await watched.growth(async () => {
        proxy.slowDown('to target');
        const writes = Promise.allSettled(writeAll(link, authorization, SECTORS));
        await proxy.passedSlowly(4_096);
        await link.close();
        await writes;
      });
      grewBy(grown);
    });
  }

  it('a renter that writes to a slow provider grows by less than 16 MiB', async () => {
    const bob: Host = open(await createTcpHost());
    open(await serveProvider(bob, { ...createBob(), storeSector: () => Promise.resolve() }));
    const proxy: SlowProxy = open(await createSlowProxy(Number(/\/tcp\/(\d+)/.exec(bob.addresses()[0] ?? '')?.[1])));
    const provider = { peerId: bob.peer, addresses: [`/ip4/127.0.0.1/tcp/${proxy.port}`] };
    const watched = open(startWatched());
    watched.order({ kind: 'send', provider, sectors: 0 });
    await watched.told('sent');
    const grown = await watched.growth(async () => {
      proxy.slowDown('to target');
      watched.order({ kind: 'send', provider, sectors: SECTORS });
      await proxy.passedSlowly(4_096);
    });
    grewBy(grown);
  });
});
