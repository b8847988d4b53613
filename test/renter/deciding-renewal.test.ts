import { expect } from 'chai';
import { leaves, period, wei, weight } from '../../node/core/units.js';
import type { Deal, ProviderSheet } from '../../node/core/market/deal.js';
import type { KnownDeal } from '../../node/renter/deals/deal-book.js';
import { decideRenewal, type RenewalSnapshot } from '../../node/renter/upkeep/decide-renewal.js';
import { knownDeal, signedRevision } from './sample-deals.js';

const TOKEN = 10n ** 18n;
const now = period(10);

/** A deal that stores a GiB for a token a period, and has escrow for exactly the periods that are paid for and no reads. */
const stored = (name: string, end: number, change: Partial<Deal> = {}, sheet: Partial<ProviderSheet> = {}): KnownDeal =>
  knownDeal(
    name,
    {
      status: 'active',
      leaves: leaves(1 << 25),
      rate: wei(TOKEN),
      weight: weight(9_000n),
      end: period(end),
      maxEnd: period(end),
      maxEgress: wei(0n),
      escrow: wei(BigInt(Math.max(0, end - 1 - now)) * TOKEN),
      ...change,
    },
    { total: weight(9_000n), lastProven: period(9), decided: period(9), ...sheet },
  );
const decide = (deals: readonly KnownDeal[], change: Partial<RenewalSnapshot> = {}) => {
  const { renew, unrenewed } = decideRenewal({ deals, now, ahead: 5, periods: 20, budget: wei(1_000n * TOKEN), ...change });
  return {
    renew: renew.map(({ deal, end, deposit, raises }) => ({ deal: deal.id, end, deposit, raises })),
    unrenewed: unrenewed.map(({ deal, reason, deposit }) => ({ deal: deal.id, reason, deposit })),
  };
};

describe('which deals are renewed', () => {
  const one = stored('bob', 15);

  it('are those that end soon, and no others: paid for as long as is wanted, from now', () => {
    expect(decide([one])).to.deep.equal({
      renew: [{ deal: one.deal.id, end: 31, deposit: 16n * TOKEN, raises: true }],
      unrenewed: [],
    });
    expect(decide([stored('bob', 16)])).to.deep.equal({ renew: [], unrenewed: [] });
  });

  it('stay within their bounds where those cannot be raised, and are named where nothing is left of them', () => {
    const roomy = stored('bob', 15, { maxEnd: period(25) });
    expect(decide([roomy], { mayRaise: false }).renew).to.deep.equal([
      { deal: roomy.deal.id, end: 25, deposit: 10n * TOKEN, raises: false },
    ]);
    expect(decide([stored('bob', 15, { maxEnd: period(40) })], { mayRaise: false }).renew[0]).to.include({ end: 31 });
    expect(decide([one], { mayRaise: false })).to.deep.equal({
      renew: [],
      unrenewed: [{ deal: one.deal.id, reason: 'bound', deposit: 16n * TOKEN }],
    });
  });

  it('are none that another key began to pay for, whatever else is to be said of them, and those take nothing of the budget', () => {
    const other = stored('carol', 15);
    const terms = { elsewhere: new Set([one.deal.id]), budget: wei(16n * TOKEN) };
    expect(decide([one, other], terms)).to.deep.equal({
      renew: [{ deal: other.deal.id, end: 31, deposit: 16n * TOKEN, raises: true }],
      unrenewed: [{ deal: one.deal.id, reason: 'paid-elsewhere', deposit: 16n * TOKEN }],
    });
    const pinned = stored('bob', 15, { challenged: true });
    expect(decide([pinned], terms).unrenewed[0]?.reason).to.equal('paid-elsewhere');
    expect(decide([pinned], { elsewhere: new Set([other.deal.id]) }).unrenewed[0]?.reason).to.equal('challenged');
  });

  it('are looked at further ahead, as of the period in which they are renewed', () => {
    const later = stored('bob', 30);
    expect(decide([later], { horizon: 20 }).renew).to.deep.equal([{ deal: later.deal.id, end: 46, deposit: 16n * TOKEN, raises: true }]);
    expect(decide([later], { horizon: 19 })).to.deep.equal({ renew: [], unrenewed: [] });
    expect(decide([later], { horizon: 20, mayRaise: false }).unrenewed).to.deep.equal([
      { deal: later.deal.id, reason: 'bound', deposit: 16n * TOKEN },
    ]);
  });

  it('are none that are over, emptied, closed or defaulted', () => {
    const gone = [
      stored('bob', 10),
      stored('carol', 15, { status: 'empty' }),
      stored('dave', 15, { status: 'closed' }),
      stored('erin', 15, { defaulted: { period: period(9), share: wei(1n) } }),
    ];
    expect(decide(gone)).to.deep.equal({ renew: [], unrenewed: [] });
    expect(decide([stored('bob', 11)]).renew).to.have.length(1);
  });

  it('pay in what the escrow lacks: for rent, for what a signed revision adds, and so that vouchers keep what they may take', () => {
    const deposit = (known: KnownDeal): bigint | undefined => decide([known]).renew[0]?.deposit;
    for (const escrow of [20n, 21n]) expect(deposit(stored('bob', 15, { escrow: wei(escrow * TOKEN) }))).to.equal(0n);
    expect(deposit(stored('bob', 15, { escrow: wei(19n * TOKEN) }))).to.equal(TOKEN);
    expect(deposit(stored('bob', 15, { escrow: wei(19n * TOKEN), maxEgress: wei(5n * TOKEN), redeemed: wei(2n * TOKEN) }))).to.equal(
      4n * TOKEN,
    );
    expect(deposit(stored('bob', 15, { settledThrough: period(7) })), 'rent of three periods is due').to.equal(19n * TOKEN);
    const grown = stored('bob', 15);
    const current = signedRevision(grown.deal.id, 2n, leaves(1 << 26));
    expect(deposit({ ...grown, record: { ...grown.record, current } })).to.equal(36n * TOKEN);
  });

  it('raise the bound of the end only where they pass it', () => {
    expect(decide([stored('bob', 15, { maxEnd: period(31) })]).renew[0]?.raises).to.equal(false);
    expect(decide([stored('bob', 15, { maxEnd: period(30) })]).renew[0]?.raises).to.equal(true);
  });

  it('last no longer than their provider takes deals for', () => {
    const short = stored('bob', 15, {}, { ask: { ...one.sheet.ask, maxPeriods: 12 } });
    expect(decide([short]).renew[0]).to.include({ end: 22, deposit: 7n * TOKEN });
    const none = stored('bob', 15, {}, { ask: { ...one.sheet.ask, maxPeriods: 5 } });
    expect(decide([none]).unrenewed).to.deep.equal([{ deal: none.deal.id, reason: 'no-longer', deposit: 0n }]);
    const barely = stored('bob', 15, {}, { ask: { ...one.sheet.ask, maxPeriods: 6 } });
    expect(decide([barely]).renew[0]).to.include({ end: 16, deposit: TOKEN });
  });

  it('are not those whose provider asks more than they pay, fails its audits, or that a challenge pins', () => {
    const reason = (change: Partial<Deal>, sheet: Partial<ProviderSheet> = {}) =>
      decide([stored('bob', 15, change, sheet)]).unrenewed[0]?.reason;
    expect(reason({ challenged: true })).to.equal('challenged');
    expect(reason({}, { lastProven: period(8) })).to.equal('failing');
    expect(reason({ price: wei(TOKEN - 1n) })).to.equal('dearer');
    expect(reason({ price: wei(TOKEN + 1n) })).to.equal(undefined);
  });

  it('are the ones that end first, as far as the budget goes', () => {
    const [first, second, third] = [stored('bob', 12), stored('carol', 13), stored('dave', 14, { escrow: wei(20n * TOKEN) })];
    const budget = wei(decide([first]).renew[0]!.deposit);
    const { renew, unrenewed } = decide([third, second, first], { budget });
    expect(renew.map(({ deal }) => deal)).to.deep.equal([first.deal.id, third.deal.id]);
    expect(unrenewed).to.deep.equal([{ deal: second.deal.id, reason: 'over-budget', deposit: 18n * TOKEN }]);
    expect(decide([first], { budget: wei(budget - 1n) }).renew).to.deep.equal([]);
  });

  it('come in the order of their ids where they end together', () => {
    const both = [stored('bob', 12), stored('carol', 12)];
    const ids = both.map(({ deal }) => deal.id).toSorted();
    for (const deals of [both, both.toReversed()]) expect(decide(deals).renew.map(({ deal }) => deal)).to.deep.equal(ids);
  });
});
