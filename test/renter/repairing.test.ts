import { expect } from 'chai';
import type { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { wei, type DealId } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { actor } from '../support/worlds/actors.js';
import { letters, stored } from './stored-letters.js';
import { createRecordedSink, type RenterWorld } from '../support/worlds/renter-world.js';
import { shardsOf } from '../support/stored-slabs.js';

const healthOf = async (world: RenterWorld): Promise<Record<string, string>> => {
  const health = await world.during(world.renter.health());
  const deals = await world.chain.deals([...health.keys()]);
  return Object.fromEntries(
    deals.map((deal) => [world.nameOf(deal?.provider ?? world.addressOf('bob')), deal ? (health.get(deal.id)?.state ?? '') : '']),
  );
};

const expectWhole = async (world: RenterWorld): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(world.renter.get({ object: 'letters', sink }));
  expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
};

describe('Alice repairs a file', () => {
  it('not at all while every provider proves and answers', async () => {
    const world = await stored();
    await world.liveTo(world.ledger.period + 1, 25);
    const result = await world.during(world.renter.repair({ periods: 20 }));
    expect(result).to.include({ repairedShards: 0 });
    expect(result.outcomes).to.deep.equal([]);
    expect(world.sent).to.deep.equal(['open']);
  });

  it('onto another provider, under fresh keys, once one is silent and missed an audit', async () => {
    const world = await stored();
    const before = await shardsOf(world.catalogue, await world.catalogue.object('letters'));
    world.silence('bob');
    expect((await healthOf(world))['bob']).to.equal('doubtful');
    expect((await world.during(world.renter.repair({ periods: 20 }))).repairedShards).to.equal(0);
    await world.liveTo(world.ledger.period + 1, 25);
    expect(await healthOf(world)).to.deep.equal({ bob: 'lost', carol: 'healthy', dave: 'healthy', erin: 'healthy' });

    const { outcomes, repairedShards } = await world.during(world.renter.repair({ periods: 20 }));
    expect(repairedShards).to.equal(1);
    expect(world.metrics.value('holdfast_shards_repaired_total')).to.equal(1);
    expect(world.metrics.value('holdfast_uploaded_bytes_total')).to.be.greaterThan(letters.length);
    expect(world.metrics.value('holdfast_downloaded_bytes_total')).to.be.greaterThan(0);
    expect([...(outcomes[0]?.moved.values() ?? [])].map((provider) => world.nameOf(provider))).to.deep.equal(['frank']);
    const after = await shardsOf(world.catalogue, await world.catalogue.object('letters'));
    const changed = after.filter(({ deal }, index) => deal !== before[index]?.deal);
    expect(changed).to.have.length(1);
    const old = before.find(({ shard }) => shard === changed[0]?.shard);
    expect(changed[0]).to.include({ attempt: (old?.attempt ?? 0) + 1 });
    expect(changed[0]?.sector.root).to.not.equal(old?.sector.root);
    expect(await healthOf(world)).to.deep.equal({ frank: 'healthy', carol: 'healthy', dave: 'healthy', erin: 'healthy' });

    world.silence('carol');
    world.silence('dave');
    await expectWhole(world);
  });

  it('when a provider has lost the data and says so', async () => {
    const world = await stored();
    const bob = world.providers.get('bob');
    for await (const { root } of bob?.store.list() ?? []) await bob?.store.delete(root);
    const { outcomes } = await world.during(world.renter.repair({ periods: 20 }));
    expect([...(outcomes[0]?.moved.values() ?? [])].map((provider) => world.nameOf(provider))).to.deep.equal(['frank']);
    await expectWhole(world);
  });

  it('even while one of the others lies about its shard', async () => {
    const world = await stored();
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);
    let probes = 0;
    world.bend('carol', (service) => ({
      readLeaves: async (...call) => {
        const range = await service.readLeaves(...call);
        return probes++ === 0 ? range : { ...range, bytes: new Uint8Array(range.bytes.length) };
      },
    }));
    const { repairedShards } = await world.during(world.renter.repair({ periods: 20 }));
    expect(repairedShards).to.equal(1);
    await expectWhole(world);
  });

  it('once, where two repairs are begun at once', async () => {
    const world = await stored();
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);
    const coded = world.coded();
    const both = [world.renter.repair({ periods: 20 }), world.renter.repair({ periods: 20 })];
    const results = await world.during(Promise.all(both));
    expect(results.map(({ repairedShards }) => repairedShards)).to.deep.equal([1, 0]);
    expect(world.coded() - coded).to.equal(1);
    expect(
      world.sent.filter((kind) => kind === 'open'),
      'for the file, and for what was lost',
    ).to.have.length(2);
    await expectWhole(world);
  });

  it('not without a provider to spare, and says so', async () => {
    const world = await stored();
    world.silence('bob');
    world.silence('frank');
    await world.liveTo(world.ledger.period + 1, 25);
    const error = await rejectsCoded(world.during(world.renter.repair({ periods: 20 })), 'PROVIDERS_TOO_FEW');
    expect(error.message).to.contain(world.addressOf('frank'));
    await expectWhole(world);
  });

  it('not when fewer than k shards are left: that is hopeless, and said', async () => {
    const world = await stored();
    for (const name of ['bob', 'carol', 'dave']) world.silence(name);
    await world.liveTo(world.ledger.period + 1, 25);
    const { outcomes } = await world.during(world.renter.repair({ periods: 20 }));
    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['hopeless']);
  });
});

describe('Alice looks after her deals', () => {
  it('and lists them from the chain', async () => {
    const world = await stored();
    const deals = await world.renter.deals();
    expect(deals.map(({ deal }) => world.nameOf(deal.provider))).to.have.members(['bob', 'carol', 'dave', 'erin']);
    for (const { known, sectorsInUse } of deals) expect({ known, sectorsInUse }).to.deep.equal({ known: true, sectorsInUse: 1 });
  });

  it('and ends them by agreement: a revision without leaves, then the escrow comes back', async () => {
    const world = await stored();
    const ids = (await world.renter.deals()).map(({ deal }) => deal.id);
    const emptied = await world.during(world.renter.release(ids));
    const from = world.ledger.period + 2;
    const milliseconds = (from - 1) * world.ledger.parameters.periodBlocks * 500 - (world.ledger.block - world.chain.genesisBlock) * 500;
    expect(emptied).to.deep.equal({
      released: [],
      emptied: ids.map((deal) => ({ deal, from, milliseconds })),
      failures: [],
      period: from - 2,
    });
    await world.liveTo(from, 0);
    const { released, failures } = await world.during(world.renter.release(ids));
    expect(failures).to.deep.equal([]);
    expect(released).to.have.length(4);
    const { credit: back } = await world.chain.balances(world.chain.account);
    expect(released.reduce((sum, { refund }) => sum + refund, 0n)).to.equal(back);
    for (const deal of await world.chain.deals(ids)) expect(deal).to.include({ status: 'closed', escrow: 0n });
    const { credit, token } = await world.chain.balances(world.chain.account);
    expect(credit > 0n).to.equal(true);
    await world.renter.withdraw();
    expect(await world.chain.balances(world.chain.account)).to.include({ credit: 0n, token: token + credit });
    expect(await world.renter.withdraw()).to.equal(undefined);
  });

  it('and is told which provider does not agree', async () => {
    const world = await stored();
    world.bend('bob', () => ({ signRevision: () => Promise.reject(new Error('no')) }));
    const ids = (await world.renter.deals()).map(({ deal }) => deal.id);
    const { emptied, failures } = await world.during(world.renter.release(ids));
    expect(emptied).to.have.length(3);
    expect(failures.map(({ provider, canLeave }) => [provider && world.nameOf(provider), canLeave])).to.deep.equal([['bob', true]]);
  });

  it('and is told which files she cannot read back once deals are cancelled, and that one is lost', async () => {
    const world = await stored();
    const ids = (await world.renter.deals()).map(({ deal }) => deal.id);
    const lostBy = async (without: readonly DealId[]) =>
      (await world.renter.unreadable({ without })).map(({ object, left }) => [object.name, left]);
    const [first, second, third] = ids as [DealId, DealId, DealId, DealId];
    expect(await lostBy([])).to.deep.equal([]);
    expect(await lostBy([first, second])).to.deep.equal([]);
    expect(await lostBy([first, second, third])).to.deep.equal([['letters', 1]]);
    await world.during(world.renter.release([first, second, third]));
    expect(await lostBy([])).to.deep.equal([['letters', 1]]);
    await world.liveTo(world.ledger.period + 3, 25);
    const sink = createRecordedSink();
    const error = await rejectsCoded(world.during(world.renter.get({ object: 'letters', sink })), 'OBJECT_LOST');
    expect(error.message).to.include('1 of the 2 shards');
    expect(sink.state).to.equal('abandoned');
  });

  it('and one deal that cannot be ended hides no other: an unknown one, a closed one, one named twice', async () => {
    const world = await stored();
    const ids = (await world.renter.deals()).map(({ deal }) => deal.id);
    await world.during(world.renter.release(ids));
    await world.liveTo(world.ledger.period + 2, 0);
    const [first, ...rest] = ids;
    if (!first) throw new Error('there is no deal');
    expect((await world.during(world.renter.release([first, first]))).released.map(({ deal }) => deal)).to.deep.equal([first]);
    const unknown = `0x${'9'.repeat(64)}` as DealId;
    const { released, failures } = await world.during(world.renter.release([unknown, first, ...rest, ...rest]));
    expect(released.map(({ deal }) => deal)).to.deep.equal(rest);
    expect(failures.map(({ deal, error }) => [deal, (error as HoldfastError).code])).to.deep.equal([
      [unknown, 'DEAL_UNKNOWN'],
      [first, 'DEAL_IS_CLOSED'],
    ]);
  });

  it('and may end no deal of somebody else, whatever her catalogue says, and is not told to leave it', async () => {
    const world = await stored();
    const ids = (await world.renter.deals()).map(({ deal }) => deal.id);
    const stranger = world.another({ name: 'mallory', settlement: world.ledger.as(actor('mallory').address) });
    const { failures } = await world.during(stranger.release(ids));
    expect(failures.map(({ error, canLeave }) => [(error as HoldfastError).code, canLeave])).to.deep.equal(
      ids.map(() => ['NOT_PARTY', false]),
    );
  });

  it('and takes the escrow of an emptied deal back without its provider and without the catalogue that opened it', async () => {
    const world = await stored();
    const ids = (await world.renter.deals()).map(({ deal }) => deal.id);
    await world.during(world.renter.release(ids));
    await world.liveTo(world.ledger.period + 2, 0);
    for (const name of ['bob', 'carol', 'dave', 'erin']) world.silence(name);
    const elsewhere = world.another({ catalogue: createMemoryCatalogue(world.ledger.identity) });
    const { released, failures } = await world.during(elsewhere.release(ids));
    expect([released.length, failures]).to.deep.equal([4, []]);
  });

  it('and a refusal of the chain for one deal leaves the others their turn', async () => {
    const world = await stored();
    const ids = (await world.renter.deals()).map(({ deal }) => deal.id);
    await world.during(world.renter.release(ids));
    await world.liveTo(world.ledger.period + 2, 0);
    const [refused] = ids;
    const settlement: Settlement = {
      ...world.chain,
      submit: (action, options) =>
        action.kind === 'cancel' && action.deal === refused ? Promise.reject(new Error('no')) : world.chain.submit(action, options),
    };
    const { released, failures } = await world.during(world.another({ settlement }).release(ids));
    expect([released.length, failures.map(({ deal }) => deal)]).to.deep.equal([3, [refused]]);
  });

  it('and closes the deal of a provider that defaulted: collateral and escrow come back', async () => {
    const world = await stored();
    const deal = (await world.renter.deals()).find((entry) => world.nameOf(entry.deal.provider) === 'bob')?.deal;
    if (!deal) throw new Error('Bob holds nothing');
    await rejectsCoded(world.renter.closeDeal(deal.id), 'TOO_EARLY_TO_CLOSE');
    world.silence('bob');
    await world.liveTo(world.ledger.period + world.ledger.parameters.maxMisses + 1, 25);
    await world.chain.submit({ kind: 'sync', provider: deal.provider });
    expect((await world.renter.deal(deal.id))?.defaulted).to.not.equal(undefined);
    const before = await world.chain.balances(world.chain.account);
    const { events } = await world.renter.closeDeal(deal.id);
    const closed = events.find(({ name }) => name === 'DealClosed');
    expect(closed?.args['collateral']).to.equal(deal.weight * world.ledger.parameters.unit);
    expect((await world.chain.balances(world.chain.account)).credit > before.credit).to.equal(true);
  });

  it('and is refused, before anything is sent, a deposit that could not do what it is for', async () => {
    const world = await stored();
    const [first] = await world.renter.deals();
    if (!first) throw new Error('there is no deal');
    const mallory = actor('mallory').address;
    world.ledger.fund(mallory, 1_000n);
    const settlement = world.ledger.as(mallory);
    await settlement.submit({ kind: 'approve', amount: wei(0n) });
    const stranger = world.another({ name: 'mallory', settlement });
    await rejectsCoded(stranger.deposit(first.deal.id, wei(5n), { forReads: true }), 'NOT_PARTY');
    expect(await settlement.balances(mallory)).to.include({ token: 1_000n, allowance: 0n });
    await stranger.deposit(first.deal.id, wei(5n));
    expect(await world.renter.deal(first.deal.id)).to.include({ escrow: first.deal.escrow + 5n, maxEgress: first.deal.maxEgress });

    world.silence(world.nameOf(first.deal.provider));
    await world.liveTo(world.ledger.period + world.ledger.parameters.maxMisses + 1, 25);
    await world.chain.submit({ kind: 'approve', amount: wei(0n) });
    await rejectsCoded(world.renter.deposit(first.deal.id, wei(5n)), 'DEAL_DEFAULTED');
    await world.renter.closeDeal(first.deal.id);
    await rejectsCoded(world.renter.deposit(first.deal.id, wei(5n)), 'DEAL_IS_CLOSED');
    expect((await world.chain.balances(world.chain.account)).allowance).to.equal(0n);
  });

  it('and leaves, deposits and cancels', async () => {
    const world = await stored();
    const [first] = await world.renter.deals();
    if (!first) throw new Error('there is no deal');
    await world.renter.deposit(first.deal.id, wei(5n));
    expect(await world.renter.deal(first.deal.id)).to.include({ escrow: first.deal.escrow + 5n, maxEgress: first.deal.maxEgress });
    await world.renter.deposit(first.deal.id, wei(7n), { forReads: true });
    expect(await world.renter.deal(first.deal.id)).to.include({ escrow: first.deal.escrow + 12n, maxEgress: first.deal.maxEgress + 7n });
    await rejectsCoded(world.renter.cancel(first.deal.id), 'DEAL_NOT_EMPTY');
    await rejectsCoded(world.renter.deposit(first.deal.id, wei(10n ** 30n)), 'BALANCE_TOO_SMALL');
    await world.renter.leave(first.deal.id);
    const left = await world.renter.deal(first.deal.id);
    expect(left?.end).to.equal(left?.maxEnd);
  });
});
