import { expect } from 'chai';
import type { Deal } from '../../node/core/market/deal.js';
import { bondUp } from '../../node/core/market/rent.js';
import { answerSpan } from '../../node/core/market/schedule.js';
import { blockNumber, leaves, period, wei, type DealId } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { checkChallenge, decideChallenge } from '../../node/renter/deals/decide-challenge.js';
import type { RenterEvent } from '../../node/renter/events.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { devnetParameters as parameters } from '../support/memory-market/market-parameters.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { dealAt } from './sample-deals.js';
import { letters, stored } from './stored-letters.js';
import { shardsOf } from '../support/stored-slabs.js';

const dealWith = async (world: RenterWorld, name: string): Promise<Deal> => {
  const deals = await world.chain.deals(await world.chain.dealIdsOf('renter', world.chain.account));
  return deals.find((deal) => deal?.provider === world.addressOf(name)) as Deal;
};
const happened = async (world: RenterWorld, wanted: string): Promise<number> =>
  (await world.chain.events(blockNumber(0), world.ledger.block)).filter(({ name }) => name === wanted).length;

describe('Alice challenges a provider', () => {
  it('that holds her data: it answers, and the bond is spent', async () => {
    const world = await stored();
    const { id, weight } = await dealWith(world, 'bob');
    const heard: RenterEvent[] = [];
    const { token, credit } = await world.chain.balances(world.chain.account);
    const opened = await world.renter.challenge(id, { report: (event) => void heard.push(event) });
    const bond = bondUp(weight, 0, parameters);
    expect(heard).to.deep.equal([{ kind: 'bond', deal: id, provider: world.addressOf('bob'), bond }]);
    expect(opened).to.include({ deal: id, bond });
    expect((await world.chain.balances(world.chain.account)).token).to.equal(token - bond);
    const end = await world.during(world.renter.awaitChallenge(opened));
    expect(end).to.include({ kind: 'answered', refund: 0n, collateral: 0n });
    expect(await dealWith(world, 'bob')).to.include({ challenged: false, status: 'active' });
    expect((await world.chain.balances(world.chain.account)).credit).to.equal(credit);
    expect(world.sent).to.deep.equal(['open', 'challenge']);
  });

  it('and hears nothing of it in the receipt: what the chain has of it counts, and where that is nothing she is told to ask another RPC', async () => {
    const world = await stored();
    const [bob, carol] = [await dealWith(world, 'bob'), await dealWith(world, 'carol')];
    let forgets = false;
    const settlement: Settlement = {
      ...world.chain,
      get agreed() {
        const { agreed } = world.chain;
        return forgets ? { ...agreed, challengeOf: async () => undefined } : agreed;
      },
      submit: async (action, options) => ({ ...(await world.chain.submit(action, options)), events: [] }),
    };
    const renter = world.another({ settlement });
    const opened = await renter.challenge(bob.id);
    const { bond, period: now } = (await world.chain.challengeOf(bob.id))!;
    expect(opened).to.include({ bond, expires: answerSpan(now, world.chain.genesisBlock, parameters).expires });
    forgets = true;
    await rejectsCoded(renter.challenge(carol.id), 'LOGS_INCOMPLETE');
  });

  it('that is gone: she makes it expire right after the window and has bond, escrow and collateral', async () => {
    const world = await stored();
    const { id, escrow } = await dealWith(world, 'bob');
    world.silence('bob');
    const opened = await world.renter.challenge(id);
    const end = await world.during(world.renter.awaitChallenge(opened));
    expect(end.kind).to.equal('expired');
    expect(end.block).to.equal(opened.expires + 1);
    expect(end.collateral > 0n && end.refund > 0n && end.refund <= escrow).to.equal(true);
    const { credit } = await world.chain.balances(world.chain.account);
    expect(credit >= end.collateral + end.refund + opened.bond).to.equal(true);
    expect(await dealWith(world, 'bob')).to.include({ challenged: false, status: 'closed' });
  });

  it('that gives the deal up, or defaults first', async () => {
    const world = await stored();
    const [bob, carol] = [await dealWith(world, 'bob'), await dealWith(world, 'carol')];
    const forfeited = await world.renter.challenge(bob.id);
    await world.providers.get('bob')?.provider.forfeit(bob.id);
    expect((await world.during(world.renter.awaitChallenge(forfeited))).kind).to.equal('forfeited');
    world.silence('carol');
    const opened = await world.renter.challenge(carol.id);
    await world.liveTo(world.ledger.period + 6, 25);
    await world.chain.submit({ kind: 'sync', provider: carol.provider });
    expect((await world.during(world.renter.awaitChallenge(opened))).kind).to.equal('defaulted');
  });

  it('and hears it if the chain forgets the challenge: she waits no longer than it could have lasted', async () => {
    const world = await stored();
    const { id } = await dealWith(world, 'bob');
    const opened = await world.renter.challenge(id);
    world.ledger.reorganize(1);
    expect((await dealWith(world, 'bob')).challenged).to.equal(false);
    await rejectsCoded(world.during(world.renter.awaitChallenge(opened)), 'NOT_CHALLENGED');
    expect(world.ledger.block).to.be.at.least(opened.expires);
  });

  it('after an approval if the vault may not take the bond, and not without the tokens', async () => {
    const world = await stored();
    const { id } = await dealWith(world, 'bob');
    await world.chain.submit({ kind: 'approve', amount: wei(1n) });
    const { token } = await world.chain.balances(world.chain.account);
    const elsewhere = world.addressOf('dave');
    await world.chain.submit({ kind: 'sendToken', to: elsewhere, amount: wei(token - 1n) });
    await rejectsCoded(world.renter.challenge(id), 'BALANCE_TOO_SMALL');
    expect((await dealWith(world, 'bob')).challenged).to.equal(false);
    await world.ledger.as(elsewhere).submit({ kind: 'sendToken', to: world.chain.account, amount: wei(token - 1n) });
    const before = world.sent.length;
    await world.renter.challenge(id);
    expect(world.sent.slice(before)).to.deep.equal(['approve', 'challenge']);
    await rejectsCoded(world.renter.challenge(id), 'DEAL_CHALLENGED');
    await rejectsCoded(world.renter.challenge(`0x${'7'.repeat(64)}` as DealId), 'DEAL_UNKNOWN');
    await rejectsCoded(world.another({ settlement: world.ledger.as(elsewhere) }).challenge(id), 'NOT_PARTY');
  });

  it('and stores nothing more in the pinned deal meanwhile: another provider takes the shard', async () => {
    const world = await stored();
    const { id, number } = await dealWith(world, 'bob');
    await world.renter.challenge(id);
    await world.during(world.renter.put({ name: 'more', source: sourceOf(letters), k: 2, n: 4, periods: 30 }));
    expect((await world.chain.deal(id))?.number).to.equal(number);
    const more = await world.catalogue.object('more');
    expect((await shardsOf(world.catalogue, more)).map(({ deal }) => deal)).not.to.include(id);
  });

  it('and repair makes an unanswered challenge expire by itself, and places the shard elsewhere', async () => {
    const world = await stored();
    const { id } = await dealWith(world, 'bob');
    world.silence('bob');
    await world.renter.challenge(id);
    await world.liveTo(world.ledger.period + 1, 5);
    expect((await world.during(world.renter.repair({ periods: 20 }))).repairedShards).to.equal(0);
    expect(await happened(world, 'ChallengeExpired')).to.equal(0);
    await world.liveTo(world.ledger.period, 25);
    const { outcomes, repairedShards } = await world.during(world.renter.repair({ periods: 20 }));
    expect(await happened(world, 'ChallengeExpired')).to.equal(1);
    expect(repairedShards).to.equal(1);
    expect(outcomes[0]?.lost[0]?.reason).to.equal('its deal is closed');
    expect([...(outcomes[0]?.moved.values() ?? [])].map((provider) => world.nameOf(provider))).to.deep.equal(['frank']);
    const sink = createRecordedSink();
    await world.during(world.renter.get({ object: 'letters', sink }));
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
  });

  it('never by itself: put and repair pay no bond', async () => {
    const world = await stored();
    world.silence('bob');
    await world.liveTo(world.ledger.period + 1, 25);
    await world.during(world.renter.repair({ periods: 20 }));
    expect(world.sent).not.to.include('challenge');
    expect(await happened(world, 'ChallengeOpened')).to.equal(0);
  });
});

describe('deciding on a challenge', () => {
  const active = dealAt('bob', { status: 'active', leaves: leaves(4), end: period(20) });
  const code = (change: Partial<Deal>, now = 10) => checkChallenge({ ...active, ...change }, period(now))?.code;

  it('refuses what the contract would, before a bond is paid', () => {
    expect(code({})).to.equal(undefined);
    expect(code({ status: 'closed' })).to.equal('DEAL_IS_CLOSED');
    expect(code({ defaulted: { period: period(9), share: wei(1n) } })).to.equal('DEAL_DEFAULTED');
    expect(code({ leaves: leaves(0) })).to.equal('DEAL_IS_EMPTY');
    expect(code({ challenged: true })).to.equal('DEAL_CHALLENGED');
    expect([18, 19].map((now) => code({}, now))).to.deep.equal([undefined, 'TOO_LATE_TO_CHALLENGE']);
  });

  it('expires one from block S(p+1)+W on, not while frozen, and at once after a default', () => {
    const snapshot = { deal: active, challenge: { period: period(2) }, frozen: false, genesis: blockNumber(10), parameters };
    const at = (block: number, change: Partial<Parameters<typeof decideChallenge>[0]> = {}) =>
      decideChallenge({ ...snapshot, block: blockNumber(block), ...change });
    // S(3) = 10 + 2 · 40, W = 20.
    expect([109, 110, 111].map((block) => at(block))).to.deep.equal(['wait', 'expire', 'expire']);
    expect(at(131, { frozen: true })).to.equal('wait');
    expect(at(50, { deal: { defaulted: { period: period(2), share: wei(1n) } } })).to.equal('expire');
    expect(at(109, { challenge: undefined })).to.equal('ended');
  });
});
