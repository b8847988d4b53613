import { expect } from 'chai';
import fc from 'fast-check';
import { leastEgress, vouchersEnded, type CoveredDeal, type RevisionTerms } from '../../../node/core/market/egress-cover.js';
import { rateUp, reserved } from '../../../node/core/market/rent.js';
import { leaves, LEAVES_PER_GIB, period, wei } from '../../../node/core/units.js';
import { mostEgress } from '../../../node/core/market/voucher.js';

/** Seven wei a period until the end of period 16, settled through period 9. */
const deal: CoveredDeal = {
  number: 3n,
  escrow: wei(100n),
  rate: wei(7n),
  end: period(17),
  settledThrough: period(9),
  redeemed: wei(20n),
  maxEgress: wei(10n ** 6n),
};

/** A revision of `rate` wei a period. */
const revision = (number: number, rate: number, end: number, validUntil = 12): RevisionTerms => ({
  number: BigInt(number),
  leaves: leaves(rate),
  price: wei(BigInt(LEAVES_PER_GIB)),
  end: period(end),
  validUntil: period(validUntil),
});
const least = (signed: readonly RevisionTerms[], now = 10, fields: Partial<CoveredDeal> = {}): bigint =>
  leastEgress({ ...deal, ...fields }, signed, period(now));

describe('what a deal covers of vouchers whichever signed revision is posted', () => {
  it('is what it covers as it is, where nothing can be posted', () => {
    expect(least([]))
      .to.equal(mostEgress(deal))
      .and.to.equal(20n + 100n - 49n);
    expect(least([revision(3, 90, 30)]), 'on chain already').to.equal(71n);
    expect(least([revision(4, 90, 30, 9)]), 'out of time').to.equal(71n);
    const defaulted = { period: period(5), share: wei(1n) };
    expect(least([revision(4, 9, 17)], 10, { defaulted }), 'of a defaulted provider').to.equal(120n);
  });

  it('is less by what a longer or dearer one reserves, posted as early as can be', () => {
    expect(least([revision(4, 7, 20)])).to.equal(20n + 100n - 7n * 10n);
    // One period at 7, and nine more at 8.
    expect(least([revision(4, 8, 20)])).to.equal(20n + 100n - 7n - 8n * 9n);
  });

  it('is no more than now for a cheaper, shorter or empty one', () => {
    for (const smaller of [revision(4, 3, 17), revision(4, 7, 14), revision(4, 0, 0)]) expect(least([smaller])).to.equal(71n);
  });

  it('counts each of several, and one after the other: dear first, then long', () => {
    const [dear, long] = [revision(4, 12, 13, 12), revision(5, 4, 24, 12)];
    // A cheaper one leaves the least when it comes last: three periods at 7, then eleven at 4.
    expect([least([dear]), least([long])]).to.deep.equal([71n, 20n + 100n - 21n - 44n]);
    // In period 10 the dear one, in period 12 the long one: 7 + 2 · 12 + 11 · 4.
    expect(least([dear, long])).to.equal(20n + 100n - 7n - 24n - 44n);
    expect(least([long, dear])).to.equal(least([dear, long]));
  });

  it('counts each to its own last period', () => {
    expect(least([revision(4, 8, 20, 10)])).to.equal(20n + 100n - 7n - 8n * 9n);
    expect(least([revision(4, 3, 17, 10), revision(5, 4, 24, 12)])).to.equal(20n + 100n - 21n - 44n);
  });

  it('counts none of them after the deal ended, and of two with one number only one', () => {
    expect(least([revision(4, 50, 20)], 11, { end: period(12) })).to.equal(20n);
    expect(least([revision(4, 50, 20)], 11, { end: period(11) }), 'ended').to.equal(20n + 100n - 7n);
    // The dear one in period 10; the long one of the same number can not follow.
    const rivals = [revision(4, 100, 13), revision(4, 4, 40)];
    expect(least(rivals, 10, { escrow: wei(1_000n) })).to.equal(20n + 1_000n - 7n - 2n * 100n);
  });

  it('is nothing more where one asks for more than there is: a deposit of just what it lacks has it posted', () => {
    expect(least([revision(4, 50, 20)])).to.equal(20n);
  });

  it('never is more than the bound of vouchers', () => {
    expect(least([], 10, { maxEgress: wei(33n) })).to.equal(33n);
    expect(least([revision(4, 8, 20)], 10, { maxEgress: wei(33n) })).to.equal(33n);
  });

  it('is the least over every way to post them, in every order of periods, with deposits of what they lack', () => {
    const terms = fc.record({ rate: fc.nat(20), end: fc.integer({ min: 12, max: 24 }), validUntil: fc.integer({ min: 9, max: 12 }) });
    fc.assert(
      fc.property(fc.array(terms, { maxLength: 4 }), fc.integer({ min: 0, max: 300 }), (list, escrow) => {
        const signed = list.map(({ rate, end, validUntil }, i) => revision(4 + i, rate, rate === 0 ? 0 : end, validUntil));
        const start = { ...deal, escrow: wei(BigInt(escrow)) };
        expect(least(signed, 10, start)).to.equal(exhaustively(start, signed, 10));
      }),
      { numRuns: 300 },
    );
  });
});

/** Plays every choice of what is posted in which period, one choice after the other. */
const exhaustively = (start: CoveredDeal, signed: readonly RevisionTerms[], now: number): bigint => {
  let lowest = start.escrow as bigint;
  /** On the way, escrow may be short of the rent. */
  type Course = Omit<CoveredDeal, 'escrow'> & { readonly escrow: bigint };
  const look = (at: Course): void => {
    const left = at.escrow - reserved({ rate: at.rate, end: at.end, through: at.settledThrough });
    if (left < lowest) lowest = left;
  };
  const play = (at: Course, in_: number): void => {
    look(at);
    if (in_ > 12) return;
    play(at, in_ + 1);
    for (const next of signed) {
      if (next.number <= at.number || next.validUntil < in_ || in_ >= at.end) continue;
      const through = Math.max(at.settledThrough, Math.min(in_, at.end - 1));
      const rent = at.rate * BigInt(through - at.settledThrough);
      const rate = rateUp(next.price, next.leaves);
      const posted = { ...at, escrow: at.escrow - rent, rate, end: next.end, settledThrough: period(in_), number: next.number };
      // R4 wants the reserve to be there; whoever likes deposits what it lacks, and no more.
      const lacking = reserved({ rate, end: next.end, through: in_ }) - posted.escrow;
      play(lacking > 0n ? { ...posted, escrow: posted.escrow + lacking } : posted, in_);
    }
  };
  play(start, now);
  const most = start.redeemed + (lowest > 0n ? lowest : 0n);
  return most < start.maxEgress ? most : start.maxEgress;
};

describe('when vouchers of a deal are good for nothing more', () => {
  it('is from its end on, and while the chain holds no data of it', () => {
    const ended = (fields: { end?: number; leaves?: number }): boolean =>
      vouchersEnded({ end: period(fields.end ?? 12), leaves: leaves(fields.leaves ?? 1) }, period(10)) !== undefined;
    expect([ended({}), ended({ end: 11 }), ended({ end: 10 }), ended({ leaves: 0 })]).to.deep.equal([false, false, true, true]);
    expect(vouchersEnded({ end: period(9), leaves: leaves(1) }, period(10))).to.equal('it ended with period 8');
  });
});
