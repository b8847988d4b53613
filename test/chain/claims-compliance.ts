import { expect } from 'chai';
import { dealIdOf } from '../../node/core/market/deal-id.js';
import type { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { bondUp } from '../../node/core/market/rent.js';
import { mostEgress, voucherDigest } from '../../node/core/market/voucher.js';
import { wei } from '../../node/core/units.js';
import type { Receipt } from '../../node/ports/settlement.js';
import { hashOf } from '../support/worlds/actors.js';
import { rejection } from '../support/coded-rejection.js';
import { TOKEN, alice, session, bob, carol, type ComplianceMarket } from './compliance-market.js';

/** Stories of vouchers, rewards and direct challenges, as every `Settlement` tells them. */
export const claimsCompliance = (m: ComplianceMarket): void => {
  const { sheet, dealOf, now, openDeal, signed, commit, prove, answerTo, expire, refusalIn, eventIn, names } = m;

  it('pays what vouchers add, once, out of what rent does not need, and by the signer before for a while', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    const redeem = async (amount: bigint, by = session, named = deal): Promise<Receipt> => {
      const signature = await by.sign(voucherDigest(m.world.identity, named, wei(amount)));
      return m.bystander.submit({ kind: 'batch', items: [{ kind: 'redeem', deal, amount: wei(amount), signature }] });
    };
    const codes = ({ failed }: Receipt): unknown[] => failed.map(({ error }) => (error as HoldfastError).code);
    const credit = async (): Promise<bigint> => (await m.renter.balances(bob.address)).credit;

    const first = await redeem(7n);
    expect(first.events.find(({ name }) => name === 'VoucherRedeemed')?.args).to.deep.equal({
      deal,
      provider: bob.address,
      paid: 7n,
      redeemed: 7n,
    });
    expect(await credit()).to.equal(7n);
    expect((await dealOf(deal)).redeemed).to.equal(7n);
    expect(codes(await redeem(7n))).to.deep.equal(['NOTHING_TO_REDEEM']);
    await redeem(10n);
    expect(await credit()).to.equal(10n);
    expect(codes(await redeem(20n, carol))).to.deep.equal(['BAD_VOUCHER']);
    expect(codes(await redeem(20n, session, dealIdOf(m.world.identity, alice.address, bob.address, hashOf('other'))))).to.deep.equal([
      'BAD_VOUCHER',
    ]);

    const most = mostEgress(await dealOf(deal));
    await redeem(1_000n * TOKEN);
    expect((await dealOf(deal)).redeemed).to.equal(most);
    const { rate, end, settledThrough, escrow } = await dealOf(deal);
    expect(escrow).to.equal(rate * BigInt(end - 1 - settledThrough));

    await m.renter.submit({ kind: 'deposit', deal, amount: wei(100n) });
    await m.renter.submit({ kind: 'setSigner', deal, signer: carol.address });
    await redeem(most + 30n);
    await redeem(most + 60n, carol);
    expect((await dealOf(deal)).redeemed).to.equal(most + 60n);
    await m.world.mineTo((await now()) + 2, 0);
    expect(codes(await redeem(most + 90n))).to.deep.equal(['BAD_VOUCHER']);
  });

  it('tells what the reward pool owes, and pays it to the owner once its epoch is over', async () => {
    const { epochPeriods } = m.world.parameters;
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    expect(await m.renter.rewards(bob.address, [0, 1])).to.deep.equal([0n, 0n]);
    const of = (await now()) + 1;
    await m.world.mineTo(of, 2);
    await prove(of);
    const settled = await m.provider.submit({ kind: 'batch', items: [{ kind: 'settle', deal }] });
    const fee = settled.events.find(({ name }) => name === 'DealSettled')?.args['fee'] as bigint;
    const kept = fee - (fee + 1n) / 2n;
    expect(kept > 0n).to.equal(true);
    expect(await m.renter.rewards(bob.address, [0, 1])).to.deep.equal([kept, 0n]);
    expect(await m.renter.rewards(carol.address, [0])).to.deep.equal([0n]);
    const claim = { kind: 'claim', provider: bob.address, epochs: [0] } as const;
    await rejection(m.bystander.submit(claim), 'EPOCH_NOT_OVER');

    await m.world.mineTo(epochPeriods + 1, 0);
    const { token } = await m.renter.balances(bob.address);
    const claimed = await m.bystander.submit(claim);
    expect(claimed.events.find(({ name }) => name === 'RewardClaimed')?.args).to.deep.equal({
      epoch: 0n,
      provider: bob.address,
      reward: kept,
    });
    expect((await m.renter.balances(bob.address)).token).to.equal(token + kept);
    expect(await m.renter.rewards(bob.address, [0])).to.deep.equal([0n]);
    await rejection(m.bystander.submit(claim), 'ALREADY_CLAIMED');
    await rejection(m.bystander.submit({ ...claim, provider: carol.address }), 'NOTHING_EARNED');
  });

  it('has a deal proven by a direct challenge, which pins it until it is answered', async () => {
    const [deal, other] = [await openDeal('deal'), await openDeal('other')];
    await commit(deal, 1n, [0, 2]);
    await commit(other, 1n, [1]);
    const bond = await m.renter.bondOf(deal);
    expect(bond).to.equal(bondUp((await dealOf(deal)).weight, 0, m.world.parameters));
    expect(await m.renter.challengeOf(deal)).to.equal(undefined);
    await rejection(m.bystander.submit({ kind: 'challenge', deal }), 'NOT_PARTY');
    const { token } = await m.renter.balances(alice.address);
    const opened = await m.renter.submit({ kind: 'challenge', deal });
    expect(eventIn(opened, 'ChallengeOpened')).to.deep.equal({
      deal,
      provider: bob.address,
      challenger: alice.address,
      period: 1n,
      bond,
    });
    expect((await m.renter.balances(alice.address)).token).to.equal(token - bond);
    expect((await dealOf(deal)).challenged).to.equal(true);
    expect(await m.renter.challengeOf(deal)).to.deep.equal({ challenger: alice.address, period: 1, bond });
    expect(await m.renter.bondOf(other)).to.equal(bondUp((await dealOf(other)).weight, 1, m.world.parameters));

    await rejection(m.renter.submit({ kind: 'challenge', deal }), 'DEAL_CHALLENGED');
    const pinned = await m.provider.submit({ kind: 'batch', items: [{ kind: 'commit', signed: await signed(deal, 2n, [0]) }] });
    expect(refusalIn(pinned)).to.equal('DEAL_CHALLENGED');
    expect(refusalIn(await expire(m.bystander, deal))).to.equal('TOO_EARLY_TO_EXPIRE');
    await rejection(m.provider.submit({ kind: 'answer', deal, samples: new Uint8Array(3) }), 'SEED_UNAVAILABLE');
    await rejection(m.provider.submit({ kind: 'answer', deal: other, samples: new Uint8Array(3) }), 'NOT_CHALLENGED');

    await m.world.mineTo(2, 1);
    expect(refusalIn(await expire(m.bystander, deal))).to.equal('FROZEN');
    const samples = await answerTo(deal, 2);
    const wrong = samples.slice();
    wrong[0] = (wrong[0] as number) ^ 1;
    await rejection(m.provider.submit({ kind: 'answer', deal, samples: wrong }), 'WRONG_ROOT');
    await rejection(m.provider.submit({ kind: 'answer', deal, samples: new Uint8Array([...samples, 0]) }), 'PROOF_LENGTH');
    const before = (await m.provider.balances(bob.address)).credit;
    const answered = await m.bystander.submit({ kind: 'answer', deal, samples }, { priority: 'audit' });
    expect(eventIn(answered, 'ChallengeAnswered')).to.deep.equal({ deal, provider: bob.address, bond });
    expect((await m.provider.balances(bob.address)).credit - before).to.equal(bond / 2n);
    expect((await dealOf(deal)).challenged).to.equal(false);
    expect(await m.renter.challengeOf(deal)).to.equal(undefined);
    expect(await m.renter.bondOf(deal)).to.equal(bond);
    await prove(2);
    expect(refusalIn(await expire(m.bystander, deal))).to.equal('NOT_CHALLENGED');
    await commit(deal, 2n, [0]);
  });

  it('ends a deal whose challenge nobody answered, for anyone who asks, and gives the bond back', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    const { weight } = await dealOf(deal);
    await m.renter.submit({ kind: 'challenge', deal });
    await m.world.mineTo(2, 2);
    await prove(2);
    expect(refusalIn(await expire(m.bystander, deal))).to.equal('TOO_EARLY_TO_EXPIRE');
    await m.world.mineTo(2, 20);
    const expired = await expire(m.bystander, deal);
    expect(names(expired)).to.deep.equal(['DealSettled', 'BondReturned', 'ChallengeExpired']);
    const { rent } = eventIn(expired, 'DealSettled') as { rent: bigint };
    const collateral = weight * m.world.parameters.unit;
    const bond = bondUp(weight, 0, m.world.parameters);
    expect(eventIn(expired, 'BondReturned')).to.deep.equal({ deal, challenger: alice.address, bond });
    expect(eventIn(expired, 'ChallengeExpired')).to.deep.equal({ deal, provider: bob.address, refund: 20n * TOKEN - rent, collateral });
    expect(await dealOf(deal)).to.deep.include({ status: 'closed', challenged: false, leaves: 0 });
    expect((await m.renter.balances(alice.address)).credit).to.equal(20n * TOKEN - rent + collateral + bond);
    expect((await sheet()).stake).to.equal(100n * TOKEN - collateral);
  });

  it('gives the bond back when the provider forfeits or defaults, and refuses a challenge too near to the end', async () => {
    const [given, lost, late] = [await openDeal('given'), await openDeal('lost'), await openDeal('late')];
    await commit(given, 1n, [0]);
    await commit(lost, 1n, [1]);
    await commit(late, 1n, [2], 3);
    await rejection(m.renter.submit({ kind: 'challenge', deal: await openDeal('empty') }), 'DEAL_IS_EMPTY');
    const bonds = [bondUp((await dealOf(given)).weight, 0, m.world.parameters), bondUp((await dealOf(lost)).weight, 1, m.world.parameters)];
    await m.renter.submit({ kind: 'challenge', deal: given });
    await m.renter.submit({ kind: 'challenge', deal: lost });
    const forfeited = await m.provider.submit({ kind: 'forfeit', deal: given });
    expect(names(forfeited)).to.include.members(['BondReturned', 'DealForfeited']);
    expect(eventIn(forfeited, 'BondReturned')).to.include({ bond: bonds[0] });
    await m.world.mineTo(2, 2);
    await prove(2);
    const refusal = await rejection(m.renter.submit({ kind: 'challenge', deal: late }), 'TOO_LATE_TO_CHALLENGE');
    expect(refusal.data).to.deep.equal({ period: 2n, end: 3n });
    await m.world.mineTo(7, 20);
    await m.bystander.submit({ kind: 'sync', provider: bob.address });
    await rejection(m.provider.submit({ kind: 'answer', deal: lost, samples: new Uint8Array(3) }), 'DEAL_DEFAULTED');
    const closed = await expire(m.bystander, lost);
    expect(names(closed)).to.include.members(['BondReturned', 'DealClosed']);
    expect(eventIn(closed, 'BondReturned')).to.deep.equal({ deal: lost, challenger: alice.address, bond: bonds[1] });
  });
};
