import { expect } from 'chai';
import { nextRevision, revisionDigest } from '../../node/core/market/revision.js';
import { bondUp, lockedOf, weightFor } from '../../node/core/market/rent.js';
import type { Revision, SignedRevision } from '../../node/core/market/deal.js';
import { leaves, period, wei, type DealId } from '../../node/core/units.js';
import { voucherDigest } from '../../node/core/market/voucher.js';
import type { BatchItem, Receipt, Settlement } from '../../node/ports/settlement.js';
import { rejection } from '../support/coded-rejection.js';
import { hashOf } from '../support/worlds/actors.js';
import { alice, ask, bob, LOCK_LIMIT, operator, sectors, session, TOKEN, type ComplianceMarket } from './compliance-market.js';

/** What no revision, voucher or challenge may reach, whoever signed it. */
export const boundsCompliance = (m: ComplianceMarket): void => {
  const signedAs = async (revision: Revision): Promise<SignedRevision> => {
    const digest = revisionDigest(m.world.identity, revision);
    return { revision, renterSignature: await session.sign(digest), providerSignature: await operator.sign(digest) };
  };
  const run = async (who: Settlement, item: BatchItem): Promise<Receipt> => who.submit({ kind: 'batch', items: [item] });
  const close = async (who: Settlement, deal: DealId): Promise<string | undefined> => m.refusalIn(await run(who, { kind: 'close', deal }));
  const redeem = async (deal: DealId, amount: bigint): Promise<Receipt> => {
    const signature = await session.sign(voucherDigest(m.world.identity, deal, wei(amount)));
    return run(m.provider, { kind: 'redeem', deal, amount: wei(amount), signature });
  };
  /** Proves the next period. */
  const goOn = async (): Promise<number> => {
    const next = (await m.now()) + 1;
    await m.world.mineTo(next, 2);
    await m.prove(next);
    return next;
  };

  it('keeps price and end in a revision without leaves', async () => {
    const deal = await m.openDeal('deal');
    await m.commit(deal, 1n, [0]);
    const plan = { deal, number: 2n, sectors: [], end: period(30), price: ask.price, validUntil: period(2) };
    const bound = async (change: Partial<Revision>): Promise<unknown> => {
      const [failed] = (await run(m.bystander, { kind: 'commit', signed: await signedAs({ ...nextRevision(plan), ...change }) })).failed;
      return (failed?.error as { data?: { name?: string } } | undefined)?.data?.name;
    };
    expect(await bound({ price: wei(0n) })).to.equal('price');
    expect(await bound({ end: period(31) })).to.equal('end');
    expect(await bound({ end: period(2 ** 32 - 1) })).to.equal('end');
    expect(await bound({ end: period(7) })).to.equal(undefined);
    expect(await m.dealOf(deal)).to.deep.include({ status: 'empty', end: 7, price: ask.price });
  });

  it('keeps an emptied deal for one whole period, in which its vouchers are good; further empty revisions do not restart that', async () => {
    const deal = await m.openDeal('deal');
    await m.commit(deal, 1n, [0]);
    await goOn();
    await m.commit(deal, 2n, [], 3);
    expect((await m.dealOf(deal)).settledThrough).to.equal(2);
    const refusal = await rejection(m.renter.submit({ kind: 'cancel', deal }), 'TOO_EARLY_TO_CLOSE');
    expect(refusal.data).to.deep.equal({ period: 2n, from: 4n });
    expect(await close(m.provider, deal)).to.equal('TOO_EARLY_TO_CLOSE');
    const again = nextRevision({ deal, number: 3n, sectors: [], end: period(3), price: ask.price, validUntil: period(3) });
    expect((await run(m.renter, { kind: 'commit', signed: await signedAs(again) })).failed).to.deep.equal([]);
    await m.world.mineTo(3, 37);
    expect(await close(m.bystander, deal)).to.equal('TOO_EARLY_TO_CLOSE');
    expect((await redeem(deal, 5n)).failed).to.deep.equal([]);
    await m.world.mineTo(4, 0);
    await m.renter.submit({ kind: 'cancel', deal });
    const fresh = await m.openDeal('never held data');
    await m.renter.submit({ kind: 'cancel', deal: fresh });
  });

  it('is closed by its provider in its last paid period and the next, later by anyone', async () => {
    const [deal, other] = [await m.openDeal('deal'), await m.openDeal('other')];
    await m.commit(deal, 1n, [0], 3);
    await m.commit(other, 1n, [1], 3);
    await goOn();
    expect(await close(m.renter, deal)).to.equal('NOT_PARTY');
    const receipt = await run(m.provider, { kind: 'close', deal });
    expect(m.eventIn(receipt, 'DealClosed')).to.include({ deal, provider: bob.address, collateral: 0n });
    await goOn();
    expect(await close(m.renter, other)).to.equal('NOT_PARTY');
    const late = nextRevision({
      deal: other,
      number: 2n,
      sectors: sectors.slice(0, 1),
      end: period(30),
      price: ask.price,
      validUntil: period(3),
    });
    expect(m.refusalIn(await run(m.bystander, { kind: 'commit', signed: await signedAs(late) }))).to.equal('DEAL_ENDED');
    await goOn();
    expect(await close(m.bystander, other)).to.equal(undefined);
  });

  it('locks no more of the stake than the owner lets it, and less after each miss: the operator cannot lend itself the rest', async () => {
    const { unit } = m.world.parameters;
    expect((await m.sheet()).lockLimit).to.equal(LOCK_LIMIT);
    const hot = await m.world.as('bob operator');
    const setLimit = async (who: Settlement, limit: bigint): Promise<Receipt> =>
      who.submit({ kind: 'setLockLimit', provider: bob.address, limit: wei(limit) });
    await rejection(setLimit(hot, 1_000n * TOKEN), 'NOT_OWNER');
    await setLimit(m.provider, 2n * unit);
    const deal = await m.openDeal('deal');
    const locked = lockedOf(weightFor(ask.price, 1_000, m.world.parameters), unit);
    const refused = await run(m.renter, { kind: 'commit', signed: await m.signed(deal, 1n, [2]) });
    expect(m.refusalIn(refused)).to.equal('LOCK_LIMIT_PASSED');
    expect((refused.failed[0]?.error as { data?: object } | undefined)?.data).to.deep.equal({
      provider: bob.address,
      locked,
      limit: 2n * unit,
    });
    const receipt = await setLimit(m.provider, locked);
    expect(m.eventIn(receipt, 'LockLimitSet')).to.deep.equal({ provider: bob.address, limit: locked });
    await m.commit(deal, 1n, [2]);
    await m.world.mineTo(2, 20);
    const slashed = (locked * BigInt(m.world.parameters.missBps)) / 10_000n;
    expect((await m.sheet()).lockLimit, 'before anybody wrote the miss down').to.equal(locked - slashed);
    await m.bystander.submit({ kind: 'sync', provider: bob.address });
    expect((await m.sheet()).lockLimit).to.equal(locked - slashed);
    await m.provider.submit({ kind: 'forfeit', deal });
    expect(await m.sheet()).to.deep.include({ lockLimit: 0n, locked: 0n });
  });

  it('lets vouchers take no more than their bound, which the renter alone raises: what a stolen session key costs', async () => {
    await m.renter.submit({ kind: 'open', requests: [{ ...m.requestOf(hashOf('deal')), maxEgress: wei(100n) }] });
    const [deal] = (await m.renter.dealIdsOf('renter', alice.address)) as [DealId];
    expect(m.refusalIn(await redeem(deal, 0n))).to.equal('NOTHING_TO_REDEEM');
    expect(m.eventIn(await redeem(deal, 20n * TOKEN), 'VoucherRedeemed')).to.include({ paid: 100n });
    expect(m.refusalIn(await redeem(deal, 20n * TOKEN))).to.equal('NOTHING_TO_REDEEM');
    const bounds = { maxEnd: period(100), maxLeaves: leaves(10_000) };
    await rejection(m.renter.submit({ kind: 'setBounds', deal, ...bounds, maxEgress: wei(99n) }), 'OUT_OF_BOUNDS');
    await rejection(m.provider.submit({ kind: 'setBounds', deal, ...bounds, maxEgress: wei(130n) }), 'NOT_PARTY');
    const raised = await m.renter.submit({ kind: 'setBounds', deal, ...bounds, maxEgress: wei(130n) });
    expect(m.eventIn(raised, 'DealBoundsSet')).to.deep.equal({ deal, maxEnd: 100n, maxLeaves: 10_000n, maxEgress: 130n });
    expect(m.eventIn(await redeem(deal, 20n * TOKEN), 'VoucherRedeemed')).to.include({ paid: 30n, redeemed: 130n });
    expect((await m.dealOf(deal)).maxEgress).to.equal(130n);
  });

  it('takes a bond by the weight of the deal, and gives back what it took', async () => {
    await m.provider.submit({ kind: 'setAsk', provider: bob.address, ask: { ...ask, price: wei(2_000n * TOKEN) } });
    await m.renter.submit({ kind: 'open', requests: [{ ...m.requestOf(hashOf('deal')), maxPrice: wei(2_000n * TOKEN) }] });
    const [deal] = (await m.renter.dealIdsOf('renter', alice.address)) as [DealId];
    const dear = nextRevision({
      deal,
      number: 1n,
      sectors: sectors.slice(2),
      end: period(30),
      price: wei(2_000n * TOKEN),
      validUntil: period(2),
    });
    expect((await run(m.provider, { kind: 'commit', signed: await signedAs(dear) })).failed).to.deep.equal([]);
    const { weight } = await m.dealOf(deal);
    const bond = bondUp(weight, 0, m.world.parameters);
    expect(bond > 5n * m.world.parameters.bondUnit).to.equal(true);
    expect(await m.renter.bondOf(deal)).to.equal(bond);
    expect(m.eventIn(await m.renter.submit({ kind: 'challenge', deal }), 'ChallengeOpened')).to.include({ bond });
    expect((await m.renter.challengeOf(deal))?.bond).to.equal(bond);
    expect(m.eventIn(await m.provider.submit({ kind: 'forfeit', deal }), 'BondReturned')).to.include({ bond });
  });

  it('has no sectors without number', async () => {
    const deal = await m.openDeal('deal');
    const same = Array.from({ length: 4_200 }, () => ({ ...sectors[1], leaves: leaves(1) }) as (typeof sectors)[number]);
    const plan = { deal, number: 1n, end: period(30), price: ask.price, validUntil: period(2) };
    const refused = await run(m.provider, { kind: 'commit', signed: await signedAs(nextRevision({ ...plan, sectors: same })) });
    expect((refused.failed[0]?.error as { data?: object } | undefined)?.data).to.deep.include({
      name: 'sectors',
      value: 4_200n,
      max: 4_112n,
    });
  });

  it('has several challenges answered in one batch', async () => {
    const deals = [await m.openDeal('one'), await m.openDeal('two')];
    for (const [index, deal] of deals.entries()) {
      await m.commit(deal, 1n, [index]);
      await m.renter.submit({ kind: 'challenge', deal });
    }
    await m.world.mineTo(2, 2);
    const items = await Promise.all(deals.map(async (deal) => ({ kind: 'answer', deal, samples: await m.answerTo(deal, 2) }) as const));
    const receipt = await m.provider.submit({ kind: 'batch', items }, { priority: 'audit' });
    expect(m.names(receipt).filter((name) => name === 'ChallengeAnswered')).to.have.length(2);
    expect(receipt.failed).to.deep.equal([]);
  });
};
