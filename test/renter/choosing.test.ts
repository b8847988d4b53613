import { expect } from 'chai';
import { address, leaves, period, wei, weight } from '../../node/core/units.js';
import { rankProviders, rankRecords, type Wanted } from '../../node/renter/homes/choose-providers.js';
import { dealsWithRoom, hasRoom } from '../../node/renter/homes/deals-with-room.js';
import { monthlyUp, periodPriceDown } from '../../node/core/market/monthly-price.js';
import { escrowFor, leavesPerProvider, planSpace, planStep, quoteOf } from '../../node/renter/homes/quote.js';
import { actor } from '../support/worlds/actors.js';
import { throwsCoded } from '../support/coded-errors.js';
import { devnetParameters } from '../support/memory-market/market-parameters.js';
import { knownDeal, sheetOf } from './sample-deals.js';

const TOKEN = 10n ** 18n;
const MiB = 1 << 20;

describe('the price of storing', () => {
  it('counts the leaves that one provider gets', () => {
    expect(leavesPerProvider(0, 4)).to.equal(0);
    expect(leavesPerProvider(1, 4)).to.equal(1);
    expect(leavesPerProvider(129, 4)).to.equal(2);
    expect(leavesPerProvider(16 * MiB, 4)).to.equal(1 << 17);
    expect(leavesPerProvider(16 * MiB + 1, 4)).to.equal((1 << 17) + 1);
  });

  it('takes room for as much again unless told otherwise', () => {
    expect(planSpace({ bytes: MiB, k: 4, n: 6 })).to.deep.equal({ bytes: MiB, k: 4, n: 6, leaves: 8192, maxLeaves: 16384 });
    expect(planSpace({ bytes: MiB, k: 4, n: 6, room: 0 }).maxLeaves).to.equal(8192);
  });

  for (const [k, n] of [
    [0, 6],
    [7, 6],
    [4, 256],
    [1.5, 6],
  ] as const) {
    it('gives a new deal room for the files that follow in a run, as much as one deal takes', () => {
      const step = { bytes: MiB, offset: 0, step: MiB, k: 4, n: 6, room: 0, dealLeaves: 1 << 25 };
      expect(planStep({ ...step, following: 2 * MiB })).to.deep.equal({
        bytes: 3 * MiB,
        k: 4,
        n: 6,
        leaves: 8192,
        maxLeaves: 24576,
        later: 16384,
        pages: 0,
      });
      expect(planStep({ ...step, following: 2 * MiB, dealLeaves: 10_000 })).to.include({ maxLeaves: 10_000, later: 16384 });
      expect(planStep({ ...step, room: undefined, following: 2 * MiB }).maxLeaves, 'and for as much again').to.equal(49152);
      expect(planStep({ ...step, bytes: undefined, following: 2 * MiB })).to.include({ bytes: undefined, later: 16384 });
    });

    it(`refuses a code of ${k} of ${n}`, () => {
      throwsCoded(() => planSpace({ bytes: 1, k, n }), 'ERASURE_SHAPE_INVALID');
    });
  }

  it('turns a price per period into one per month and back, never to the disadvantage of the limit', () => {
    const parameters = { periodBlocks: 40 };
    expect(monthlyUp(wei(TOKEN), parameters, 500)).to.equal(129_600n * TOKEN);
    for (const limit of [1n, 7n, 129_599n, 129_600n, 10n ** 20n + 3n]) {
      const price = periodPriceDown(wei(limit), parameters, 500);
      expect(monthlyUp(price, parameters, 500) <= limit).to.equal(true);
      expect(monthlyUp(wei(price + 1n), parameters, 500) > limit).to.equal(true);
    }
  });

  it('pays all the room to the end into escrow, and never less than a unit', () => {
    const unit = wei(10n ** 16n);
    const terms = {
      price: wei(TOKEN),
      egressPrice: wei(0n),
      maxLeaves: leaves(1 << 25),
      now: period(10),
      maxEnd: period(31),
      unit,
      reads: 1,
    };
    expect(escrowFor(terms)).to.equal(20n * TOKEN);
    expect(escrowFor({ ...terms, maxLeaves: leaves(1) })).to.equal(unit);
  });

  it('pays into escrow what reading all the room costs, as often as asked', () => {
    const unit = wei(10n ** 16n);
    const paid = { price: wei(TOKEN), egressPrice: wei(3n * TOKEN), maxLeaves: leaves(1 << 25), now: period(10), maxEnd: period(31), unit };
    expect(escrowFor({ ...paid, reads: 1 })).to.equal(23n * TOKEN);
    expect(escrowFor({ ...paid, reads: 2 })).to.equal(26n * TOKEN);
    expect(escrowFor({ ...paid, reads: 0 })).to.equal(20n * TOKEN);
  });

  it('adds up what all providers cost', () => {
    const plan = planSpace({ bytes: 4 * MiB, k: 4, n: 2 + 4 });
    const part = (name: string, price: bigint) => ({
      provider: actor(name).address,
      price: wei(price),
      egressPrice: wei(1024n * price),
      end: period(21),
      escrow: wei(5n),
      maxLeaves: plan.maxLeaves,
      maxEgress: wei(2n),
    });
    const quote = quoteOf(plan, [part('bob', TOKEN), part('carol', 3n * TOKEN)], period(10), { periodBlocks: 40 }, 500);
    expect(quote.escrow).to.equal(10n);
    expect(quote.maxEgress).to.equal(4n);
    expect(quote.readOnce).to.equal(4n * TOKEN);
    expect(quote.pricePerGibMonth).to.equal(3n * 129_600n * TOKEN);
    expect(quote.filePricePerGibMonth).to.equal(129_600n * TOKEN);
    expect(quote.total).to.equal((4n * TOKEN * 10n) / 1024n);
  });
});

describe('choosing providers', () => {
  const plan = planSpace({ bytes: MiB, k: 4, n: 6 });
  const wanted: Wanted = { plan, now: period(10), maxEnd: period(50), reads: 1, parameters: devnetParameters };
  const names = (sheets: readonly { provider: string }[]): string[] =>
    sheets.map(({ provider }) => ['bob', 'carol', 'dave', 'erin'].find((name) => actor(name).address === provider) ?? '?');
  const asking = (name: string, price: bigint, stake = 1000n * TOKEN) =>
    sheetOf(name, { ask: { ...sheetOf(name).ask, price: wei(price) }, stake: wei(stake) });

  it('prefers the cheapest, and of equals the one with more free stake', () => {
    const sheets = [asking('bob', 3n), asking('carol', 1n, 100n * TOKEN), asking('dave', 1n), asking('erin', 2n)];
    expect(names(rankProviders(sheets, wanted, new Set()).ranked)).to.deep.equal(['dave', 'carol', 'erin', 'bob']);
    expect(names(rankProviders([...sheets].reverse(), wanted, new Set([actor('erin').address])).ranked)).to.deep.equal([
      'dave',
      'carol',
      'bob',
    ]);
  });

  const refusals: [string, Partial<ReturnType<typeof sheetOf>>, string][] = [
    ['asks more than the limit', { ask: { ...sheetOf('bob').ask, price: wei(2n * TOKEN) } }, 'asks too much'],
    ['takes only small deals', { ask: { ...sheetOf('bob').ask, maxLeaves: leaves(16383) } }, 'does not take that much'],
    ['takes only short deals', { ask: { ...sheetOf('bob').ask, maxPeriods: 39 } }, 'does not take deals that long'],
    ['cannot back the collateral', { stake: wei(devnetParameters.unit) }, 'has too little free stake'],
    ['missed its last audit', { total: weight(5n), lastProven: period(8) }, 'missed its last audit'],
  ];
  for (const [story, change, reason] of refusals) {
    it(`passes over a provider that ${story}, and says so`, () => {
      const { ranked, refused } = rankProviders([sheetOf('bob', change)], { ...wanted, maxPrice: wei(TOKEN) }, new Set());
      expect(ranked).to.deep.equal([]);
      expect(refused).to.deep.equal([{ provider: actor('bob').address, reason }]);
    });
  }

  it('goes by what a deal there takes with its reads: cheap rent and the dearest reads are not cheap', () => {
    const reading = (name: string, price: bigint, egressPrice: bigint) =>
      sheetOf(name, { ask: { ...sheetOf(name).ask, price: wei(price), egressPrice: wei(egressPrice) } });
    const sheets = [reading('bob', 1n, 1n << 127n), reading('carol', 2n, 0n), reading('dave', 1n, 30n)];
    expect(names(rankProviders(sheets, wanted, new Set()).ranked)).to.deep.equal(['dave', 'carol', 'bob']);
    expect(names(rankProviders(sheets, { ...wanted, reads: 0 }, new Set()).ranked)[0]).not.to.equal('carol');
    const records = rankRecords(sheets, wanted, new Set(), actor('alice').address).ranked;
    expect(records.at(-1)).to.equal(actor('bob').address);
  });

  it('passes over an ask beyond any weight, as over every other that nothing stands behind', () => {
    const absurd = sheetOf('bob', {
      ask: { ...sheetOf('bob').ask, price: wei(1n << 127n), minLeaves: leaves(1 << 20), maxLeaves: leaves(1 << 20) },
    });
    const { ranked, refused } = rankProviders([absurd, asking('carol', 1n)], wanted, new Set());
    expect(names(ranked)).to.deep.equal(['carol']);
    expect(refused).to.deep.equal([{ provider: actor('bob').address, reason: 'has too little free stake' }]);
  });

  it('raises the bound of a small deal to what the provider takes at least', () => {
    const picky = sheetOf('bob', { ask: { ...sheetOf('bob').ask, minLeaves: leaves(1 << 20), maxLeaves: leaves(1 << 20) } });
    expect(rankProviders([picky], wanted, new Set()).ranked).to.have.length(1);
  });
});

describe('choosing whose sheets to read', () => {
  const plan = planSpace({ bytes: MiB, k: 4, n: 6 });
  const wanted: Wanted = { plan, now: period(10), maxEnd: period(50), reads: 1, parameters: devnetParameters };
  const at = (last: string, price: bigint) => ({
    ...sheetOf('bob', { ask: { ...sheetOf('bob').ask, price: wei(price) } }),
    provider: address(`0x${'0'.repeat(39)}${last}`),
  });
  const order = (records: readonly ReturnType<typeof at>[], renter: string): string =>
    rankRecords(records, wanted, new Set(), address(`0x${'0'.repeat(39)}${renter}`))
      .ranked.map((provider) => provider.at(-1))
      .join('');

  it('goes by price, and at one price each renter begins with others', () => {
    const records = [at('9', 1n), at('8', 1n), at('1', 1n), at('2', 2n), at('7', 0n)];
    expect(order(records, '0')).to.equal('71892');
    expect(order(records, 'f')).to.equal('79812');
    expect(order(records.toReversed(), 'f')).to.equal('79812');
  });

  it('goes by what the ask says, and leaves the rest to the sheet', () => {
    const dear = at('1', 3n);
    const broke = { ...at('2', 1n), stake: wei(0n) };
    const small = { ...at('3', 1n), ask: { ...at('3', 1n).ask, maxLeaves: leaves(5) } };
    const { ranked, refused } = rankRecords([dear, broke, small], { ...wanted, maxPrice: wei(2n) }, new Set(), dear.provider);
    expect(ranked).to.deep.equal([broke.provider]);
    expect(refused).to.deep.equal([
      { provider: dear.provider, reason: 'asks too much' },
      { provider: small.provider, reason: 'does not take that much' },
    ]);
    expect(rankRecords([dear, broke], wanted, new Set([broke.provider]), dear.provider).ranked).to.deep.equal([dear.provider]);
  });
});

describe('deals with room', () => {
  const wanted = { leaves: leaves(600), now: period(10), until: period(50), parameters: devnetParameters };

  it('takes one deal for each provider, the cheapest first', () => {
    const second = knownDeal('bob', { id: knownDeal('erin').deal.id, price: wei(2n) });
    const found = dealsWithRoom([second, knownDeal('bob', { price: wei(1n) }), knownDeal('carol')], wanted, new Set());
    expect(found.map(({ deal }) => deal.price)).to.deep.equal([1n, TOKEN]);
    expect(dealsWithRoom([knownDeal('bob')], wanted, new Set([actor('bob').address]))).to.deep.equal([]);
  });

  const without: [string, Parameters<typeof knownDeal>[1], Parameters<typeof knownDeal>[2]?][] = [
    ['is closed', { status: 'closed' }],
    ['lost its provider', { defaulted: { period: period(9), share: wei(1n) } }],
    ['is pinned by a challenge', { challenged: true }],
    ['is too small', { maxLeaves: leaves(599) }],
    ['ends too soon', { end: period(49) }],
    ['has too little escrow', { escrow: wei(1n) }],
    ['is with a provider that misses audits', {}, { total: weight(1n), lastProven: period(8) }],
    ['is with a provider that cannot back more', {}, { stake: wei(1n) }],
  ];
  for (const [story, deal, sheet] of without) {
    it(`does not use a deal that ${story}`, () => {
      expect(hasRoom(knownDeal('bob'), wanted)).to.equal(true);
      expect(hasRoom(knownDeal('bob', deal, sheet), wanted)).to.equal(false);
    });
  }

  it('counts what is signed and not yet on chain', () => {
    const known = knownDeal('bob');
    const revision = {
      deal: known.deal.id,
      number: 1n,
      root: known.deal.root,
      leaves: leaves(401),
      sectors: 1,
      end: period(100),
      price: wei(1n),
      validUntil: period(12),
    };
    const proposed = { revision, renterSignature: `0x${'00'.repeat(65)}` as never, base: 0n };
    expect(hasRoom({ ...known, record: { ...known.record, proposed } }, wanted)).to.equal(false);
  });
});
