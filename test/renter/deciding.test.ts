import { expect } from 'chai';
import fc from 'fast-check';
import { applyChange, changeBetween, nextRevision } from '../../node/core/market/revision.js';
import type { Deal } from '../../node/core/market/deal.js';
import { period, signature, weight, type DealId, type Hash } from '../../node/core/units.js';
import type { RenterDeal } from '../../node/ports/catalogue.js';
import { decideCommit } from '../../node/renter/deals/decide-commit.js';
import { decideRepair, healthOf, type DealHealth } from '../../node/renter/repair/decide-repair.js';
import {
  baseOf,
  fallBackOf,
  highestNumber,
  isOpen,
  namesSectors,
  planRevision,
  type WantedChange,
} from '../../node/renter/deals/decide-revision.js';
import { throwsCoded } from '../support/coded-errors.js';
import { dealAt, idOf, knownDeal, sectorOf, sheetOf } from './sample-deals.js';

const now = period(10);
const mark = signature(`0x${'11'.repeat(65)}`);
const [a, b, c] = [sectorOf('a'), sectorOf('b'), sectorOf('c')];

const revisionOf = (number: bigint, sectors: readonly (typeof a)[], validUntil = 12) =>
  nextRevision({ deal: idOf('bob'), number, sectors, end: period(100), price: dealAt('bob').price, validUntil: period(validUntil) });
const signedOf = (number: bigint, sectors: readonly (typeof a)[], validUntil = 12) => ({
  revision: revisionOf(number, sectors, validUntil),
  renterSignature: mark,
  providerSignature: mark,
});
const onChain = (number: bigint, sectors: readonly (typeof a)[]) => {
  const { root, leaves: count } = revisionOf(number, sectors);
  return dealAt('bob', { number, root, leaves: count, status: 'active' });
};
/** What is planned on a base with the sectors `before`, and the revision that comes of it. */
const planOn = (before: readonly (typeof a)[], of: RenterDeal, deal: Deal, wanted: WantedChange, at = now) => {
  const removable = before.flatMap(({ root }, index) => (wanted.remove?.includes(root) ? [index] : []));
  const names = (root: Hash) => before.some((sector) => sector.root === root);
  const base = { number: baseOf(of, deal), sectors: before.length, names, removable };
  const planned = planRevision(of, deal, wanted, base, at);
  return planned && { ...planned, revision: nextRevision({ ...planned.plan, sectors: applyChange(before, planned.change) }) };
};
const record = (change: Partial<RenterDeal> = {}): RenterDeal => ({ ...knownDeal('bob').record, ...change });

describe('the next revision', () => {
  it('begins a fresh deal with number one', () => {
    const plan = planOn([], record(), dealAt('bob'), { append: [a, b] });
    expect(plan?.revision).to.deep.equal(revisionOf(1n, [a, b]));
    expect(plan?.base).to.equal(0n);
    expect(plan?.change).to.deep.equal({ remove: [], append: [a, b] });
  });

  it('adds only what is not there, and nothing if all is there and may still be posted', () => {
    const had = record({ current: signedOf(4n, [a, b]) });
    expect(planOn([a, b], had, dealAt('bob'), { append: [b, c] })?.change).to.deep.equal({ remove: [], append: [c] });
    expect(planOn([a, b], had, dealAt('bob'), { append: [b] })).to.equal(undefined);
    expect(planOn([a, b], had, onChain(3n, []), { append: [b] }, period(12)), 'in its last period').to.equal(undefined);
    expect(planOn([a, b], had, onChain(4n, [a, b]), { append: [b] }, period(20))).to.equal(undefined);
  });

  it('renews a signed revision that ran out before it was posted', () => {
    const had = record({ current: signedOf(4n, [a]) });
    expect(planOn([a], had, onChain(3n, []), { append: [] }, period(13))?.revision).to.deep.equal(revisionOf(5n, [a], 15));
  });

  it('keeps an end that is signed and not posted, as far as the deal lets it, and moves it out where that is wanted', () => {
    const signed = signedOf(4n, [a]);
    const had = record({ current: { ...signed, revision: { ...signed.revision, end: period(150) } } });
    const unposted = (maxEnd: number) => ({ ...onChain(3n, []), maxEnd: period(maxEnd) });
    const endOf = (of: RenterDeal, deal: Deal, wanted: WantedChange): number | undefined => planOn([a], of, deal, wanted)?.plan.end;
    expect(endOf(had, unposted(200), { append: [b] })).to.equal(150);
    expect(endOf(had, unposted(120), { append: [b] })).to.equal(120);
    expect(endOf(had, { ...onChain(4n, [a]), maxEnd: period(200) }, { append: [b] }), 'what the chain has').to.equal(100);
    expect(endOf(had, unposted(200), { append: [], clear: true }), 'an empty one moves nothing out').to.equal(100);
    expect(endOf(had, unposted(200), { append: [], end: period(180) })).to.equal(180);
    expect(endOf(had, unposted(200), { append: [], end: period(150) }), 'signed already').to.equal(undefined);
    expect(endOf(record({ current: signed }), onChain(4n, [a]), { append: [], end: period(130) })).to.equal(130);
    expect(endOf(record({ current: signed }), onChain(4n, [a]), { append: [], end: period(90) }), 'never sooner').to.equal(undefined);
    const proposed = { revision: { ...revisionOf(5n, [a]), end: period(150) }, renterSignature: mark, base: 4n };
    expect(endOf(record({ current: signed, proposed }), onChain(5n, [a]), { append: [b] })).to.equal(100);
  });

  it('counts on from a number that was spent, though nothing is known of what had it', () => {
    expect(highestNumber(record({ spent: 7n }), dealAt('bob'))).to.equal(7n);
    expect(highestNumber(record({ spent: 2n }), dealAt('bob', { number: 3n }))).to.equal(3n);
  });

  it('takes everything out when the deal is released', () => {
    const had = record({ current: signedOf(4n, [a, b]) });
    const plan = planOn([a, b], had, onChain(4n, [a, b]), { append: [], clear: true });
    expect(plan?.change).to.deep.equal({ remove: [0, 1], append: [] });
    expect(plan?.revision.leaves).to.equal(0);
    expect(planOn([a, b], had, onChain(4n, [a, b]), { append: [c], clear: true })).to.deep.equal(plan);
  });

  it('takes out what is wanted out wherever it is named, and what comes in with it stays', () => {
    const had = record({ current: signedOf(4n, [a, b, a]) });
    const plan = planOn([a, b, a], had, onChain(4n, [a, b, a]), { append: [c], remove: [a.root] });
    expect(plan?.change).to.deep.equal({ remove: [0, 2], append: [c] });
    expect(plan?.revision).to.deep.equal(revisionOf(5n, [b, c]));
    expect(planOn([b], record({ current: signedOf(4n, [b]) }), onChain(4n, [b]), { append: [], remove: [a.root] })).to.equal(undefined);
  });

  it('moves the end out by nothing where what is taken out is all there is', () => {
    const signed = signedOf(4n, [a]);
    const had = record({ current: { ...signed, revision: { ...signed.revision, end: period(150) } } });
    const deal = { ...onChain(3n, []), maxEnd: period(200) };
    expect(planOn([a], had, deal, { append: [], remove: [a.root] })?.revision).to.deep.include({ leaves: 0, end: 100 });
    expect(planOn([a], had, deal, { append: [c], remove: [a.root] })?.revision.end, 'something comes in').to.equal(150);
    expect(planOn([a, b], had, deal, { append: [], remove: [a.root] })?.revision.end, 'something is left').to.equal(150);
    const empty = signedOf(4n, []);
    const unposted = record({ current: { ...empty, revision: { ...empty.revision, validUntil: period(9) } } });
    expect(planOn([], unposted, onChain(3n, [a]), { append: [] })?.revision, 'an empty one, renewed').to.deep.include({
      leaves: 0,
      end: 100,
    });
  });

  it('never uses the number of a proposal again, and builds on one that the provider posted unanswered', () => {
    const proposed = { revision: revisionOf(5n, [a, b]), renterSignature: mark, base: 4n };
    const had = record({ current: signedOf(4n, [a]), proposed });
    expect(planOn([a], had, onChain(4n, [a]), { append: [c] }, period(13))?.revision.number).to.equal(6n);
    expect(baseOf(had, onChain(4n, [a]))).to.equal(4n);
    expect(baseOf(had, onChain(5n, [a, b]))).to.equal(5n);
    expect(isOpen(had, onChain(4n, [a]), period(12))).to.equal(true);
    expect(isOpen(had, onChain(4n, [a]), period(13))).to.equal(false);
    expect(isOpen(had, onChain(5n, [a, b]), period(12))).to.equal(false);
  });

  it('takes for posted only a proposal of which the chain has number and root', () => {
    const proposed = { revision: revisionOf(5n, [a, b]), renterSignature: mark, base: 4n };
    const had = record({ current: signedOf(4n, [a]), proposed });
    expect(baseOf(had, onChain(4n, [a, b]))).to.equal(4n);
    throwsCoded(() => baseOf(had, onChain(5n, [c])), 'CATALOGUE_BEHIND');
  });

  it('refuses to go on from a revision that it does not know', () => {
    const had = record({ current: signedOf(4n, [a]) });
    throwsCoded(() => planOn([a], had, onChain(6n, [b]), { append: [c] }), 'CATALOGUE_BEHIND');
  });

  it('never uses a number again that was signed before it fell back', () => {
    expect(planOn([a], record({ current: signedOf(4n, [a]), spent: 9n }), onChain(4n, [a]), { append: [b] })?.revision.number).to.equal(
      10n,
    );
  });

  describe('falls back', () => {
    const posted = onChain(3n, [a]);
    const deal: Deal = { ...posted, sectors: 1 };
    const listed = revisionOf(3n, [a]);
    const had = record({
      current: signedOf(4n, [a, b]),
      proposed: { revision: revisionOf(5n, [a, b, c]), renterSignature: mark, base: 4n },
    });
    const { id, provider } = had;

    it('to what the chain holds once nothing newer can be posted', () => {
      expect(fallBackOf(had, deal, listed, period(12)), 'in its last period').to.equal(undefined);
      expect(fallBackOf(had, deal, listed, period(13))).to.deep.equal({ id, provider, spent: 5n });
      expect(fallBackOf(record({ current: signedOf(3n, [a]) }), deal, listed, now), 'which is all there is').to.deep.equal({
        id,
        provider,
        spent: 3n,
      });
    });

    it('to nothing only where the chain holds nothing', () => {
      expect(fallBackOf(had, deal, undefined, period(13))).to.equal(undefined);
      expect(fallBackOf(had, dealAt('bob'), undefined, period(13))).to.deep.equal({ id, provider, spent: 5n });
    });

    it('to no listing that the chain does not have, field for field', () => {
      const others = [
        { number: 2n },
        { root: revisionOf(3n, [b]).root },
        { sectors: 2 },
        { leaves: revisionOf(3n, [a, b]).leaves },
        { deal: idOf('carol') },
      ];
      for (const other of others) expect(fallBackOf(had, deal, { ...listed, ...other }, period(13))).to.equal(undefined);
    });
  });

  it('describes any change so that both sides come to the same sectors', () => {
    const sectors = fc.array(
      fc.integer({ min: 0, max: 5 }).map((name) => sectorOf(`${name}`)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(sectors, sectors, (before, after) => {
        expect(applyChange(before, changeBetween(before, after))).to.deep.equal(after);
      }),
    );
    expect(changeBetween([a, b, c], [a, c, b]), 'keeps what stays').to.deep.equal({ remove: [1], append: [b] });
  });

  it('names just its own sectors, in their order', () => {
    const signed = signedOf(4n, [a, b]);
    expect([[a, b], [b, a], [a], [a, b, c]].map((sectors) => namesSectors(signed, sectors))).to.deep.equal([true, false, false, false]);
  });
});

describe('waiting for a commit', () => {
  const awaited = { deal: idOf('bob'), number: 4n, validUntil: period(12) };

  it('waits for its provider, posts the revision itself once that had its turn, then asks for another', () => {
    expect(decideCommit(awaited, onChain(3n, [a]), { now: period(10), isWindowOver: true })).to.equal('wait');
    expect(decideCommit(awaited, onChain(3n, [a]), { now: period(11), isWindowOver: false }), 'its provider may prove and post').to.equal(
      'wait',
    );
    expect(decideCommit(awaited, onChain(3n, [a]), { now: period(11), isWindowOver: true })).to.equal('post');
    expect(decideCommit(awaited, onChain(3n, [a]), { now: period(12), isWindowOver: false })).to.equal('post');
    expect(decideCommit(awaited, onChain(3n, [a]), { now: period(12), isWindowOver: true })).to.equal('post');
    expect(decideCommit(awaited, onChain(3n, [a]), { now: period(13), isWindowOver: true })).to.equal('renew');
  });

  it('is content with this revision or a later one, and gives up on a deal that ended', () => {
    expect(decideCommit(awaited, onChain(4n, [a]), { now: period(99), isWindowOver: true })).to.equal('held');
    expect(decideCommit(awaited, onChain(5n, [a]), { now: period(99), isWindowOver: true })).to.equal('held');
    expect(decideCommit(awaited, dealAt('bob', { status: 'closed', number: 4n }), { now, isWindowOver: true })).to.equal('lost');
    expect(decideCommit(awaited, undefined, { now, isWindowOver: true })).to.equal('lost');
  });
});

describe('the health of a deal', () => {
  const proving = sheetOf('bob', { total: weight(3n) });
  const missing = sheetOf('bob', { total: weight(3n), lastProven: period(8) });
  const active = dealAt('bob', { status: 'active' });
  const state = (snapshot: Parameters<typeof healthOf>[0]) => healthOf(snapshot, now, 2).state;

  it('is good while its provider proves and answers', () => {
    expect(state({ deal: active, sheet: proving, probe: 'ok' })).to.equal('healthy');
    expect(state({ deal: active, sheet: sheetOf('bob', { lastProven: period(0) }), probe: 'ok' })).to.equal('healthy');
  });

  it('is in doubt when the provider is only silent, or only missed, and lost when both', () => {
    expect(state({ deal: active, sheet: proving, probe: 'silent' })).to.equal('doubtful');
    expect(state({ deal: active, sheet: missing, probe: 'ok' })).to.equal('doubtful');
    expect(state({ deal: active, sheet: missing, probe: 'silent' })).to.equal('lost');
  });

  it('is lost with a lie, a default, a close or the end', () => {
    expect(state({ deal: active, sheet: proving, probe: 'wrong' })).to.equal('lost');
    expect(state({ deal: { ...active, defaulted: { period: now, share: active.price } }, sheet: proving, probe: 'ok' })).to.equal('lost');
    expect(state({ deal: { ...active, status: 'closed' }, sheet: proving, probe: 'ok' })).to.equal('lost');
    expect(state({ deal: { ...active, end: period(10) }, sheet: proving, probe: 'ok' })).to.equal('lost');
    expect(state({ probe: 'silent' })).to.equal('lost');
    expect(state({ deal: active, probe: 'ok' }), 'of a provider unknown').to.equal('lost');
  });

  it('is lost at once where the provider says so and nobody counts; in doubt where it only refuses', () => {
    expect(state({ deal: active, sheet: proving, probe: 'rotten' })).to.equal('lost');
    expect(state({ deal: active, sheet: proving, probe: 'refused' })).to.equal('doubtful');
    expect(state({ deal: active, sheet: missing, probe: 'refused' })).to.equal('lost');
  });

  it('is lost after so many probes in a row that were refused, where they are counted: silence is no refusal', () => {
    const after = (times: number, probe: 'rotten' | 'refused' | 'silent') =>
      state({ deal: active, sheet: proving, probe, doubt: { times, check: 'SECTOR_MISSING', most: 3 } });
    expect([2, 3, 4].map((times) => after(times, 'rotten'))).to.deep.equal(['doubtful', 'lost', 'lost']);
    expect([2, 3].map((times) => after(times, 'refused'))).to.deep.equal(['doubtful', 'lost']);
    expect(after(9, 'silent')).to.equal('doubtful');
    const { reason } = healthOf(
      { deal: active, sheet: proving, probe: 'refused', doubt: { times: 3, check: 'PEER_BUSY', most: 3 } },
      now,
      2,
    );
    expect(reason).to.equal('its provider refuses (PEER_BUSY), 3 times in a row');
  });

  it('says of one that missed audits whether it is silent or refuses', () => {
    const said = (probe: 'silent' | 'refused', sheet = missing) => healthOf({ deal: active, sheet, probe }, now, 2).reason;
    expect(said('silent')).to.include('is silent').and.not.include('refuses');
    expect(said('refused')).to.include('refuses').and.not.include('is silent');
    expect(said('silent', proving)).to.include('is silent');
    expect(said('refused', proving)).to.include('refuses');
  });

  it('is about to end within the margin, as long as the data may be there', () => {
    const endingIn = (end: number, change: Partial<Parameters<typeof healthOf>[0]> = {}) =>
      state({ deal: { ...active, end: period(end) }, sheet: proving, probe: 'ok', ...change });
    expect([11, 12, 13].map((end) => endingIn(end))).to.deep.equal(['ending', 'ending', 'healthy']);
    expect(endingIn(12, { probe: 'silent' })).to.equal('ending');
    expect(endingIn(12, { sheet: missing })).to.equal('ending');
    expect(endingIn(12, { sheet: missing, probe: 'silent' })).to.equal('lost');
    expect(endingIn(12, { probe: 'wrong' })).to.equal('lost');
  });
});

describe('what to repair', () => {
  const holders = ['bob', 'carol', 'dave', 'erin'];
  const slab = { k: 2, n: 4, shards: holders.map((name, shard) => ({ shard, deal: idOf(name), attempt: shard })) };
  const health = (lost: readonly string[]): Map<DealId, DealHealth> =>
    new Map(holders.map((name) => [idOf(name), { state: lost.includes(name) ? 'lost' : 'doubtful', reason: name }] as const));

  it('is nothing while nothing is lost, doubts or not', () => {
    expect(decideRepair({ ...slab, health: health([]) })).to.equal(undefined);
  });

  it('is the lost shards, under keys of another attempt', () => {
    expect(decideRepair({ ...slab, health: health(['carol']) })).to.deep.equal({
      kind: 'move',
      lost: [{ shard: 1, deal: idOf('carol'), attempt: 2, reason: 'carol', readable: false }],
    });
  });

  it('is the shard in a deal that nobody knows', () => {
    const known = health([]);
    known.delete(idOf('dave'));
    expect(decideRepair({ ...slab, health: known })?.lost).to.deep.equal([
      { shard: 2, deal: idOf('dave'), attempt: 3, reason: 'its deal is unknown', readable: false },
    ]);
  });

  it('waits for half of what can be lost, if that is the threshold', () => {
    expect(decideRepair({ ...slab, health: health(['carol']), threshold: 'halfway' })).to.equal(undefined);
    expect(decideRepair({ ...slab, health: health(['carol', 'dave']), threshold: 'halfway' })?.lost).to.have.length(2);
    const five = { ...slab, n: 5, shards: [...slab.shards, { shard: 4, deal: idOf('bob'), attempt: 4 }] };
    expect(decideRepair({ ...five, health: health(['carol']), threshold: 'halfway' }), '4 of 5, and 4 suffice').to.equal(undefined);
    expect(decideRepair({ ...five, health: health(['carol', 'dave']), threshold: 'halfway' })?.lost).to.have.length(2);
  });

  it('waits for the threshold', () => {
    expect(decideRepair({ ...slab, health: health([]), threshold: 5 }), 'above n').to.equal(undefined);
    expect(decideRepair({ ...slab, health: health(['bob']), threshold: 3 })).to.equal(undefined);
    expect(decideRepair({ ...slab, health: health(['bob', 'erin']), threshold: 3 })?.lost).to.have.length(2);
  });

  it('is hopeless with fewer than k left, and says so', () => {
    expect(decideRepair({ ...slab, health: health(['bob', 'carol']) })?.kind).to.equal('move');
    expect(decideRepair({ ...slab, health: health(['bob', 'carol', 'dave']) })?.kind).to.equal('hopeless');
  });

  it('moves what is about to end while it can be read, even if that is all of it', () => {
    const ending = new Map(
      [...health(['erin'])].map(([id, one]) => [id, one.state === 'lost' ? one : { ...one, state: 'ending' as const }]),
    );
    const action = decideRepair({ ...slab, health: ending });
    expect(action?.kind).to.equal('move');
    expect(action?.lost.map(({ shard, readable }) => [shard, readable])).to.deep.equal([
      [0, true],
      [1, true],
      [2, true],
      [3, false],
    ]);
    expect(decideRepair({ ...slab, health: new Map([...ending].slice(3)) })?.kind).to.equal('hopeless');
  });

  it('leaves alone what has no shards', () => {
    expect(decideRepair({ ...slab, shards: [], health: health(holders) })).to.equal(undefined);
  });
});
