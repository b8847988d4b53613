import { expect } from 'chai';
import { blockNumber, wei } from '../../node/core/units.js';
import type { MarketEvent } from '../../node/ports/settlement.js';
import { bytesOf } from '../support/worlds/actors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { slabsOf } from '../support/stored-slabs.js';

const bigint = (event: MarketEvent, field: string): bigint => {
  const value = event.args[field];
  if (typeof value !== 'bigint') throw new TypeError(`${event.name} has no amount ${field}`);
  return value;
};

const eventsOf = async ({ chain, ledger }: RenterWorld, name: string): Promise<MarketEvent[]> =>
  (await chain.events(blockNumber(0), ledger.block)).filter((event) => event.name === name);

/** Everybody's tokens: in wallets, as stakes, escrows and credits. */
const wealth = async ({ chain, providers }: RenterWorld): Promise<bigint> => {
  const records = await chain.providerRecords();
  const sheets = (await chain.providerSheets(records.map(({ provider }) => provider))).filter((sheet) => sheet !== undefined);
  const operators = [...providers.values()].map(({ operator }) => operator.address);
  const accounts = [chain.account, ...sheets.map(({ provider }) => provider), ...operators];
  const balances = await Promise.all(accounts.map((account) => chain.balances(account)));
  const deals = await chain.deals(await chain.dealIdsOf('renter', chain.account));
  return (
    balances.reduce((sum, { token, credit }) => sum + token + credit, 0n) +
    sheets.reduce((sum, { stake }) => sum + stake, 0n) +
    deals.reduce((sum, deal) => sum + (deal?.escrow ?? 0n), 0n)
  );
};

const expectBack = async (world: RenterWorld, object: string, bytes: Uint8Array): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(world.another().get({ object, sink }));
  expect(sink.state).to.equal('finished');
  expect(Buffer.compare(sink.bytes, bytes)).to.equal(0);
};

describe('the main job in one process', () => {
  it('stores, audits, pays, survives a lost provider, repairs, gives the files back and settles up', async () => {
    const world = await createRenterWorld({
      provider: (name) => ({ ask: { price: wei((name === 'heidi' ? 200n : 100n) * TOKEN) } }),
    });
    const { ledger, chain, renter } = world;
    const [letters, notes] = [bytesOf('letters', 200_000), bytesOf('notes', 100_000)];
    const before = await wealth(world);

    // 1. A file at six of seven providers, and a second one in the same deals.
    const first = await world.during(renter.put({ name: 'letters', source: sourceOf(letters), periods: 100 }));
    expect((await slabsOf(world.catalogue, first.object))[0]?.shards).to.have.length(6);
    const sentForFirst = world.sent.length;
    await world.during(renter.put({ name: 'notes', source: sourceOf(notes), periods: 100 }));
    expect(world.sent.length).to.equal(sentForFirst);
    const ids = await chain.dealIdsOf('renter', chain.account);
    expect(ids).to.have.length(6);

    // 2. Three periods: all six prove each, and rent accrues.
    const started = ledger.period;
    await world.liveTo(started + 3, 25);
    const proofs = await eventsOf(world, 'Proven');
    expect(proofs).to.have.length(18);
    expect(await eventsOf(world, 'Missed')).to.deep.equal([]);
    for (const id of ids) await renter.settle(id);
    const rent = (await eventsOf(world, 'DealSettled')).reduce((sum, event) => sum + bigint(event, 'rent'), 0n);
    expect(rent > 0n).to.equal(true);

    // 3. Bob is lost: his window passes, and his stake is slashed.
    world.silence('bob');
    const stakeBefore = (await chain.provider(world.addressOf('bob')))?.stake ?? 0n;
    await world.liveTo(ledger.period + 1, 25);
    await chain.submit({ kind: 'sync', provider: world.addressOf('bob') });
    const [miss, ...others] = await eventsOf(world, 'Missed');
    if (!miss) throw new Error('nobody noticed');
    expect(others).to.deep.equal([]);
    expect(miss.args['provider']).to.equal(world.addressOf('bob'));
    const slashed = bigint(miss, 'burnt') + bigint(miss, 'bounty') + bigint(miss, 'compensation');
    expect((await chain.provider(world.addressOf('bob')))?.stake).to.equal(stakeBefore - slashed);

    // 4. Both files' lost shards go to the spare provider, and audits go on.
    const { repairedShards, outcomes } = await world.during(renter.repair({ periods: 100 }));
    expect(repairedShards).to.equal(2);
    for (const { moved } of outcomes) expect([...moved.values()].map((provider) => world.nameOf(provider))).to.deep.equal(['heidi']);
    await world.liveTo(ledger.period + 1, 25);
    const heidi = (await eventsOf(world, 'Proven')).filter(({ args }) => args['provider'] === world.addressOf('heidi'));
    expect(heidi).to.have.length(1);

    // 5. Both files come back, whoever is asked.
    await expectBack(world, 'letters', letters);
    await expectBack(world, 'notes', notes);

    // 6. Bob defaults: collateral and unspent escrow come back. The others settle by agreement.
    await world.liveTo(ledger.period + ledger.parameters.maxMisses, 25);
    await chain.submit({ kind: 'sync', provider: world.addressOf('bob') });
    expect(await eventsOf(world, 'Defaulted')).to.have.length(1);
    const deals = await renter.deals();
    const lost = deals.find(({ deal }) => deal.provider === world.addressOf('bob'))?.deal;
    if (!lost) throw new Error('the deal with Bob is gone');
    const { events } = await renter.closeDeal(lost.id);
    const [closed] = events.filter(({ name }) => name === 'DealClosed');
    if (!closed) throw new Error('the deal with Bob was not closed');
    expect(bigint(closed, 'collateral') > 0n && bigint(closed, 'refund') > 0n).to.equal(true);
    const rest = deals.map(({ deal }) => deal.id).filter((id) => id !== lost.id);
    const { emptied } = await world.during(renter.release(rest));
    expect(emptied).to.have.length(6);
    await world.liveTo(ledger.period + 2, 0);
    const { released, failures } = await world.during(renter.release(rest));
    expect(failures).to.deep.equal([]);
    expect(released).to.have.length(6);
    expect((await eventsOf(world, 'Missed')).every(({ args }) => args['provider'] === world.addressOf('bob'))).to.equal(true);

    // Who paid whom: nothing is missing but what was burnt and what went to the reward pool.
    await renter.withdraw();
    const burnt = [...(await eventsOf(world, 'Missed')), ...(await eventsOf(world, 'Defaulted'))].reduce(
      (sum, event) => sum + bigint(event, 'burnt'),
      0n,
    );
    const fees = (await eventsOf(world, 'DealSettled')).reduce((sum, event) => sum + bigint(event, 'fee'), 0n);
    expect(fees > 0n).to.equal(true);
    const after = await wealth(world);
    const unclaimed = before - burnt - fees - after;
    expect(unclaimed >= 0n && unclaimed < TOKEN / 1000n, `${unclaimed} wei are missing`).to.equal(true);
  });
});
