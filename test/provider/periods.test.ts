import { expect } from 'chai';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { leaves, period } from '../../node/core/units.js';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { createProviderWorld, liveTo, settle, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const signal = new AbortController().signal;
const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));

describe('Bob through the periods', () => {
  let world: ProviderWorld;
  let alice: TestRenter;

  const start = async (options: Parameters<typeof createProviderWorld>[0] = {}, maxEnd?: number): Promise<void> => {
    world = await createProviderWorld(options);
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address, ...(maxEnd === undefined ? {} : { maxEnd }) });
  };
  const live = (to: number, offset: number): Promise<void> => liveTo(world.ledger, world.provider, to, offset);
  const sheet = async () => (await world.ownerChain.provider(world.address))!;
  const deal = async () => (await world.ownerChain.deal(alice.deal))!;
  const blocksOf = async (name: string): Promise<number[]> =>
    (await world.ownerChain.events(0 as never, world.ledger.block))
      .filter((event) => event.name === name)
      .map(({ block }) => (block - world.ownerChain.genesisBlock) % world.ledger.parameters.periodBlocks);

  beforeEach(() => start());

  it('counts what it does and holds', async () => {
    await alice.put(world.provider.service, [letter, photo]);
    await live(2, 12);
    const { metrics } = world;
    expect(metrics.value('holdfast_revisions_signed_total')).to.equal(1);
    expect(metrics.value('holdfast_received_bytes_total')).to.equal(letter.bytes.length + photo.bytes.length);
    expect(metrics.value('holdfast_stored_bytes')).to.equal(world.store.bytesUsed);
    expect([metrics.value('holdfast_deals'), metrics.value('holdfast_stored_sectors')]).to.deep.equal([1, 2]);
    expect(metrics.value('holdfast_batches_total', { outcome: 'mined' })).to.equal(1);
    for (const outcome of ['sent', 'mined']) expect(metrics.value('holdfast_proofs_total', { outcome }), outcome).to.equal(1);
    expect(metrics.value('holdfast_head_block')).to.equal(world.ledger.block);
  });

  it('posts the first revision at once, since nothing is stored yet, and later ones after the audit', async () => {
    await alice.put(world.provider.service, [letter]);
    await live(1, 6);
    expect((await deal()).number).to.equal(1n);
    world.ledger.mineTo(2, 0);
    await alice.put(world.provider.service, [photo]);
    await live(2, 12);
    expect((await deal()).number).to.equal(2n);
    expect(await blocksOf('Proven')).to.deep.equal([3]);
    const [, second] = await blocksOf('DealCommitted');
    expect(second).to.be.greaterThan(3);
    expect(world.log.events('alarm')).to.deep.equal([]);
  });

  it('proves every period, three blocks in and alone, and misses none', async () => {
    await alice.put(world.provider.service, [letter, photo]);
    await live(8, 10);
    expect(await blocksOf('Proven')).to.deep.equal(Array(7).fill(3));
    expect(await world.ownerChain.missesThrough(world.address, period(8))).to.equal(0);
    expect((await sheet()).lastProven).to.equal(8);
    expect(world.log.events('alarm')).to.deep.equal([]);
    expect(world.log.events('warn')).to.deep.equal([]);
  });

  it('settles rent that has waited long, and leaves the rest', async () => {
    await start({ policy: { settleEvery: 3 } });
    await alice.put(world.provider.service, [letter]);
    await live(4, 30);
    const settlements = (await world.ownerChain.events(0 as never, world.ledger.block)).filter(({ name }) => name === 'DealSettled');
    expect(settlements.map(({ args }) => args['through'])).to.deep.equal([4n]);
    const { rate } = await deal();
    const fee = (rate * BigInt(world.ledger.parameters.feeBps) + 9_999n) / 10_000n;
    expect((await sheet()).credit).to.equal((rate - fee) * 3n);
  });

  it('proves again after a reorganization took the first block of the period away', async () => {
    await alice.put(world.provider.service, [letter]);
    await live(1, 30);
    await live(2, 5);
    expect((await sheet()).lastProven).to.equal(2);
    world.ledger.reorganize(7);
    expect((await sheet()).lastProven).to.equal(1);
    await live(2, 12);
    expect((await sheet()).lastProven).to.equal(2);
  });

  it('replaces a proof that waits when the draw has changed under it', async () => {
    await alice.put(world.provider.service, [letter]);
    await live(1, 30);
    await live(2, 1);
    world.ledger.inclusion = 'never';
    world.ledger.mine();
    await world.provider.step(signal);
    world.ledger.reorganize(3);
    await world.provider.step(signal);
    await settle();
    expect(world.log.events('warn')).to.deep.equal(['proof-replaced']);
    world.ledger.inclusion = 'next-block';
    world.ledger.mine();
    await settle();
    expect((await sheet()).lastProven).to.equal(2);
  });

  it('raises the alarm at half of the window while its proof is not mined, and again when the period is lost', async () => {
    await alice.put(world.provider.service, [letter]);
    await live(1, 30);
    world.ledger.inclusion = 'never';
    await live(2, 9);
    expect(world.log.events('alarm')).to.deep.equal([]);
    await live(2, 10);
    expect(world.log.events('alarm')).to.deep.equal(['proof-late']);
    await live(2, 20);
    expect(world.log.events('alarm')).to.deep.equal(['proof-late', 'period-missed']);
    world.ledger.inclusion = 'instant';
    await live(3, 5);
    expect((await sheet()).lastProven).to.equal(3);
  });

  it('says loudly that data is missing instead of sending a proof that must fail, and that it defaulted', async () => {
    await alice.put(world.provider.service, [letter]);
    await live(1, 30);
    await world.store.delete(letter.sector.root);
    await live(2, 4);
    const [line] = world.log.lines.filter(({ level }) => level === 'alarm');
    expect(line?.event).to.equal('proof-impossible');
    expect(isHoldfastError(line?.facts['error'], 'SECTOR_MISSING')).to.equal(true);
    await live(6, 21);
    await world.ownerChain.submit({ kind: 'sync', provider: world.address });
    await live(6, 30);
    expect(world.log.events('alarm')).to.include('provider-defaulted');
    // It closes the deal itself, to take the rent it earned before.
    expect((await deal()).status).to.equal('closed');
  });

  it('closes a deal late in its last paid period, and forgets its bytes once that is final', async () => {
    await start({}, 4);
    await alice.upload(world.provider.service, letter);
    await alice.sign(world.provider.service, await alice.request({ remove: [], append: [letter.sector] }, { end: period(4) }));
    await live(3, 29);
    expect((await deal()).status).to.equal('active');
    await live(3, 38);
    expect((await deal()).status).to.equal('closed');
    expect(await world.store.has(letter.sector.root)).to.equal(true);
    await live(4, 16);
    expect(await world.store.has(letter.sector.root)).to.equal(false);
    expect(await collect(world.journal.deals())).to.deep.equal([]);
    expect(await world.journal.leavesHeld()).to.equal(0);
    expect((await sheet()).total).to.equal(0n);
  });

  it('deletes replaced sectors only when the revision that drops them is final, and none that a kept revision names', async () => {
    await alice.put(world.provider.service, [letter, photo]);
    await live(1, 5);
    await alice.put(world.provider.service, [], [0]);
    await live(1, 6);
    expect((await deal()).number).to.equal(2n);
    expect(await world.store.has(letter.sector.root)).to.equal(true);
    world.ledger.reorganize(2);
    expect((await deal()).number).to.equal(1n);
    await live(1, 30);
    expect((await deal()).number).to.equal(2n);
    expect(await world.store.has(letter.sector.root)).to.equal(false);
    expect(await world.store.has(photo.sector.root)).to.equal(true);
    expect((await world.journal.deal(alice.deal))?.revisions.map(({ revision }) => revision.number)).to.deep.equal([2n]);
  });

  it('posts nothing that the chain refuses twice in a period, and goes on with the others', async () => {
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    await alice.put(world.provider.service, [letter]);
    await carol.put(world.provider.service, [photo]);
    await alice.chain.submit({ kind: 'setSigner', deal: alice.deal, signer: alice.chain.account });
    await live(1, 30);
    expect((await world.ownerChain.deal(carol.deal))?.number).to.equal(1n);
    expect(world.log.events('warn')).to.deep.equal(['item-refused']);
  });

  it('drops what nobody signed for after its time, and files that nothing names', async () => {
    await alice.upload(world.provider.service, letter);
    await world.store.put(photo.sector, photo.bytes);
    const hours = (count: number): void => world.clock.advance(count * 3_600_000);
    await world.provider.step(signal);
    hours(5);
    await world.provider.step(signal);
    expect(await world.store.has(letter.sector.root)).to.equal(true);
    hours(2);
    await world.provider.step(signal);
    expect(await world.store.has(letter.sector.root)).to.equal(false);
    expect(await world.store.has(photo.sector.root)).to.equal(false);
    expect(await world.journal.leavesHeld()).to.equal(0);
  });

  it('gives up a deal when its operator says so, and not while frozen', async () => {
    await alice.put(world.provider.service, [letter]);
    await live(1, 30);
    await live(2, 1);
    const early = await world.provider.forfeit(alice.deal).catch((error: unknown) => error);
    expect(isHoldfastError(early, 'FROZEN')).to.equal(true);
    await live(2, 10);
    const { events } = await world.provider.forfeit(alice.deal);
    expect(events.map(({ name }) => name)).to.include('DealForfeited');
    await live(2, 30);
    expect(await world.store.has(letter.sector.root)).to.equal(false);
  });

  it('scrubs: a sector that the disk changed or lost is an alarm that names its deals', async () => {
    await alice.put(world.provider.service, [letter, photo]);
    const instant = { ...world.clock, sleep: async () => undefined };
    Object.assign(world.clock, instant);
    expect((await world.provider.scrub(signal)).lost).to.deep.equal([]);
    await world.store.delete(letter.sector.root);
    const read = world.store.read.bind(world.store);
    world.store.read = async (root) => (root === photo.sector.root ? new Uint8Array(6400) : read(root));
    const report = await world.provider.scrub(signal);
    expect(new Set(report.lost)).to.deep.equal(new Set([letter.sector.root, photo.sector.root]));
    expect(world.log.lines.at(-1)?.facts['deals']).to.deep.equal([alice.deal]);
  });

  it('runs by itself from head to head until it is stopped, whatever a step throws', async () => {
    await alice.put(world.provider.service, [letter]);
    const stop = new AbortController();
    const { deals, named } = world.journal;
    let failures = 0;
    const failing = <Read extends () => unknown>(read: Read, at: number): Read =>
      (() => {
        if (++failures <= at) throw new Error('disk');
        return read();
      }) as Read;
    world.journal.named = failing(named, 1);
    world.journal.deals = failing(deals, 2);
    const running = world.provider.run(stop.signal);
    for (let block = 0; block < 60; block++) {
      world.ledger.mine();
      await settle();
    }
    expect((await sheet()).lastProven).to.equal(2);
    const status = await world.provider.status(signal);
    expect(status).to.deep.include({ deals: 1, proofInHand: false, leavesHeld: 100, capacity: leaves(1 << 20) });
    expect(world.log.events('warn')).to.have.members(['step-failed', 'scrub-failed']);
    stop.abort();
    await running;
  });
});
