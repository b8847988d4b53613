import { expect } from 'chai';
import type { SlabRecord } from '../../node/ports/catalogue.js';
import type { RenterEvent } from '../../node/renter/events.js';
import type { Quote } from '../../node/renter/homes/quote.js';
import { bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { collect } from '../support/collect.js';
import { shardsOf, slabsOf } from '../support/stored-slabs.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB, STEP, streamOf, terms } from './in-steps.js';

const long = bytesOf('long', 5 * STEP + 3 * SLAB + 5);

const expectBack = async ({ renter, during }: RenterWorld, object: string, bytes: Uint8Array): Promise<void> => {
  const sink = createRecordedSink();
  await during(renter.get({ object, sink }));
  expect(Buffer.compare(sink.bytes, bytes)).to.equal(0);
};

describe('Alice stores a file that is larger than a deal', () => {
  it('in steps: no provider has more to sign than its share, no deal more than it may, no slab two shards at one provider', async () => {
    const world = await createSteppedWorld();
    const { object, failures } = await world.during(world.renter.put({ name: 'long', source: sourceOf(long), ...terms }));
    expect(failures).to.deep.equal([]);
    expect(object).to.include({ bytes: long.length, slabs: 24, state: 'stored' });
    for (const { shards } of await slabsOf(world.catalogue, object)) {
      const deals = await world.chain.deals(shards.map(({ deal }) => deal));
      expect(new Set(deals.map((deal) => deal?.provider)).size).to.equal(4);
    }
    const ids = [...new Set((await shardsOf(world.catalogue, object)).map(({ deal }) => deal))];
    expect(ids.length).to.equal(12);
    for (const deal of await world.chain.deals(ids)) {
      expect(deal?.leaves).to.be.at.most(256);
      expect(deal?.maxLeaves).to.be.at.most(256);
    }
    await expectBack(world, 'long', long);
  });

  it('and reads it once, front to back', async () => {
    const world = await createSteppedWorld();
    const reads: number[] = [];
    const source = sourceOf(long);
    const watched = { ...source, read: (offset: number, length: number) => (reads.push(offset), source.read(offset, length)) };
    await world.during(world.renter.put({ name: 'long', source: watched, ...terms }));
    expect(reads).to.deep.equal(Array.from({ length: 24 }, (_, slab) => slab * SLAB));
  });

  it('and what is written down of a slab costs the same, however many there are', async () => {
    const world = await createSteppedWorld();
    const rows: number[] = [];
    const putObject: typeof world.catalogue.putObject = (object, slabs = new Map<number, SlabRecord>()) => {
      rows.push(slabs.size);
      return world.catalogue.putObject(object, slabs);
    };
    await world.during(
      world.another({ catalogue: { ...world.catalogue, putObject } }).put({ name: 'long', source: sourceOf(long), ...terms }),
    );
    expect(Math.max(...rows)).to.equal(1);
    expect(rows.length).to.equal(2 * 24 + 1);
  });

  it('and is told once what all of it costs: later steps take no more than that', async () => {
    const world = await createSteppedWorld();
    const quotes: Quote[] = [];
    const opened: bigint[] = [];
    const report = (event: RenterEvent): void => {
      if (event.kind === 'opened') opened.push(event.escrow);
    };
    const confirm = async (quote: Quote): Promise<boolean> => quotes.push(quote) > 0;
    await world.during(world.renter.put({ name: 'long', source: sourceOf(long), ...terms, confirm, report }));
    expect(quotes).to.have.length(1);
    const [quote] = quotes;
    expect(quote?.bytes).to.equal(long.length);
    expect(quote && quote.laterEscrow > quote.escrow).to.equal(true);
    const paid = opened.reduce((sum, escrow) => sum + escrow, 0n);
    expect(quote && paid <= quote.escrow + quote.laterEscrow + 12n * world.ledger.parameters.unit).to.equal(true);
  });

  it('and pays nothing if she has too few tokens for all of it', async () => {
    const probe = await createSteppedWorld();
    const { quote } = await probe.during(probe.renter.put({ name: 'long', source: sourceOf(long), ...terms }));
    const world = await createSteppedWorld({ tokens: (quote?.escrow ?? 0n) + (quote?.laterEscrow ?? 0n) - 1n });
    await rejectsCoded(world.during(world.renter.put({ name: 'long', source: sourceOf(long), ...terms })), 'BALANCE_TOO_SMALL');
    expect(world.sent).to.deep.equal([]);
    expect(await collect(world.catalogue.objects())).to.deep.equal([]);
  });

  it('twice at once under one name: each is whole', async () => {
    const world = await createSteppedWorld();
    const other = bytesOf('other', long.length);
    const puts = [long, other].map((bytes) => world.renter.put({ name: 'long', source: sourceOf(bytes), ...terms }));
    const [first, second] = await world.during(Promise.all(puts));
    await expectBack(world, first?.object.id ?? '', long);
    await expectBack(world, second?.object.id ?? '', other);
  });

  it('while the chain holds some steps and others are under way', async () => {
    const world = await createSteppedWorld();
    const kinds: string[] = [];
    const report = ({ kind }: RenterEvent): void => void kinds.push(kind);
    await world.during(world.renter.put({ name: 'long', source: sourceOf(long), ...terms, report }));
    const between = kinds.slice(kinds.indexOf('signed'), kinds.indexOf('committed'));
    expect(between, 'the next step is sent before the first is committed').to.include('uploaded');
  });
});

describe('Alice stores a stream, whose length nobody knows before its end:', () => {
  for (const [story, size] of [
    ['empty', 0],
    ['of a byte', 1],
    ['of just a slab', SLAB],
    ['of just a step', STEP],
    ['of a step and a byte', STEP + 1],
    ['of several steps', long.length],
  ] as const) {
    it(story, async () => {
      const world = await createSteppedWorld();
      const bytes = long.slice(0, size);
      const source = streamOf(bytes, 2 * STEP);
      const { object, quote } = await world.during(world.renter.put({ name: 'stream', source, ...terms }));
      expect(object).to.include({ bytes: size, state: 'stored' });
      expect(quote?.bytes).to.equal(size === 0 || size > SLAB - 1 ? undefined : size);
      expect(source.mostKept).to.be.at.most(2 * STEP);
      await expectBack(world, 'stream', bytes);
    });
  }

  it('and is asked about all that it pays in for it, since no quote said how much that comes to', async () => {
    const world = await createSteppedWorld();
    let [agreed, paid, asked] = [0n, 0n, 0];
    const confirm = async ({ escrow, laterEscrow }: Quote): Promise<boolean> => {
      agreed += escrow + laterEscrow;
      return ++asked > 0;
    };
    const report = (event: RenterEvent): void => {
      if (event.kind === 'opened') paid += event.escrow;
      expect(paid <= agreed, `${paid} paid, ${agreed} agreed to`).to.equal(true);
    };
    await world.during(world.renter.put({ name: 'stream', source: streamOf(long, 2 * STEP), ...terms, confirm, report }));
    expect(asked).to.be.above(1);
    expect(paid > 0n).to.equal(true);
  });

  it('and no more is paid once she says no', async () => {
    const world = await createSteppedWorld();
    const [agreed, opened]: [bigint[], bigint[]] = [[], []];
    const confirm = async ({ escrow }: Quote): Promise<boolean> => agreed.length === 0 && agreed.push(escrow) === 1;
    const report = (event: RenterEvent): void => {
      if (event.kind === 'opened') opened.push(event.escrow);
    };
    const put = world.renter.put({ name: 'stream', source: streamOf(long, 2 * STEP), ...terms, confirm, report });
    await rejectsCoded(world.during(put), 'QUOTE_DECLINED');
    expect(opened.reduce((sum, escrow) => sum + escrow, 0n)).to.equal(agreed[0]);
  });

  it('that is kept for less than a step: then steps are shorter', async () => {
    const world = await createSteppedWorld();
    const source = streamOf(long, 3 * SLAB);
    await world.during(world.renter.put({ name: 'stream', source, ...terms }));
    expect(source.mostKept).to.be.at.most(3 * SLAB);
    await expectBack(world, 'stream', long);
  });
});

describe('However large a file is, storing it takes the same memory:', () => {
  for (const [k, n] of [
    [1, 2],
    [2, 4],
    [3, 6],
  ] as const) {
    it(`${k} of ${n}`, async () => {
      const world = await createSteppedWorld({ limits: { slabRoom: n * 1_024 } });
      const source = sourceOf(long);
      let [most, inHand, plain] = [0, 0, 0];
      const watched = {
        ...source,
        read: async (offset: number, length: number) => {
          inHand += 1;
          most = Math.max(most, world.rooms.sending.held.bytes);
          plain = Math.max(plain, inHand - world.coded());
          return source.read(offset, length);
        },
      };
      await world.during(world.renter.put({ name: 'long', source: watched, k, n, periods: 20 }));
      expect(most, 'shards in rooms').to.be.within(n * 1_024, 2 * n * 1_024);
      expect(plain, 'slabs of plaintext').to.be.at.most(3);
    });
  }
});
