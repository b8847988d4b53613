import { expect } from 'chai';
import { leaves, LEAF_BYTES, period, wei, type Wei } from '../../node/core/units.js';
import { dealCapacity } from '../../node/core/market/capacity.js';
import { nextRevision, revisionDigest } from '../../node/core/market/revision.js';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';
import { bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createProviderWorld, liveTo, PRICE, settle, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter, type TestRenterOptions } from '../support/worlds/test-renter.js';

const { signal } = new AbortController();
const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));
/** A token a leaf. */
const EGRESS_PRICE = ((2n ** 30n / BigInt(LEAF_BYTES)) * TOKEN) as Wei;

describe('Bob, whose renter means him no good,', () => {
  let world: ProviderWorld;
  let mallory: TestRenter;

  const start = async (options: Parameters<typeof createProviderWorld>[0] = {}, deal: Partial<TestRenterOptions> = {}): Promise<void> => {
    world = await createProviderWorld({ ...options, policy: { egressCredit: 0, ...options.policy } });
    mallory = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'mallory', ...deal });
  };
  const live = (to: number, offset: number): Promise<void> => liveTo(world.ledger, world.provider, to, offset);
  const setAsk = async (change: object): Promise<void> => {
    const { ask } = (await world.ownerChain.provider(world.address))!;
    await world.ownerChain.submit({ kind: 'setAsk', provider: world.address, ask: { ...ask, ...change } });
  };
  const empty = (): Promise<unknown> =>
    mallory
      .request({ remove: mallory.sectors.map((_, i) => i), append: [] })
      .then((request) => mallory.sign(world.provider.service, request));
  const happened = async (wanted: string) =>
    (await world.ownerChain.events(0 as never, world.ledger.block)).filter(({ name }) => name === wanted);

  it('fills an emptied deal again only as he asks today: price, time and size', async () => {
    await start();
    await mallory.put(world.provider.service, [letter]);
    await live(1, 10);
    await empty();
    await setAsk({ price: PRICE + 1n });
    // The empty revision may still be posted: what fills the deal after it is no growth.
    await rejectsCoded(mallory.put(world.provider.service, [letter]), 'REVISION_UNDERPAID');
    await live(2, 30);
    await rejectsCoded(mallory.put(world.provider.service, [letter]), 'REVISION_UNDERPAID');
    await setAsk({ price: PRICE, maxPeriods: 19 });
    await rejectsCoded(mallory.put(world.provider.service, [letter]), 'OUT_OF_BOUNDS');
    await setAsk({ maxPeriods: 20, maxLeaves: leaves(99) });
    await rejectsCoded(mallory.put(world.provider.service, [letter]), 'OUT_OF_BOUNDS');
    await setAsk({ maxLeaves: leaves(100) });
    await mallory.put(world.provider.service, [letter]);
  });

  it('signs no empty revision that says another price or a later end', async () => {
    await start();
    await mallory.put(world.provider.service, [letter]);
    await live(1, 10);
    const sign = async (fields: object): Promise<unknown> =>
      mallory.sign(world.provider.service, await mallory.request({ remove: [0], append: [] }, fields));
    await rejectsCoded(sign({ price: 0n as Wei }), 'OUT_OF_BOUNDS');
    await rejectsCoded(sign({ end: period(500) }), 'OUT_OF_BOUNDS');
    await sign({});
  });

  it('lets a deal with a price that was raised since grow as it was opened, but not beyond the size that he takes now', async () => {
    await start();
    await mallory.put(world.provider.service, [letter]);
    await live(1, 10);
    await setAsk({ price: PRICE + 1n });
    await mallory.put(world.provider.service, [photo]);
    await setAsk({ maxLeaves: leaves(300) });
    const more = contentOf(bytesOf('more', 32));
    await rejectsCoded(mallory.put(world.provider.service, [more]), 'OUT_OF_BOUNDS');
  });

  describe('who reads for vouchers,', () => {
    /** Rent of the letter, token wei a period. */
    const RENT = (PRICE * 100n) / 2n ** 25n + 1n;
    const read = async (tokens: bigint): Promise<unknown> =>
      mallory.read(world.provider.service, letter.sector, Number(tokens), await mallory.voucher(tokens * TOKEN));
    const stock = async (escrow: bigint): Promise<void> => {
      await start({ ask: { egressPrice: EGRESS_PRICE, maxPeriods: 100_000 } }, { escrow });
      await mallory.put(world.provider.service, [letter]);
      await live(1, 10);
    };

    it('signs nothing that takes the escrow which an accepted voucher counts on', async () => {
      await stock(10n * TOKEN + 20n * RENT);
      await read(9n);
      const renew = async (fields: object): Promise<unknown> =>
        mallory.sign(world.provider.service, await mallory.request({ remove: [], append: [] }, fields));
      const end = period(Number((2n * TOKEN) / RENT));
      await mallory.chain.submit({
        kind: 'setBounds',
        deal: mallory.deal,
        maxEnd: end,
        maxLeaves: leaves(100_000),
        maxEgress: wei(100n * TOKEN),
      });
      const refusal = await rejectsCoded(renew({ end }), 'ESCROW_TOO_SMALL');
      const { escrow, needed } = refusal.data as { escrow: bigint; needed: bigint };
      await mallory.chain.submit({ kind: 'deposit', deal: mallory.deal, amount: wei(needed - escrow - 1n) });
      await rejectsCoded(renew({ end }), 'ESCROW_TOO_SMALL');
      await mallory.chain.submit({ kind: 'deposit', deal: mallory.deal, amount: wei(1n) });
      await renew({ end });
    });

    it('accepts no voucher that a revision which he signed before can void', async () => {
      await stock(10n * TOKEN + 20n * RENT);
      const end = period(Number((2n * TOKEN) / RENT));
      await mallory.chain.submit({
        kind: 'setBounds',
        deal: mallory.deal,
        maxEnd: end,
        maxLeaves: leaves(100_000),
        maxEgress: wei(100n * TOKEN),
      });
      await mallory.sign(world.provider.service, await mallory.request({ remove: [], append: [] }, { end }));
      await rejectsCoded(read(9n), 'EGRESS_UNFUNDED');
      await read(8n);
      await live(2, 30);
      expect((await world.ownerChain.deal(mallory.deal))?.end).to.equal(end);
      expect((await world.provider.status(signal)).egress).to.deep.equal({ promised: 8n * TOKEN, unredeemed: 0n });
      expect((await happened('VoucherRedeemed')).map(({ args }) => args['paid'])).to.deep.equal([8n * TOKEN]);
    });

    it('redeems in the period that an emptied deal has to wait, before its renter can cancel', async () => {
      await stock(10n * TOKEN + 20n * RENT);
      await read(3n);
      // Posted behind his back: he signed it, and the renter carries it.
      const request = await mallory.request({ remove: [0], append: [] });
      const providerSignature = await mallory.sign(world.provider.service, request);
      const { revision, renterSignature } = request;
      await mallory.chain.submit({ kind: 'batch', items: [{ kind: 'commit', signed: { revision, renterSignature, providerSignature } }] });
      await rejectsCoded(mallory.chain.submit({ kind: 'cancel', deal: mallory.deal }), 'TOO_EARLY_TO_CLOSE');
      await live(2, 30);
      expect((await happened('VoucherRedeemed')).map(({ args }) => args['paid'])).to.deep.equal([3n * TOKEN]);
      await live(3, 1);
      await mallory.chain.submit({ kind: 'cancel', deal: mallory.deal });
    });

    it('accepts none from when he sends the close on', async () => {
      await start({ ask: { egressPrice: EGRESS_PRICE } });
      await mallory.upload(world.provider.service, letter);
      await mallory.sign(world.provider.service, await mallory.request({ remove: [], append: [letter.sector] }, { end: period(3) }));
      await live(2, 10);
      await read(1n);
      await live(2, 29);
      world.ledger.inclusion = 'never';
      await live(2, 32);
      // A daemon that was started anew does not know of the close, which is still on its way.
      for (const { service } of [world.provider, world.restart()])
        await rejectsCoded(mallory.read(service, letter.sector, 1, await mallory.voucher(2n * TOKEN)), 'EGRESS_ENDED');
      world.ledger.inclusion = 'next-block';
      await live(2, 38);
      expect((await world.ownerChain.deal(mallory.deal))?.status).to.equal('closed');
      expect((await happened('VoucherRedeemed')).map(({ args }) => args['paid'])).to.deep.equal([TOKEN]);
    });

    it('redeems what he holds before he gives the deal up', async () => {
      await stock(10n * TOKEN + 20n * RENT);
      await read(3n);
      const { events } = await world.provider.forfeit(mallory.deal);
      expect(events.map(({ name }) => name)).to.include('DealForfeited');
      expect((await happened('VoucherRedeemed')).map(({ args }) => args['paid'])).to.deep.equal([3n * TOKEN]);
    });

    it('accepts none once the deal has ended, nor while the chain has no data of it', async () => {
      await start({ ask: { egressPrice: EGRESS_PRICE } });
      await mallory.put(world.provider.service, [letter]);
      await rejectsCoded(read(1n), 'EGRESS_ENDED');
      await live(1, 10);
      await read(1n);
      await empty();
      await live(1, 14);
      world.clock.advance(10_000);
      await rejectsCoded(read(2n), 'EGRESS_ENDED');
    });
  });

  it('counts the heaviest revision of each deal that can still be posted, not the newest', async () => {
    // 200 leaves at this price weigh 6 units, 100 weigh 3: the stake carries 8.
    await start({ stake: (TOKEN / 100n) * 8n });
    await mallory.put(world.provider.service, [photo]);
    await mallory.put(world.provider.service, [letter], [0]);
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    await carol.upload(world.provider.service, letter);
    const request = await carol.request({ remove: [], append: [letter.sector] });
    await rejectsCoded(carol.sign(world.provider.service, request), 'STAKE_TOO_SMALL');
  });

  it('looks for no sector of a revision that names more than a contract takes, nor hashes it', async () => {
    let asked = 0;
    const store = createMemorySectors();
    await start({ store: { ...store, has: async (root) => store.has(root).finally(() => (asked += 1)) } });
    const leaf = contentOf(bytesOf('a leaf', 32));
    await mallory.upload(world.provider.service, leaf);
    asked = 0;
    const append = Array.from({ length: 20_000 }, () => leaf.sector);
    const plan = { deal: mallory.deal, number: 1n, sectors: append, end: period(21), price: PRICE, validUntil: period(3) };
    const revision = nextRevision(plan);
    const renterSignature = await mallory.signer.sign(revisionDigest(world.ledger.identity, revision));
    const request = { revision, base: 0n, change: { remove: [], append }, renterSignature };
    const refusal = await rejectsCoded(mallory.sign(world.provider.service, request), 'OUT_OF_BOUNDS');
    expect(refusal.data).to.deep.include({ name: 'sectors', value: 20_000n, max: 4_096n + 78n });
    expect(asked).to.equal(0);
  });

  it('takes no more deals than he can answer for at once, says so before bytes come, and lets those that he has grow', async () => {
    await start({ policy: { maxDeals: 1 } });
    expect(dealCapacity(world.ledger.parameters)).to.equal(140);
    await mallory.put(world.provider.service, [letter]);
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    await carol.upload(world.provider.service, photo);
    const request = await carol.request({ remove: [], append: [photo.sector] });
    const refusal = await rejectsCoded(carol.sign(world.provider.service, request), 'DEALS_FULL');
    expect(refusal.data).to.deep.equal({ deals: 1, limit: 1 });
    await live(1, 10);
    expect(await world.provider.service.terms('a peer', signal)).to.include({ freeDeals: 0 });
    await rejectsCoded(carol.upload(world.provider.service, contentOf(bytesOf('another', 64))), 'DEALS_FULL');
    await mallory.put(world.provider.service, [photo]);
  });

  it('answers a flood of challenges in a few transactions, those with the most collateral first', async () => {
    const sizes = [320, 6_400, 2_048, 3_200, 9_600, 12_800];
    await start({ policy: { answersInHand: 1, answerItems: 4 } });
    const renters: TestRenter[] = [];
    for (const [i, size] of sizes.entries()) {
      const renter = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: `wallet ${i}` });
      await renter.put(world.provider.service, [contentOf(bytesOf(`${i}`, size))]);
      renters.push(renter);
    }
    await live(1, 20);
    for (const renter of renters) await renter.chain.submit({ kind: 'challenge', deal: renter.deal });
    await live(2, 12);
    const answered = await happened('ChallengeAnswered');
    const order = answered.map(({ args }) => sizes[renters.findIndex(({ deal }) => deal === args['deal'])]);
    expect(order).to.deep.equal([12_800, 9_600, 6_400, 3_200, 2_048, 320]);
    expect(new Set(answered.map(({ block }) => block)).size).to.equal(2);
    expect(world.log.events('warn')).to.deep.equal([]);
  });

  describe('who has stolen his operator key,', () => {
    /** Signed with the operator's key, and not by the daemon. */
    const postBehind = async (renter: TestRenter): Promise<void> => {
      const { revision, renterSignature } = await renter.request({ remove: [], append: [photo.sector] });
      const providerSignature = await world.operator.sign(revisionDigest(world.ledger.identity, revision));
      const receipt = await renter.chain.submit({
        kind: 'batch',
        items: [{ kind: 'commit', signed: { revision, renterSignature, providerSignature } }],
      });
      expect(receipt.failed).to.deep.equal([]);
    };
    const thief = (): Promise<TestRenter> =>
      TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'thief', salt: 'theft' });

    it('gives up what he did not sign as soon as he may, with an alarm, and goes on proving the rest', async () => {
      await start();
      await mallory.put(world.provider.service, [letter]);
      await live(2, 10);
      const renter = await thief();
      await postBehind(renter);
      await live(2, 30);
      expect((await world.ownerChain.deal(renter.deal))?.status).to.equal('closed');
      expect(world.log.events('alarm')).to.have.members(['locked-jumped', 'journal-behind', 'deal-unsigned']);
      await live(6, 30);
      expect(await happened('Missed')).to.deep.equal([]);
      expect((await world.ownerChain.deal(mallory.deal))?.status).to.equal('active');
    });

    it('gives up nothing that was so when he started: a journal that was lost is no theft', async () => {
      await start();
      const renter = await thief();
      await postBehind(renter);
      await live(1, 30);
      await settle();
      expect((await world.ownerChain.deal(renter.deal))?.status).to.equal('active');
      expect(world.log.events('alarm')).to.deep.equal(['journal-behind']);
    });

    it('lets nobody lock more than the owner allowed, and says when that is used up', async () => {
      await start({ lockLimit: (TOKEN / 100n) * 3n });
      await mallory.put(world.provider.service, [letter]);
      await rejectsCoded(mallory.put(world.provider.service, [photo]), 'LOCK_LIMIT_PASSED');
      await live(1, 10);
      await world.ownerChain.submit({ kind: 'setLockLimit', provider: world.address, limit: wei(TOKEN / 100n) });
      await live(1, 30);
      expect(world.log.events('alarm')).to.deep.equal(['lock-limit-below']);
    });
  });
});
