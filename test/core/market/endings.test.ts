import { expect } from 'chai';
import { closableFrom, emptiedIn, mustKeep, redeemedBy } from '../../../node/core/market/endings.js';
import { leaves, period, wei } from '../../../node/core/units.js';

const deal = (count: number, settled: number, end = 20) => ({ leaves: leaves(count), settledThrough: period(settled), end: period(end) });

describe('a deal can be ended', () => {
  it('at once if it never held data, else after a whole period without', () => {
    expect([emptiedIn(deal(0, 0)), redeemedBy(deal(0, 0))]).to.deep.equal([undefined, 0]);
    expect([emptiedIn(deal(0, 7)), redeemedBy(deal(0, 7))]).to.deep.equal([7, 9]);
  });

  it('with data by its provider from the last paid period on, by anyone after the next', () => {
    expect([emptiedIn(deal(1, 7)), redeemedBy(deal(1, 7))]).to.deep.equal([undefined, 0]);
    expect([closableFrom(deal(1, 7), 'provider'), closableFrom(deal(1, 7), 'anyone')]).to.deep.equal([19, 21]);
  });

  it('without by the later of the two, and never before the first period', () => {
    expect(closableFrom(deal(0, 18), 'provider')).to.equal(20);
    expect(closableFrom(deal(0, 17), 'provider')).to.equal(19);
    expect(closableFrom(deal(0, 19), 'anyone')).to.equal(21);
    expect(closableFrom(deal(0, 20), 'anyone')).to.equal(22);
    expect(closableFrom(deal(0, 0, 0), 'provider')).to.equal(0);
  });
});

describe('a deal has to keep what lies in it', () => {
  const active = { status: 'active', leaves: leaves(1), end: period(20) } as const;

  it('until the first period that is not paid for, unless it is closed, empty or in default', () => {
    expect([19, 20].map((now) => mustKeep(active, period(now)))).to.deep.equal([true, false]);
    expect(mustKeep({ ...active, status: 'closed' }, period(1))).to.equal(false);
    expect(mustKeep({ ...active, leaves: leaves(0) }, period(1))).to.equal(false);
    expect(mustKeep({ ...active, defaulted: { period: period(1), share: wei(0n) } }, period(1))).to.equal(false);
  });
});
