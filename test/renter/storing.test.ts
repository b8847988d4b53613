import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { sectorRoot } from '../../node/core/data/merkle.js';
import { wei, type Signature } from '../../node/core/units.js';
import type { PutResult } from '../../node/renter/upload/put.js';
import type { RenterEvent } from '../../node/renter/events.js';
import { actor, bytesOf, hashOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { collect } from '../support/collect.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { shardsOf, slabsOf } from '../support/stored-slabs.js';

const letters = bytesOf('letters', 5_000);
const terms = { k: 2, n: 4, periods: 20 };

const fetched = async ({ renter, during }: RenterWorld, object: string): Promise<Uint8Array> => {
  const sink = createRecordedSink();
  await during(renter.get({ object, sink }));
  expect(sink.state).to.equal('finished');
  return sink.bytes;
};

describe('Alice stores a file', () => {
  it('at n distinct providers, and has it back byte for byte', async () => {
    const world = await createRenterWorld();
    const events: RenterEvent[] = [];
    const result = await world.during(
      world.renter.put({ name: 'letters', source: sourceOf(letters), ...terms, report: (event) => void events.push(event) }),
    );
    expect(result.object).to.include({ name: 'letters', bytes: 5_000, state: 'stored', k: 2, n: 4 });
    expect(result.failures).to.deep.equal([]);
    const deals = await world.chain.deals((await shardsOf(world.catalogue, result.object)).map(({ deal }) => deal));
    expect(new Set(deals.map((deal) => deal?.provider)).size).to.equal(4);
    for (const deal of deals) expect(deal).to.include({ status: 'active', sectors: 1, leaves: 79, number: 1n });
    expect(world.sent).to.deep.equal(['open']);
    expect(events.map(({ kind }) => kind)).to.include.members(['hashed', 'quoted', 'opened', 'uploaded', 'signed', 'committed']);
    expect(Buffer.compare(await fetched(world, 'letters'), letters)).to.equal(0);
  });

  it('shows what it costs before anything is paid, and pays nothing when she declines', async () => {
    const world = await createRenterWorld();
    const before = await world.chain.balances(world.chain.account);
    const put = world.renter.put({
      name: 'letters',
      source: sourceOf(letters),
      ...terms,
      confirm: async (quote) => {
        expect(quote.parts).to.have.length(4);
        expect(quote.total > 0n && quote.total <= quote.escrow).to.equal(true);
        return false;
      },
    });
    await rejectsCoded(world.during(put), 'QUOTE_DECLINED');
    expect(await world.chain.balances(world.chain.account)).to.deep.equal(before);
    expect(await collect(world.catalogue.objects())).to.deep.equal([]);
    expect(await collect(world.catalogue.deals())).to.deep.equal([]);
    expect(await world.catalogue.openings()).to.deep.equal([]);
  });

  it('and a second one from the same deals without a transaction', async () => {
    const world = await createRenterWorld();
    await world.during(world.renter.put({ name: 'first', source: sourceOf(letters), ...terms }));
    const notes = bytesOf('notes', 5_000);
    const sentBefore = world.sent.length;
    const second = await world.during(world.renter.put({ name: 'second', source: sourceOf(notes), ...terms }));
    expect(world.sent.length).to.equal(sentBefore);
    expect(second.quote?.escrow).to.equal(0n);
    expect(await collect(world.catalogue.deals())).to.have.length(4);
    expect(Buffer.compare(await fetched(world, 'first'), letters)).to.equal(0);
    expect(Buffer.compare(await fetched(world, 'second'), notes)).to.equal(0);
  });

  for (const size of [1, 31, 32, 33, 64, 65]) {
    it(`of ${size} bytes`, async () => {
      const world = await createRenterWorld({ names: ['bob', 'carol', 'dave'] });
      const bytes = bytesOf('small', size);
      await world.during(world.renter.put({ name: 'small', source: sourceOf(bytes), k: 2, n: 3, periods: 20 }));
      expect(Buffer.compare(await fetched(world, 'small'), bytes)).to.equal(0);
    });
  }

  it('of several slabs, a few in flight, with memory for none of the rest', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol'], silence: 5_000 });
    const bytes = Uint8Array.from({ length: 9 * (1 << 20) + 5 }, (_, index) => (index * index) >> 7);
    await world.during(world.renter.put({ name: 'long', source: sourceOf(bytes), k: 1, n: 2, periods: 20, room: 0 }));
    const object = (await world.catalogue.object('long'))!;
    expect((await slabsOf(world.catalogue, object)).map(({ length }) => length)).to.deep.equal([1 << 22, 1 << 22, (1 << 20) + 5]);
    expect(Buffer.compare(await fetched(world, 'long'), bytes)).to.equal(0);
  });

  it('that is empty: no provider, no cost, and it comes back empty', async () => {
    const world = await createRenterWorld({ names: [] });
    const result = await world.during(world.renter.put({ name: 'nothing', source: sourceOf(new Uint8Array()), ...terms }));
    expect(result.object).to.include({ bytes: 0, state: 'stored' });
    expect(world.sent).to.deep.equal([]);
    expect(await fetched(world, 'nothing')).to.deep.equal(new Uint8Array());
  });

  it('so that no provider holds plaintext, nor two the same bytes', async () => {
    const world = await createRenterWorld();
    const plain = new Uint8Array(5_000).fill(7);
    await world.during(world.renter.put({ name: 'sevens', source: sourceOf(plain), ...terms }));
    const roots = new Set<string>();
    for (const { store } of world.providers.values()) {
      for await (const { root } of store.list()) {
        const bytes = await store.read(root);
        expect(sectorRoot(bytes)).to.equal(root);
        expect(Buffer.from(bytes).includes(Buffer.alloc(8, 7))).to.equal(false);
        roots.add(root);
      }
    }
    expect(roots.size).to.equal(4);
  });
});

describe('Alice is told plainly, and nothing is half done, when', () => {
  const nothingHappened = async (world: RenterWorld): Promise<void> => {
    expect(world.sent).to.deep.equal([]);
    expect(await collect(world.catalogue.objects())).to.deep.equal([]);
    expect(await world.catalogue.openings()).to.deep.equal([]);
  };

  it('k and n make no code', async () => {
    const world = await createRenterWorld();
    await rejectsCoded(
      world.during(world.renter.put({ name: 'x', source: sourceOf(letters), k: 5, n: 4, periods: 20 })),
      'ERASURE_SHAPE_INVALID',
    );
    await rejectsCoded(world.during(world.renter.put({ name: 'x', source: sourceOf(letters), ...terms, periods: 1 })), 'PERIODS_TOO_FEW');
    await nothingHappened(world);
  });

  it('there are too few providers', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol', 'dave'] });
    const error = await rejectsCoded(
      world.during(world.renter.put({ name: 'x', source: sourceOf(letters), ...terms })),
      'PROVIDERS_TOO_FEW',
    );
    expect(error.data).to.deep.equal({ needed: 4, found: 3, reasons: '' });
    await nothingHappened(world);
  });

  it('they ask too much', async () => {
    const world = await createRenterWorld();
    const put = world.renter.put({ name: 'x', source: sourceOf(letters), ...terms, maxPrice: wei(5n) });
    const error = await rejectsCoded(world.during(put), 'PRICE_ABOVE_LIMIT');
    expect(error.data).to.include({ limit: 5n, asked: 12_960_000n * TOKEN, needed: 4 });
    await nothingHappened(world);
  });

  it('she has too few tokens', async () => {
    const world = await createRenterWorld({ tokens: 5n });
    const error = await rejectsCoded(
      world.during(world.renter.put({ name: 'x', source: sourceOf(letters), ...terms })),
      'BALANCE_TOO_SMALL',
    );
    expect(error.data).to.include({ balance: 5n });
    await nothingHappened(world);
  });

  it('the file changes while it is read', async () => {
    const world = await createRenterWorld();
    let versions = 0;
    const source = { ...sourceOf(letters), origin: async () => `version ${versions++}` };
    await rejectsCoded(world.during(world.renter.put({ name: 'x', source, ...terms })), 'SOURCE_CHANGED');
    expect(await collect(world.catalogue.objects())).to.deep.equal([]);
  });

  it('the file is shorter than it was, or another when it is read again', async () => {
    const world = await createRenterWorld();
    const short = { ...sourceOf(letters), length: 5_001 };
    await rejectsCoded(world.during(world.renter.put({ name: 'x', source: short, ...terms })), 'SOURCE_CHANGED');
    for (const { store } of world.providers.values()) expect(store.bytesUsed).to.equal(0);
    let reads = 0;
    const other = { length: 5_000, read: async () => bytesOf(`version ${reads++}`, 5_000) };
    world.bend('bob', () => ({ admitSector: () => Promise.reject(new Error('no')) }));
    await rejectsCoded(world.during(world.renter.put({ name: 'x', source: other, ...terms, n: 6 })), 'SOURCE_CHANGED');
    expect(await collect(world.catalogue.objects())).to.deep.equal([]);
  });

  it('the object is not there, or was never stored whole', async () => {
    const world = await createRenterWorld();
    const sink = createRecordedSink();
    await rejectsCoded(world.renter.get({ object: 'x', sink }), 'OBJECT_MISSING');
    expect(sink.state).to.equal('abandoned');
    const { object } = await world.during(world.renter.put({ name: 'x', source: sourceOf(letters), ...terms }));
    await world.catalogue.putObject({ ...object, state: 'placing' });
    await rejectsCoded(world.renter.get({ object: 'x', sink: createRecordedSink() }), 'OBJECT_NOT_STORED');
  });
});

describe('a provider that does not do its part is named and replaced:', () => {
  const forge = (): Promise<Signature> => actor('mallory').sign(hashOf('something else'));
  const refuse = (): Promise<never> => Promise.reject(new HoldfastError('STORE_CLOSED', { path: 'x' }));
  const faults: [string, (world: RenterWorld) => void, string][] = [
    ['it takes no sector', (world) => world.bend('bob', () => ({ admitSector: refuse })), 'PEER_REFUSED'],
    ['it cannot be reached', (world) => world.silence('bob'), 'PEER_SILENT'],
    ["it signs with another's key", (world) => world.bend('bob', () => ({ signRevision: forge })), 'BAD_SIGNATURE'],
    ['it will not sign', (world) => world.bend('bob', () => ({ signRevision: refuse })), 'PEER_REFUSED'],
    [
      'it takes sectors and is silent then',
      (world) => world.bend('bob', () => ({ signRevision: () => new Promise(() => undefined) })),
      'PEER_SILENT',
    ],
  ];
  const put = { name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 20 };
  const withCheapBob = (): Promise<RenterWorld> =>
    createRenterWorld({
      names: ['bob', 'carol', 'dave', 'erin', 'frank'],
      provider: (name) => (name === 'bob' ? { ask: { price: wei(TOKEN) } } : {}),
    });

  const expectReplaced = async (world: RenterWorld, { object, failures }: PutResult, code: string): Promise<void> => {
    const deals = await world.chain.deals((await shardsOf(world.catalogue, object)).map(({ deal }) => deal));
    const holders = deals.map((deal) => world.nameOf(deal?.provider ?? world.addressOf('bob')));
    expect(holders).to.have.members(['carol', 'dave', 'erin', 'frank']);
    expect(failures.map(({ provider }) => world.nameOf(provider))).to.deep.equal(['bob']);
    expect(failures[0]?.error).to.have.property('code', code);
    expect(world.log.events('warn')).to.include('provider-failed');
    expect(world.metrics.value('holdfast_provider_failures_total')).to.be.greaterThan(0);
    expect(Buffer.compare(await fetched(world, 'letters'), letters)).to.equal(0);
  };

  for (const [story, spoil, code] of faults) {
    it(story, async () => {
      const world = await withCheapBob();
      spoil(world);
      await expectReplaced(world, await world.during(world.renter.put(put)), code);
    });
  }

  it('it never posts what it signed, nor what is signed in its place', async () => {
    const world = await withCheapBob();
    const report = (event: RenterEvent): void => {
      if (event.kind === 'signed' && world.nameOf(event.provider) === 'bob') world.silence('bob');
    };
    await expectReplaced(world, await world.during(world.renter.put({ ...put, report })), 'PEER_SILENT');
  });

  it('and with nobody left to replace it, everybody who failed is in the message', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol'] });
    world.bend('bob', () => ({ admitSector: refuse }));
    const error = await rejectsCoded(world.during(world.renter.put({ ...put, k: 1, n: 2 })), 'PROVIDERS_TOO_FEW');
    expect(error.message).to.contain(`${world.addressOf('bob')}: STORE_CLOSED`);
  });
});
