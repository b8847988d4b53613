import { expect } from 'chai';
import { blockNumber, gasWei, period, wei, weight } from '../../node/core/units.js';
import type { Announced } from '../../node/ports/upkeep-memory.js';
import { announcedAgainAt, decideAnnouncing, isNear } from '../../node/renter/upkeep/decide-announcing.js';
import { decideChallenging, type DoubtedDeal } from '../../node/renter/upkeep/decide-challenging.js';
import { decideNeeds, dueAt, periodsWithin, type Means, type Pace } from '../../node/renter/upkeep/decide-needs.js';
import type { RenewalPlan, Unrenewable } from '../../node/renter/upkeep/decide-renewal.js';
import { actor } from '../support/worlds/actors.js';
import { dealAt, idOf, knownDeal } from './sample-deals.js';

const TOKEN = 10n ** 18n;
const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const account = actor('alice session').address;

/** Block 140 of a chain whose periods have 40 blocks of a second: period 2 has begun at block 141 − 1. */
const pace: Pace = {
  block: blockNumber(140),
  now: NOW,
  genesis: blockNumber(100),
  parameters: { periodBlocks: 40 },
  blockMilliseconds: 1_000,
};
const means: Means = { account, coin: gasWei(3_000_000n), feeCap: gasWei(1n) };
const unrenewed = (name: string, reason: Unrenewable, end = 9, deposit = TOKEN): RenewalPlan['unrenewed'][number] => ({
  deal: dealAt(name, { end: period(end) }),
  reason,
  deposit: wei(deposit),
});
const needsOf = (plan: Partial<RenewalPlan>, change: Partial<Means> = {}) =>
  decideNeeds({ renew: [], unrenewed: [], ...plan }, { ...means, ...change }, pace);

describe('what is needed of a person', () => {
  it('is too late once the last paid period begins', () => {
    expect(dueAt(period(3), pace)).to.equal(NOW);
    expect(dueAt(period(9), pace)).to.equal(NOW + 6 * 40_000);
    expect(periodsWithin(80_000, pace)).to.equal(3);
    expect(periodsWithin(80_001, pace)).to.equal(4);
  });

  it('is nothing while all can be renewed, or waits for a challenge', () => {
    expect(needsOf({ unrenewed: [unrenewed('bob', 'challenged')] })).to.deep.equal([]);
  });

  it('is to let a deal last longer, or to move what it stores', () => {
    const due = NOW + 6 * 40_000;
    const deal = (name: string) => ({ deal: idOf(name), provider: actor(name).address, end: 9, due });
    const stuck = [unrenewed('bob', 'bound'), unrenewed('carol', 'dearer'), unrenewed('dave', 'failing'), unrenewed('erin', 'no-longer')];
    expect(needsOf({ unrenewed: stuck })).to.deep.equal([
      { kind: 'bound', id: `bound of ${idOf('bob')}`, ...deal('bob') },
      { kind: 'move', id: `move of ${idOf('carol')}`, reason: 'dearer', ...deal('carol') },
      { kind: 'move', id: `move of ${idOf('dave')}`, reason: 'failing', ...deal('dave') },
      { kind: 'move', id: `move of ${idOf('erin')}`, reason: 'no-longer', ...deal('erin') },
    ]);
  });

  it('is money, all of it once, by the deal that ends first', () => {
    const renew = [{ deal: dealAt('bob'), end: period(90), deposit: wei(2n * TOKEN), raises: false }];
    const plan = { renew, unrenewed: [unrenewed('carol', 'over-budget', 12), unrenewed('dave', 'over-budget', 9, 3n * TOKEN)] };
    const money = { kind: 'money', deals: 2, end: 9, due: NOW + 6 * 40_000 };
    expect(needsOf(plan, { budget: wei(TOKEN) })).to.deep.equal([
      { ...money, id: 'money of budget', missing: 5n * TOKEN, lacks: 'budget' },
    ]);
    const purse = { ...money, id: 'money of purse', missing: 4n * TOKEN, lacks: 'purse' };
    expect(needsOf(plan, { budget: wei(9n * TOKEN), purse: wei(2n * TOKEN) })).to.deep.equal([purse]);
    expect(needsOf(plan, { purse: wei(2n * TOKEN) })).to.deep.equal([purse]);
    expect(needsOf(plan, { budget: wei(2n * TOKEN), purse: wei(2n * TOKEN) })[0]).to.include({ lacks: 'budget' });
    expect(needsOf(plan, { budget: wei(9n * TOKEN) })[0]).to.include({ missing: 0n });
    expect(needsOf(plan)[0]).to.include({ missing: 6n * TOKEN, lacks: 'budget' });
  });

  it('is coin, where a few deposits take more than there is', () => {
    const needed = { kind: 'coin', id: `coin of ${account}`, account, coin: 5_999_999n, needed: 6_000_000n };
    expect(needsOf({}, { coin: gasWei(5_999_999n), feeCap: gasWei(2n) })).to.deep.equal([needed]);
    expect(needsOf({}, { coin: gasWei(6_000_000n), feeCap: gasWei(2n) })).to.deep.equal([]);
  });
});

describe('what is announced', () => {
  const ahead = 14 * DAY;
  const need = (days?: number) => ({ id: 'bound', due: days === undefined ? undefined : NOW + days * DAY });
  const decide = (one: ReturnType<typeof need>, before?: Pick<Announced, 'at'>) =>
    decideAnnouncing({ needs: [one], announced: new Map(before && [['bound', before]]), now: NOW, ahead }).length === 1;

  it('is what is too late within the time, or may be at any', () => {
    expect(decide(need(14))).to.equal(true);
    expect(decide({ id: 'bound', due: NOW + ahead + 1 })).to.equal(false);
    expect(decide(need())).to.equal(true);
    expect(isNear(need(-1), NOW, ahead)).to.equal(true);
  });

  it('comes again once half of the time that was left is over: a day at least, a week at most', () => {
    const again = (days?: number) => (announcedAgainAt({ at: NOW }, need(days)) - NOW) / DAY;
    expect([14, 10, 2, 1, -3].map(again)).to.deep.equal([7, 5, 1, 1, 1]);
    expect([again(), again(90)]).to.deep.equal([7, 7]);
    expect(decide(need(7), { at: NOW - 7 * DAY })).to.equal(true);
    expect(decide(need(7), { at: NOW - 7 * DAY + 1 })).to.equal(false);
  });

  it('comes again where a wrong clock had announced it at a time to come', () => {
    expect(decide(need(14), { at: NOW + 1 })).to.equal(true);
    expect(decide(need(14), { at: NOW })).to.equal(false);
  });
});

describe('which deals are challenged', () => {
  const doubted = (name: string, change: Partial<DoubtedDeal> = {}, data: Parameters<typeof knownDeal>[1] = {}): DoubtedDeal => ({
    ...knownDeal(
      name,
      { status: 'active', weight: weight(5n), leaves: 4 as never, ...data },
      { total: weight(5n), lastProven: period(9), decided: period(9) },
    ),
    ...{ times: 3, check: 'PEER_SILENT', bond: wei(TOKEN), challengedLately: false, ...change },
  });
  const decide = (deals: readonly DoubtedDeal[], budget = 10n * TOKEN) => {
    const { challenge, unaffordable } = decideChallenging({ doubted: deals, now: period(10), probes: 3, budget: wei(budget) });
    return [challenge.map(({ deal }) => deal.id), unaffordable.map(({ deal }) => deal.id)];
  };

  it('are those whose providers prove and gave nothing back so many times', () => {
    expect(decide([doubted('bob'), doubted('carol', { times: 2 })])).to.deep.equal([[idOf('bob')], []]);
    const missing = doubted('bob');
    expect(decide([{ ...missing, sheet: { ...missing.sheet, lastProven: period(8) } }])).to.deep.equal([[], []]);
  });

  it('are none that was challenged lately, or that the contract would not take', () => {
    expect(decide([doubted('bob', { challengedLately: true })])).to.deep.equal([[], []]);
    expect(decide([doubted('bob', {}, { challenged: true }), doubted('carol', {}, { end: period(11) })])).to.deep.equal([[], []]);
  });

  it('are those with the most collateral, as far as the budget goes', () => {
    const deals = [doubted('bob'), doubted('carol', {}, { weight: weight(9n) }), doubted('dave', { bond: wei(TOKEN / 2n) })];
    expect(decide(deals, TOKEN + TOKEN / 2n)).to.deep.equal([[idOf('carol'), idOf('dave')], [idOf('bob')]]);
    expect(decide(deals, 0n)[0]).to.deep.equal([]);
  });
});
