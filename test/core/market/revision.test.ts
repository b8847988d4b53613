import { expect } from 'chai';
import fc from 'fast-check';
import { dataSetOf, type SectorRef } from '../../../node/core/data/data-set.js';
import type { Deal, Revision } from '../../../node/core/market/deal.js';
import { rateUp } from '../../../node/core/market/rent.js';
import { applyChange, checkRevision, mostSectors, nextRevision, type CommitFacts } from '../../../node/core/market/revision.js';
import { address, dealId, hash, leaves, period, wei, weight } from '../../../node/core/units.js';
import type { RevisionChange } from '../../../node/ports/link.js';
import { throwsCoded } from '../../support/coded-errors.js';
import { devnetParameters as parameters } from '../../support/memory-market/market-parameters.js';

const sector = (digit: number, count = 131072): SectorRef => ({
  root: hash(`0x${digit.toString(16).padStart(2, '0').repeat(32)}`),
  leaves: leaves(count),
});
const three = [sector(1), sector(2), sector(3)];
const id = dealId(`0x${'d1'.repeat(32)}`);
const price = wei(10n ** 18n);
const zero = hash(`0x${'0'.repeat(64)}`);

describe('what a revision does to the sectors before it', () => {
  it('is to take some out, keep the order of the others, and add at the end', () => {
    const change: RevisionChange = { remove: [1], append: [sector(9), sector(1)] };
    expect(applyChange(three, change)).to.deep.equal([sector(1), sector(3), sector(9), sector(1)]);
    expect(applyChange([], { remove: [], append: three })).to.deep.equal(three);
    expect(applyChange(three, { remove: [0, 1, 2], append: [] })).to.deep.equal([]);
    expect(three).to.have.length(3);
  });

  it('keeps exactly what is not named, for any change', () => {
    const cases = fc.nat({ max: 12 }).chain((n) => fc.tuple(fc.constant(n), fc.subarray([...Array(n).keys()]), fc.nat({ max: 4 })));
    fc.assert(
      fc.property(cases, ([n, remove, added]) => {
        const before = Array.from({ length: n }, (_, i) => sector(i));
        const append = Array.from({ length: added }, (_, i) => sector(100 + i));
        const kept = before.filter((_, i) => !remove.includes(i));
        expect(applyChange(before, { remove, append })).to.deep.equal([...kept, ...append]);
      }),
    );
  });

  it('cannot name an index twice, out of order, or out of range', () => {
    for (const remove of [[1, 1], [2, 1], [3], [-1], [0.5], [NaN]]) {
      throwsCoded(() => applyChange(three, { remove, append: [] }), 'CHANGE_INVALID');
    }
  });
});

describe('the next revision', () => {
  const plan = { deal: id, number: 7n, end: period(20), price, validUntil: period(12) };

  it('is the same for both sides, whoever computes it', () => {
    const change: RevisionChange = { remove: [0], append: [sector(9, 5)] };
    const byRenter = nextRevision({ ...plan, sectors: applyChange(three, change) });
    const byProvider = nextRevision({ ...plan, sectors: [sector(2), sector(3), sector(9, 5)] });
    expect(byRenter).to.deep.equal(byProvider);
    const set = dataSetOf([sector(2), sector(3), sector(9, 5)]);
    expect(byRenter).to.deep.equal({ ...plan, root: set.root, leaves: set.leaves, sectors: 3 });
  });

  it('without sectors has the zero root', () => {
    expect(nextRevision({ ...plan, sectors: [] })).to.include({ root: zero, leaves: 0, sectors: 0 });
  });
});

describe('a revision, before it is signed or posted,', () => {
  const rate = rateUp(price, 131072);
  const bobs: Deal = {
    id,
    status: 'active',
    renter: address(`0x${'aa'.repeat(20)}`),
    provider: address(`0x${'bb'.repeat(20)}`),
    signer: address(`0x${'ac'.repeat(20)}`),
    challenged: false,
    redeemed: wei(0n),
    root: hash(`0x${'01'.repeat(32)}`),
    leaves: leaves(131072),
    sectors: 1,
    number: 6n,
    end: period(20),
    maxEnd: period(30),
    maxLeaves: leaves(4 * 131072),
    maxEgress: wei(0n),
    slot: 0,
    generation: 0,
    weight: weight(36n),
    settledThrough: period(9),
    price,
    egressPrice: wei(0n),
    rate,
    escrow: wei(rate * 200n),
    compensationIndex: 0n,
  };
  const facts: CommitFacts = {
    period: period(10),
    frozen: false,
    proven: true,
    stake: wei(10n ** 20n),
    lockLimit: wei(10n ** 20n),
    total: weight(50n),
    misses: 0,
    parameters,
  };
  const grown = nextRevision({ deal: id, number: 7n, sectors: three, end: period(25), price, validUntil: period(12) });
  const nothing = { root: zero, leaves: leaves(0), sectors: 0 };
  const check = (revision: Partial<Revision> = {}, deal: Partial<Deal> = {}, change: Partial<CommitFacts> = {}) =>
    checkRevision({ ...grown, ...revision }, { ...bobs, ...deal }, { ...facts, ...change });
  const refused = (...args: Parameters<typeof check>): string | undefined => check(...args)?.code;
  const bound = (...args: Parameters<typeof check>): unknown => {
    const error = check(...args);
    expect(error?.code).to.equal('OUT_OF_BOUNDS');
    return (error?.data as { name: string }).name;
  };

  it('that the contract takes is not refused', () => {
    expect(refused()).to.equal(undefined);
  });

  it('is refused for a deal that is none, closed, defaulted or another', () => {
    expect(refused({}, { status: 'none' })).to.equal('DEAL_UNKNOWN');
    expect(refused({ deal: dealId(`0x${'d2'.repeat(32)}`) })).to.equal('DEAL_UNKNOWN');
    expect(refused({}, { status: 'closed' })).to.equal('DEAL_IS_CLOSED');
    expect(refused({}, { defaulted: { period: period(8), share: wei(1n) } })).to.equal('DEAL_DEFAULTED');
  });

  it('needs a higher number than the one on chain', () => {
    expect(refused({ number: 6n })).to.equal('STALE_REVISION');
    expect(refused({ number: 5n })).to.equal('STALE_REVISION');
    expect(refused({ number: 8n })).to.equal(undefined);
  });

  it('must wait while the provider is frozen', () => {
    expect(refused({}, {}, { frozen: true })).to.equal('FROZEN');
  });

  it('cannot be posted while the deal is challenged, which is said after frozen and before stale', () => {
    expect(refused({}, { challenged: true })).to.equal('DEAL_CHALLENGED');
    expect(refused({ number: 6n }, { challenged: true })).to.equal('DEAL_CHALLENGED');
    expect(refused({}, { challenged: true }, { frozen: true })).to.equal('FROZEN');
  });

  it('comes before the old end, and ends in p+2 … maxEnd while it has leaves', () => {
    expect(refused({}, { end: period(11) })).to.equal(undefined);
    expect(refused({}, { end: period(10) })).to.equal('DEAL_ENDED');
    expect(refused({ end: period(12) })).to.equal(undefined);
    expect(bound({ end: period(11) })).to.equal('end');
    expect(refused({ end: period(30) })).to.equal(undefined);
    expect(bound({ end: period(31) })).to.equal('end');
    expect(refused({ ...nothing, end: period(3) })).to.equal(undefined);
  });

  it('without leaves keeps the price, and the end unless it comes sooner: it is no way to free storage for ever', () => {
    expect(refused({ ...nothing, end: period(20) })).to.equal(undefined);
    expect(bound({ ...nothing, end: period(21) })).to.equal('end');
    expect(bound({ ...nothing, end: period(20), price: wei(0n) })).to.equal('price');
    expect(bound({ ...nothing, end: period(20), price: wei(price + 1n) })).to.equal('price');
  });

  it('stays within maxLeaves', () => {
    expect(refused({ leaves: leaves(4 * 131072), sectors: 4 })).to.equal(undefined);
    expect(bound({ leaves: leaves(4 * 131072 + 1), sectors: 5 })).to.equal('leaves');
  });

  it('has as many sectors as its leaves need at least and can fill at most, and no root without leaves', () => {
    expect(bound({ sectors: 0 })).to.equal('sectors');
    expect(bound({ sectors: 2 })).to.equal('sectors');
    expect(bound({ leaves: leaves(2), sectors: 3 })).to.equal('sectors');
    expect(bound({ ...nothing, end: period(20), sectors: 1 })).to.equal('sectors');
    expect(bound({ leaves: leaves(131073), sectors: 1 })).to.equal('sectors');
    expect(bound({ ...nothing, end: period(20), root: hash(`0x${'01'.repeat(32)}`) })).to.equal('root');
    expect(bound({ ...nothing, end: period(20), root: hash(`0x${'1'.padStart(64, '0')}`) })).to.equal('root');
  });

  it('has no sectors without number: 4,096, and one for 256 leaves, unless the chain has more already', () => {
    expect(mostSectors(0, 3)).to.equal(3);
    expect(mostSectors(0, 409_600)).to.equal(4_096 + 1_600);
    expect(mostSectors(0, 409_600 + 255)).to.equal(4_096 + 1_600);
    expect(mostSectors(9_000, 409_600)).to.equal(9_000);
    expect(mostSectors(9_000, 8_000)).to.equal(8_000);
    expect(bound({ sectors: 5_633 })).to.equal('sectors');
    expect(refused({ sectors: 5_632 })).to.equal(undefined);
    expect(refused({ sectors: 5_633 }, { sectors: 6_000 }), 'as before').to.equal(undefined);
  });

  it('costs at most what the deal was opened for', () => {
    expect(refused({ price: wei(price - 1n) })).to.equal(undefined);
    expect(bound({ price: wei(price + 1n) })).to.equal('price');
  });

  it('may be posted from now to at most two periods ahead', () => {
    for (const ahead of [0, 1, 2]) expect(refused({ validUntil: period(10 + ahead) })).to.equal(undefined);
    expect(bound({ validUntil: period(9) })).to.equal('validUntil');
    expect(bound({ validUntil: period(13) })).to.equal('validUntil');
  });

  it('needs escrow for its periods after this one, once the old rent is paid', () => {
    const needed = rateUp(price, 3 * 131072) * 14n;
    const enough = wei(needed + rate);
    expect(refused({}, { escrow: enough })).to.equal(undefined);
    expect(refused({}, { escrow: wei(enough - 1n) })).to.equal('ESCROW_TOO_SMALL');
    expect(refused({}, { escrow: wei(enough - 1n) }, { misses: 1 })).to.equal(undefined);
  });

  it('may let collateral grow only after this period was proven, and with stake behind it', () => {
    const locked = (50n - 36n + 106n) * parameters.unit;
    expect(refused({}, {}, { stake: wei(locked) })).to.equal(undefined);
    expect(refused({}, {}, { stake: wei(locked - 1n) })).to.equal('STAKE_TOO_SMALL');
    expect(refused({}, {}, { lockLimit: wei(locked) })).to.equal(undefined);
    expect(refused({}, {}, { lockLimit: wei(locked - 1n) })).to.equal('LOCK_LIMIT_PASSED');
    expect(refused({}, {}, { proven: false })).to.equal('NOT_PROVEN');
    const same = { leaves: leaves(131072), sectors: 1 };
    expect(refused(same, {}, { proven: false, stake: wei(0n), lockLimit: wei(0n) }), 'not growing').to.equal(undefined);
    expect(refused(same, { weight: weight(35n) }, { proven: false }), 'growing by a unit').to.equal('NOT_PROVEN');
  });

  it('may not overflow the sum of weights, whatever its price', () => {
    expect(refused({}, {}, { total: weight(2n ** 64n - 1n) })).to.equal('WEIGHT_OVERFLOW');
    const added = 106n - 36n;
    expect(refused({}, {}, { total: weight(2n ** 64n - added) })).to.equal('WEIGHT_OVERFLOW');
    expect(refused({}, {}, { total: weight(2n ** 64n - added - 1n) })).to.equal('STAKE_TOO_SMALL');
    const dear = wei(2n ** 128n - 1n);
    expect(refused({ price: dear }, { price: dear, escrow: wei(2n ** 200n) })).to.equal('WEIGHT_OVERFLOW');
  });
});
