import { expect } from 'chai';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { bondUp } from '../../node/core/market/rent.js';
import { period } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { actor, bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo, settle, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const signal = new AbortController().signal;
const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));

describe('Bob, whose renters challenge him,', () => {
  let world: ProviderWorld;
  let alice: TestRenter;

  const start = async (options: Parameters<typeof createProviderWorld>[0] = {}, end?: number): Promise<void> => {
    world = await createProviderWorld(options);
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address, ...(end === undefined ? {} : { maxEnd: end }) });
    await alice.upload(world.provider.service, letter, photo);
    const change = { remove: [], append: [letter.sector, photo.sector] };
    await alice.sign(world.provider.service, await alice.request(change, end === undefined ? {} : { end: period(end) }));
    await live(1, 10);
  };
  const live = (to: number, offset: number): Promise<void> => liveTo(world.ledger, world.provider, to, offset);
  const challenge = (renter = alice) => renter.chain.submit({ kind: 'challenge', deal: renter.deal });
  const deal = async () => (await world.ownerChain.deal(alice.deal))!;
  const happened = async (wanted: string) =>
    (await world.ownerChain.events(0 as never, world.ledger.block)).filter(({ name }) => name === wanted);
  const offsets = async (wanted: string): Promise<number[]> =>
    (await happened(wanted)).map(({ block }) => (block - world.ownerChain.genesisBlock) % world.ledger.parameters.periodBlocks);
  const alarms = () => world.log.events('alarm');

  beforeEach(() => start());

  it('answers in the next window, once, right after his proof, and takes half of the bond', async () => {
    await challenge();
    const { weight } = await deal();
    await live(1, 39);
    expect((await world.provider.status(signal)).challenges).to.deep.equal([
      { deal: alice.deal, challenger: alice.chain.account, period: 1, expires: 70, inHand: false },
    ]);
    await live(2, 19);
    expect(await offsets('Proven')).to.deep.equal([3]);
    expect(await offsets('ChallengeAnswered')).to.deep.equal([4]);
    expect((await deal()).challenged).to.equal(false);
    const [{ bond } = { bond: 0n }] = (await happened('ChallengeAnswered')).map(({ args }) => args as { bond: bigint });
    expect(bond).to.equal(bondUp(weight, 0, world.ledger.parameters));
    expect((await world.ownerChain.balances(world.address)).credit).to.equal(bond / 2n);
    expect((await world.provider.status(signal)).challenges).to.deep.equal([]);
    expect([...alarms(), ...world.log.events('warn')]).to.deep.equal([]);
  });

  it('reads a flood once, however many transactions answer it', async () => {
    let asked = 0;
    const wrapSettlement = (settlement: Settlement): Settlement => ({
      ...settlement,
      get agreed() {
        return settlement.agreed;
      },
      challengeOf: (...rest) => {
        asked += 1;
        return settlement.challengeOf(...rest);
      },
    });
    world = await createProviderWorld({ wrapSettlement, policy: { answerItems: 1 } });
    const renters: TestRenter[] = [];
    for (let i = 0; i < 10; i++) {
      const renter = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: `wallet ${i}` });
      await renter.put(world.provider.service, [letter]);
      renters.push(renter);
    }
    await live(1, 39);
    for (const renter of renters) await challenge(renter);
    asked = 0;
    world.ledger.inclusion = 'next-block';
    await live(3, 30);
    expect(await happened('ChallengeAnswered')).to.have.length(10);
    expect(asked).to.be.at.most(3 * 10);
  });

  it('answers one that came in the last block of a period, and again the next one', async () => {
    await live(1, 38);
    await challenge();
    expect(world.ledger.offset).to.equal(39);
    await live(2, 10);
    await challenge();
    await live(3, 10);
    expect(await offsets('ChallengeAnswered')).to.deep.equal([4, 4]);
  });

  it('answers while frozen: a proof that he cannot send is no reason', async () => {
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    const film = contentOf(bytesOf('a film', 320_000));
    await carol.put(world.provider.service, [film]);
    await live(1, 30);
    await live(2, 10);
    await challenge();
    await world.store.delete(film.sector.root);
    world.ledger.mineTo(3, 0);
    const restarted = world.restart();
    await liveTo(world.ledger, restarted, 3, 10);
    expect((await world.ownerChain.provider(world.address))?.frozen).to.equal(true);
    expect(await offsets('ChallengeAnswered')).to.have.length(1);
    expect(alarms()).to.include('proof-impossible');
  });

  it('posts nothing into a pinned deal and does not close it, and does both once he has answered', async () => {
    await start({}, 4);
    await live(2, 30);
    await challenge();
    const refused = await alice.put(world.provider.service, [contentOf(bytesOf('more', 96))]).catch((error: unknown) => error);
    expect(isHoldfastError(refused, 'DEAL_CHALLENGED')).to.equal(true);
    await live(3, 1);
    expect((await deal()).challenged).to.equal(true);
    await live(3, 39);
    expect(await offsets('ChallengeAnswered')).to.deep.equal([4]);
    expect((await deal()).status).to.equal('closed');
    expect(world.log.events('warn')).to.deep.equal([]);
  });

  it('posts a revision signed before the challenge only after his answer', async () => {
    await live(2, 1);
    await alice.put(world.provider.service, [contentOf(bytesOf('more', 96))]);
    await challenge();
    await live(2, 39);
    expect((await deal()).number).to.equal(1n);
    await live(3, 12);
    expect((await deal()).number).to.equal(2n);
    expect(world.log.events('warn')).to.deep.equal([]);
  });

  it('answers again when a reorganization takes the answer and its draw away', async () => {
    await challenge();
    await live(2, 6);
    expect(await offsets('ChallengeAnswered')).to.have.length(1);
    world.ledger.reorganize(7);
    expect(await offsets('ChallengeAnswered')).to.have.length(0);
    await live(2, 15);
    expect(await offsets('ChallengeAnswered')).to.have.length(1);
    expect(alarms()).to.deep.equal([]);
  });

  it('replaces an answer that waits when the draw has changed under it', async () => {
    await challenge();
    await live(2, 1);
    world.ledger.inclusion = 'never';
    world.ledger.mine();
    await world.provider.step(signal);
    world.ledger.reorganize(3);
    await world.provider.step(signal);
    await settle();
    expect(world.log.events('warn')).to.have.members(['proof-replaced', 'answer-replaced']);
    world.ledger.inclusion = 'next-block';
    world.ledger.mine();
    await settle();
    expect(await offsets('ChallengeAnswered')).to.have.length(1);
  });

  it('sends no second one while the first waits, calls it late at half of the window, and answers until somebody makes it expire', async () => {
    await challenge();
    await live(2, 1);
    world.ledger.inclusion = 'never';
    await live(2, 9);
    expect(alarms()).to.deep.equal([]);
    await live(2, 12);
    expect(alarms()).to.have.members(['proof-late', 'answer-late']);
    expect(world.log.lines.filter(({ event }) => event === 'answer-sent')).to.have.length(1);
    await live(2, 22);
    expect(world.log.events('warn')).to.include('answer-failed');
    world.ledger.inclusion = 'next-block';
    await live(2, 26);
    expect(await offsets('ChallengeAnswered')).to.have.length(1);
    expect((await deal()).status).to.equal('active');
  });

  it('finds the challenge again after a restart, however long he was away, and leaves expiring to others', async () => {
    await challenge();
    world.ledger.mineTo(2, 30);
    const restarted = world.restart();
    await liveTo(world.ledger, restarted, 2, 34);
    expect(await offsets('ChallengeAnswered')).to.have.length(1);
    expect(await happened('ChallengeExpired')).to.have.length(0);
  });

  it('says loudly which deal he cannot answer for, answers the others first, and may forfeit it', async () => {
    const renters: TestRenter[] = [];
    for (const name of ['carol', 'dave', 'erin']) {
      const renter = await TestRenter.open({ ledger: world.ledger, provider: world.address, name });
      await renter.put(world.provider.service, [contentOf(bytesOf(`${name}'s`, 640))]);
      renters.push(renter);
    }
    await live(1, 30);
    await live(2, 10);
    await challenge();
    for (const renter of renters) await challenge(renter);
    await world.store.delete(letter.sector.root);
    await world.store.delete(photo.sector.root);
    world.ledger.mineTo(3, 0);
    const restarted = world.restart();
    await liveTo(world.ledger, restarted, 3, 25);
    const answered = (await happened('ChallengeAnswered')).map(({ args }) => args['deal']);
    expect(answered).to.have.members(renters.map((renter) => renter.deal));
    const told = world.log.lines.filter(({ event }) => event === 'answer-impossible');
    expect(told.map(({ facts }) => facts['deal'])).to.deep.equal([alice.deal]);
    expect(isHoldfastError(told[0]?.facts['error'], 'SECTOR_MISSING')).to.equal(true);
    expect((await deal()).challenged).to.equal(true);
    const { events } = await restarted.forfeit(alice.deal);
    expect(events.map(({ name }) => name)).to.include.members(['BondReturned', 'DealForfeited']);
    await liveTo(world.ledger, restarted, 3, 38);
    expect((await restarted.status(signal)).challenges).to.deep.equal([]);
  });

  it('loses the deal when anybody makes it expire, and forgets it', async () => {
    await challenge();
    world.ledger.mineTo(2, 21);
    const mallory = world.ledger.as(actor('mallory').address);
    world.ledger.fund(mallory.account, 1n);
    await mallory.submit({ kind: 'batch', items: [{ kind: 'expire', deal: alice.deal }] });
    await live(2, 39);
    expect((await deal()).status).to.equal('closed');
    expect((await world.provider.status(signal)).challenges).to.deep.equal([]);
    expect(await world.store.has(letter.sector.root)).to.equal(false);
  });
});
