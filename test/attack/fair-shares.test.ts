import { expect } from 'chai';
import { dealId, leaves, type DealId } from '../../node/core/units.js';
import { createWaiters } from '../../node/core/tasks/waiters.js';
import type { Authorization, ProviderLink } from '../../node/ports/link.js';
import { createDialer } from '../../node/transport/dialer.js';
import type { Host } from '../../node/transport/host.js';
import type { ServerLimits } from '../../node/transport/limits.js';
import { writeSectorRequest } from '../../node/transport/messages/write-sector.js';
import { serveProvider, type ProviderServer } from '../../node/transport/provider-server.js';
import { rejection } from '../support/coded-rejection.js';
import { createMemoryHost } from '../support/worlds/hosts.js';
import { authorizationFor, createBob, patterned, sectorNumber, sourceOf } from '../support/worlds/link-fixtures.js';
import { framesIn, listen, rawFrame } from '../support/worlds/mallory.js';
import { readOne } from '../support/read-one.js';

const deals = { mallory: dealId(`0x${'aa'.repeat(32)}`), alice: dealId(`0x${'bb'.repeat(32)}`), carol: dealId(`0x${'cc'.repeat(32)}`) };

/** One renter's end, that speaks for a deal. */
interface Renter {
  readonly host: Host;
  readonly link: ProviderLink;
  readonly authorization: Authorization;
}

describe('Bob shares his places among deals', () => {
  let bob: Host;
  let server: ProviderServer;
  let empty: ReadonlySet<DealId>;
  const hosts: Host[] = [];
  /** Deals whose reads are in hand, in the order in which they began; each waits until it is let go. */
  const begun: DealId[] = [];
  let letGo: (() => void)[] = [];
  const changes = createWaiters();

  const serve = async (limits: Partial<ServerLimits>): Promise<void> => {
    bob = await createMemoryHost();
    const service = createBob();
    server = await serveProvider(
      bob,
      {
        ...service,
        authorize: async (_peer, { deal }) => ({ deal, hasData: !empty.has(deal) }),
        readLeaves: async (...request) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          begun.push(request[1].deal);
          letGo.push(resolve);
          changes.changed();
          await promise;
          return service.readLeaves(...request);
        },
      },
      { limits: { lingerMilliseconds: 100, ...limits } },
    );
  };
  const rent = async (deal: DealId): Promise<Renter> => {
    const host = await createMemoryHost();
    hosts.push(host);
    const dialer = createDialer(host, { limits: { requestsPerProvider: 30, uploadsPerProvider: 30, readsPerProvider: 30 } });
    const link = await dialer.dial({ peerId: bob.peer, addresses: bob.addresses() });
    return { host, link, authorization: { ...authorizationFor(host.peer), deal } };
  };
  const read = ({ link, authorization }: Renter): Promise<unknown> =>
    readOne(link, authorization, { root: sectorNumber(1).root, from: leaves(0), count: leaves(1) });
  /** Lets go what is in hand and what comes, until `all` is over. */
  const letAllGo = async <T>(all: Promise<T>): Promise<T> => {
    let over = false;
    const done = all.finally(() => {
      over = true;
      changes.changed();
    });
    while (!over) {
      for (const go of letGo) go();
      await changes.change();
    }
    return done;
  };
  const begin = async (count: number): Promise<void> => {
    while (begun.length < count) await changes.change();
  };

  beforeEach(() => {
    empty = new Set();
    begun.length = 0;
    letGo = [];
  });
  afterEach(async () => {
    for (const go of letGo) go();
    await server.stop();
    await Promise.all([bob, ...hosts.splice(0)].map((host) => host.stop()));
  });

  it('so that one deal, through however many peers, has its share, and the rest is there for others', async () => {
    await serve({ requests: 4, requestsPerDeal: 2, waitingPerDeal: 30 });
    const crowd = await Promise.all([1, 2, 3].map(() => rent(deals.mallory)));
    const hers = crowd.flatMap((mallory) => Array.from({ length: 6 }, () => read(mallory)));
    await begin(2);
    const alice = await rent(deals.alice);
    const his = read(alice);
    await begin(3);
    expect(begun).to.deep.equal([deals.mallory, deals.mallory, deals.alice]);
    letGo[2]?.();
    await his;
    await letAllGo(Promise.all(hers));
    expect(begun).to.have.length(hers.length + 1);
  });

  it('and none goes to one who has an answer and does not say what comes next', async () => {
    await serve({ requests: 1, requestsPerDeal: 1, turnMilliseconds: 500 });
    const [mallory, alice] = (await Promise.all([deals.mallory, deals.alice].map(rent))) as [Renter, Renter];
    const range = { from: leaves(0), count: leaves(1), last: false };
    const idle = Promise.withResolvers<never>();
    const answered = Promise.withResolvers<void>();
    const nexts = [async () => range, () => idle.promise];
    const reader = { root: sectorNumber(1).root, inFlight: 1, next: () => nexts.shift()!(), take: () => answered.resolve() };
    const hers = mallory.link.readLeaves(mallory.authorization, reader).catch((error: unknown) => error);
    await begin(1);
    letGo[0]?.();
    await answered.promise;
    await letAllGo(read(alice));
    expect(begun).to.deep.equal([deals.mallory, deals.alice]);
    const enough = new Error('enough');
    idle.reject(enough);
    expect(await hers).to.equal(enough);
  });

  it('in turns, when all are taken', async () => {
    await serve({ requests: 1, requestsPerDeal: 1 });
    const [mallory, alice, carol] = (await Promise.all([deals.mallory, deals.alice, deals.carol].map(rent))) as [Renter, Renter, Renter];
    const first = read(mallory);
    await begin(1);
    const all = [first, ...Array.from({ length: 5 }, () => read(mallory)), read(alice), read(alice), read(carol)];
    while (server.load().inHand < all.length) await new Promise((resolve) => setImmediate(resolve));
    for (let done = 0; done < all.length; done++) {
      await begin(done + 1);
      letGo[done]?.();
    }
    await Promise.all(all);
    const names = new Map(Object.entries(deals).map(([name, deal]) => [deal, name]));
    const order = begun.map((deal) => names.get(deal));
    expect(order.slice(0, 5).sort()).to.deep.equal(['alice', 'alice', 'carol', 'mallory', 'mallory']);
  });

  it('and refuses what one deal has waiting over its bound, and nobody else’s', async () => {
    await serve({ requests: 2, requestsPerDeal: 1, waitingPerDeal: 3 });
    const [mallory, alice] = (await Promise.all([deals.mallory, deals.alice].map(rent))) as [Renter, Renter];
    const hers = Array.from({ length: 6 }, () => read(mallory));
    const outcome = Promise.allSettled(hers);
    await begin(1);
    const his = read(alice);
    await begin(2);
    letGo[begun.indexOf(deals.alice)]?.();
    await his;
    const failed = (await letAllGo(outcome)).filter(({ status }) => status === 'rejected');
    expect(failed).to.have.length(2);
    for (const { reason } of failed as PromiseRejectedResult[])
      expect((reason as { data: unknown }).data).to.include({ code: 'PEER_BUSY' });
  });

  it('and takes a place that an empty deal lets lie, for one that waits; half of them empty deals never get', async () => {
    empty = new Set([deals.mallory, deals.carol]);
    await serve({ uploads: 4, uploadsPerDeal: 2, holdMilliseconds: 150, turnMilliseconds: 5_000 });
    const [mallory, alice, carol] = (await Promise.all([deals.mallory, deals.alice, deals.carol].map(rent))) as [Renter, Renter, Renter];
    const unfinished = await Promise.all(
      [1, 2].map(async (n) => {
        const [connection] = mallory.host.node.getConnections();
        const stream = await connection?.newStream('/holdfast/write-sector/1');
        if (stream === undefined) throw new Error('no stream');
        stream.send(rawFrame('message', writeSectorRequest.encode({ authorization: mallory.authorization, sector: sectorNumber(n) })));
        return listen(stream);
      }),
    );
    while (server.load().places.uploads < 2) await new Promise((resolve) => setImmediate(resolve));
    const write = ({ link, authorization }: Renter, n: number): Promise<void> =>
      link.writeSector(authorization, sourceOf(sectorNumber(n, 300), patterned(9_600)));
    await write(alice, 10);
    while (server.load().places.uploads > 2) await new Promise((resolve) => setImmediate(resolve));
    await write(carol, 11);
    await Promise.race(unfinished.map(({ ended }) => ended));
    const told = unfinished.flatMap(({ heard }) => framesIn(heard).map(({ kind }) => kind)).filter((kind) => kind === 'refusal');
    expect(told.length).to.be.within(1, 2);
  });

  it('and refuses a request that has waited long enough', async () => {
    await serve({ requests: 1, turnMilliseconds: 30 });
    const [mallory, alice] = (await Promise.all([deals.mallory, deals.alice].map(rent))) as [Renter, Renter];
    const hers = read(mallory);
    await begin(1);
    const refusal = await rejection(read(alice), 'PEER_REFUSED');
    expect(refusal.data).to.include({ code: 'PEER_BUSY' });
    letGo[0]?.();
    await hers;
  });
});
