import { expect } from 'chai';
import { hash, leaves, period, wei, type Wei } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { actor, bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createProviderWorld, liveTo, PRICE, settle, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter, type TestRenterOptions } from '../support/worlds/test-renter.js';

const { signal } = new AbortController();
const HOUR = 3_600_000;
const rentOf = (leaves: number): bigint => (PRICE * BigInt(leaves) + (1n << 25n) - 1n) >> 25n;
const letter = contentOf(bytesOf('a letter', 3_200));
const photo = contentOf(bytesOf('a photo', 32_000));

describe('Bob, whose renter turns on him what both had signed,', () => {
  let world: ProviderWorld;
  let mallory: TestRenter;

  const start = async (options: Parameters<typeof createProviderWorld>[0] = {}, deal: Partial<TestRenterOptions> = {}): Promise<void> => {
    world = await createProviderWorld(options);
    mallory = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'mallory', ...deal });
  };
  const live = (to: number, offset: number): Promise<void> => liveTo(world.ledger, world.provider, to, offset);

  it('accepts no voucher that a deposit can void, by which a revision that the escrow was too small for is posted after all', async () => {
    // A wei a byte, some thousandths of what a leaf costs to be kept.
    const egressPrice = wei((1n << 30n) * (10n ** 15n / 32n));
    await start({ ask: { egressPrice }, policy: { egressCredit: 0 } }, { escrow: 2n * 10n ** 16n, maxEnd: 1_000 });
    const { service } = world.provider;
    await mallory.upload(service, letter, photo);
    await mallory.sign(service, await mallory.request({ remove: [], append: [letter.sector, photo.sector] }, { end: period(5) }));
    await live(1, 38);
    // Too late for a batch: less data for as long as the escrow pays for.
    const { escrow } = (await mallory.chain.deal(mallory.deal))!;
    const periods = Number(escrow / rentOf(100));
    const long = await mallory.request({ remove: [1], append: [] }, { end: period(2 + periods) });
    const signed = { revision: long.revision, renterSignature: long.renterSignature, providerSignature: await mallory.sign(service, long) };

    // In the next period the higher rent is paid, and the escrow lacks a little of what the long one reserves.
    await live(2, 10);
    await mallory.chain.submit({ kind: 'batch', items: [{ kind: 'settle', deal: mallory.deal }] });
    const left = (await mallory.chain.deal(mallory.deal))!.escrow;
    const missing = rentOf(100) * BigInt(periods - 1) - left;
    expect(missing > 0n && missing < left).to.equal(true);
    const voucher = await mallory.voucher(left - rentOf(1_100) * 2n);
    await rejectsCoded(mallory.read(service, photo.sector, 1, voucher), 'EGRESS_UNFUNDED');

    await mallory.chain.submit({ kind: 'deposit', deal: mallory.deal, amount: wei(missing) });
    expect((await mallory.chain.submit({ kind: 'batch', items: [{ kind: 'commit', signed }] })).failed, 'it can be posted').to.deep.equal(
      [],
    );
  });

  it('accepts no better voucher on the word of one RPC of two', async () => {
    const wrapSettlement = (settlement: Settlement): Settlement => ({
      ...settlement,
      agreed: settlement.agreed,
      deal: async (...rest) => {
        const deal = await settlement.deal(...rest);
        return deal && { ...deal, escrow: wei(deal.escrow * 1_000n), maxEgress: wei(1n << 95n) };
      },
    });
    const egressPrice = wei((1n << 30n) * (TOKEN / 32n));
    await start({ wrapSettlement, ask: { egressPrice }, policy: { egressCredit: 0 } }, { escrow: TOKEN, maxEgress: TOKEN });
    await mallory.put(world.provider.service, [letter]);
    await live(1, 10);
    // What was checked before the first revision came, and what is checked now.
    for (const later of [0, HOUR]) {
      world.clock.advance(later);
      const reading = mallory.read(world.provider.service, letter.sector, 100, await mallory.voucher(100n * TOKEN));
      await rejectsCoded(reading, 'EGRESS_UNFUNDED');
    }
    expect((await world.journal.egress(mallory.deal))?.voucher).to.equal(undefined);
  });

  it('drops what nobody signed for in portions, while proofs go on', async () => {
    await start({}, { escrow: TOKEN });
    const receivedAt = world.clock.now();
    for (let i = 1; i <= 600; i++) {
      const waiting = { root: hash(`0x${i.toString(16).padStart(64, '0')}`), leaves: leaves(1) };
      await world.store.put(waiting, new Uint8Array(32));
      await world.journal.recordPending({ ...waiting, deal: mallory.deal, receivedAt });
    }
    world.clock.advance(6 * HOUR);
    const left: number[] = [];
    for (let step = 0; step < 4; step++) {
      await world.provider.step(signal);
      left.push(await world.journal.pendingSectors(mallory.deal));
    }
    expect(left).to.deep.equal([344, 88, 0, 0]);
    expect(world.store.bytesUsed).to.equal(0);
  });

  it('keeps room for a revision that nobody can post any more only until its renter has had time to build on it', async () => {
    await start({}, { escrow: 5n * TOKEN, maxLeaves: 1 << 20 });
    const { service } = world.provider;
    const { sector, bytes } = contentOf(bytesOf('8 KiB, once', 256 * 32));
    await mallory.upload(service, { sector, bytes });
    const append = Array.from({ length: 4_095 }, () => sector);
    await mallory.sign(service, await mallory.request({ remove: [], append }, { end: period(3) }));
    // Her signature counts no more.
    await mallory.chain.submit({ kind: 'setSigner', deal: mallory.deal, signer: actor('new session').address });
    const { maxMisses } = world.ledger.parameters;
    const validUntil = 3;
    await live(validUntil + maxMisses, 30);
    expect((await world.provider.status(signal)).leavesHeld).to.equal(4_095 * 256);
    await live(validUntil + maxMisses + 3, 30);
    expect((await world.provider.status(signal)).leavesHeld).to.equal(0);
    expect(world.store.bytesUsed).to.equal(0);
  });

  it('holds a deal for what it is whatever number its revision has, the highest too', async () => {
    await start({ policy: { confirmations: 6 } });
    await mallory.put(world.provider.service, [letter]);
    await live(1, 10);
    await mallory.upload(world.provider.service, photo);
    const request = await mallory.request({ remove: [], append: [photo.sector] }, { number: 2n ** 64n - 1n });
    await mallory.sign(world.provider.service, request);
    await live(1, 14);
    expect((await mallory.chain.deal(mallory.deal))?.number).to.equal(2n ** 64n - 1n);
    const stake = (await world.ownerChain.provider(world.address))?.stake as Wei;
    await live(3, 30);
    await settle();
    expect(world.store.bytesUsed).to.equal(35_200);
    expect((await mallory.chain.deal(mallory.deal))?.status).to.equal('active');
    expect((await world.ownerChain.provider(world.address))?.stake).to.equal(stake);
  });

  it('keeps nothing for a renter who never signs, however often it asks, and takes nothing for a deal that is over', async () => {
    await start({}, { escrow: TOKEN });
    const { service } = world.provider;
    await mallory.upload(service, letter);
    for (let hours = 0; hours < 6; hours += 3) {
      await live(world.ledger.period + 1, 30);
      expect(await service.admitSector(mallory.peer, await mallory.authorization(), letter.sector, signal)).to.equal('have');
      world.clock.advance(3 * HOUR);
    }
    await live(world.ledger.period + 1, 30);
    expect(world.store.bytesUsed).to.equal(0);
    await mallory.upload(service, letter);
    await mallory.chain.submit({ kind: 'cancel', deal: mallory.deal });
    world.clock.advance(HOUR);
    await rejectsCoded(service.admitSector(mallory.peer, await mallory.authorization(), letter.sector, signal), 'DEAL_IS_CLOSED');
  });
});
