import { expect } from 'chai';
import type { Deal, ProviderSheet } from '../../node/core/market/deal.js';
import { blockNumber, leaves, period, wei, weight } from '../../node/core/units.js';
import type { RenterDeal } from '../../node/ports/catalogue.js';
import { isLate, isPostable, momentAt } from '../../node/renter/deals/decide-posting.js';
import { decideTidying, type TidiableDeal } from '../../node/renter/upkeep/decide-tidying.js';
import { idOf, knownDeal, signedRevision } from './sample-deals.js';

const now = period(10);
const id = idOf('bob');
const filled: Partial<Deal> = { status: 'active', leaves: leaves(100), weight: weight(1n), number: 3n };

const known = (
  change: Partial<Deal> = {},
  { sheet = {}, record = {}, used = false }: { sheet?: Partial<ProviderSheet>; record?: Partial<RenterDeal>; used?: boolean } = {},
): TidiableDeal => {
  const base = knownDeal('bob', change, { total: weight(1n), lastProven: period(10), decided: period(10), ...sheet });
  return { ...base, record: { ...base.record, ...record }, used };
};
/** What is done about a deal. */
const fate = (...given: Parameters<typeof known>): string => {
  const { close, cancel, post } = decideTidying({ deals: [known(...given)], now, isWindowOver: true });
  return [...close.map(() => 'close'), ...cancel.map(() => 'cancel'), ...post.map(() => 'post')].join();
};

describe('which deals are brought to an end', () => {
  it('are those that are over for a period and decided, once their provider is not frozen', () => {
    expect(fate({ ...filled, end: period(9) })).to.equal('close');
    expect(fate({ ...filled, end: period(10) })).to.equal('');
    expect(fate({ ...filled, end: period(9) }, { sheet: { decided: period(9) } })).to.equal('');
    expect(fate({ ...filled, end: period(9) }, { sheet: { frozen: true } })).to.equal('');
    expect(fate({ ...filled, end: period(9), challenged: true })).to.equal('');
    expect(fate({ ...filled, end: period(9), status: 'closed' })).to.equal('');
  });

  it('are those of a provider that defaulted', () => {
    const defaulted = { period: period(9), share: wei(1n) };
    expect(fate({ ...filled, defaulted })).to.equal('close');
    expect(fate({ ...filled, defaulted }, { sheet: { frozen: true } })).to.equal('close');
  });

  it('are empty ones into which nothing is on its way, a whole period after they were emptied', () => {
    const never = { settledThrough: period(0) };
    expect(fate(never)).to.equal('cancel');
    expect(fate({ settledThrough: period(8) })).to.equal('cancel');
    expect(fate({ settledThrough: period(9) })).to.equal('');
    expect(fate(never, { used: true })).to.equal('');
    expect(fate({ ...filled, ...never })).to.equal('');
    const current = signedRevision(id, 1n, leaves(4), 12);
    expect(fate(never, { record: { current } }), 'its provider may post it').to.equal('');
    expect(fate(never, { record: { current: signedRevision(id, 1n, leaves(4), 9) } }), 'nobody can post it').to.equal('cancel');
    expect(fate({ settledThrough: period(8), number: 1n }, { record: { current } }), 'it is on chain').to.equal('cancel');
    const { revision, renterSignature } = current;
    expect(fate(never, { record: { proposed: { revision, renterSignature, base: 0n } } })).to.equal('');
  });
});

describe('which revisions we post ourselves', () => {
  const grown = signedRevision(id, 4n, leaves(200), 11);
  const shrunk = signedRevision(id, 4n, leaves(100), 11);

  it('are those that a provider signed a period ago or more, and that count still', () => {
    expect(fate(filled, { record: { current: grown } })).to.equal('post');
    expect(fate(filled, { record: { current: signedRevision(id, 4n, leaves(200), 12) } }), 'signed in this period').to.equal('');
    expect(fate(filled, { record: { current: signedRevision(id, 4n, leaves(200), 10) } })).to.equal('post');
    expect(fate(filled, { record: { current: signedRevision(id, 4n, leaves(200), 9) } })).to.equal('');
    expect(fate(filled, { record: { current: signedRevision(id, 3n, leaves(200), 11) } }), 'posted').to.equal('');
    const late = (isWindowOver: boolean): boolean[] =>
      [9, 10, 11, 12].map((at) => isLate({ validUntil: period(12) }, { now: period(at), isWindowOver }));
    expect(late(true)).to.deep.equal([false, false, true, true]);
    expect(late(false), 'its provider may prove and post').to.deep.equal([false, false, false, true]);
  });

  it('are none before the window is over in which their providers prove and post, but for those that count no longer than that', () => {
    const posted = (validUntil: number): number => {
      const deals = [known(filled, { record: { current: signedRevision(id, 4n, leaves(200), validUntil) } })];
      return decideTidying({ deals, now, isWindowOver: false }).post.length;
    };
    expect([10, 11, 12].map(posted)).to.deep.equal([1, 0, 0]);
  });

  it('by the block: the window is over once so many blocks of the period have come', () => {
    const chain = { genesisBlock: blockNumber(100), parameters: { periodBlocks: 30, windowBlocks: 20 } };
    const at = (block: number) => momentAt(blockNumber(block), chain);
    expect([100, 119, 120, 129, 130].map(at)).to.deep.equal([
      { now: 1, isWindowOver: false },
      { now: 1, isWindowOver: false },
      { now: 1, isWindowOver: true },
      { now: 1, isWindowOver: true },
      { now: 2, isWindowOver: false },
    ]);
  });

  it('are those that the chain would take now', () => {
    const takes = (change: Partial<Deal>, sheet: Partial<ProviderSheet> = {}, signed = grown): boolean =>
      isPostable(known({ ...filled, ...change }, { sheet }), signed, now);
    expect(takes({})).to.equal(true);
    expect(takes({}, { frozen: true })).to.equal(false);
    expect(takes({ challenged: true })).to.equal(false);
    expect(takes({ defaulted: { period: period(9), share: wei(1n) } })).to.equal(false);
    expect(takes({ status: 'closed' })).to.equal(false);
    expect(takes({ number: 4n })).to.equal(false);
    expect(takes({}, {}, signedRevision(id, 4n, leaves(200), 10))).to.equal(true);
    expect(takes({}, {}, signedRevision(id, 4n, leaves(200), 9))).to.equal(false);
    expect(takes({ end: period(10) })).to.equal(false);
    expect(takes({ end: period(11) })).to.equal(true);
  });

  it('let a deal grow only after the proof of this period, or where there is nothing to prove', () => {
    const takes = (sheet: Partial<ProviderSheet>, signed = grown): boolean => isPostable(known(filled, { sheet }), signed, now);
    expect(takes({ lastProven: period(9) })).to.equal(false);
    expect(takes({ lastProven: period(9) }, shrunk)).to.equal(true);
    expect(takes({ lastProven: period(9), total: weight(0n) })).to.equal(true);
  });
});
