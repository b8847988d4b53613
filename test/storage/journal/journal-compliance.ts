import { expect } from 'chai';
import type { ProviderJournal } from '../../../node/ports/journal.js';
import { period } from '../../../node/core/units.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';
import { wholeDeal } from '../../support/whole-lists.js';

/** What every {@link ProviderJournal} must do. `use` opens a fresh one; `reopen` gives the same again, as after a restart. */
export const journalCompliance = (
  use: (story: (journal: ProviderJournal, reopen: () => Promise<ProviderJournal>) => Promise<void>) => Promise<void>,
): void => {
  const [alice, carol] = [dealNamed('Alice'), dealNamed('Carol')];
  const [a, b, c] = [sectorNamed('a', 2), sectorNamed('b', 3), sectorNamed('c', 5)];
  const pending = (sector = a, deal = alice, receivedAt = 1000) => ({ ...sector, deal, receivedAt });

  it('names its market and starts empty', () =>
    use(async (journal) => {
      expect(journal.identity).to.deep.equal(testIdentity);
      expect(await journal.deal(alice)).to.equal(undefined);
      expect(await collect(journal.deals())).to.deep.equal([]);
      expect(await journal.leavesHeld()).to.equal(0);
    }));

  it('keeps a received sector, with the time when it came first, until a signed revision names it, counting its leaves once', () =>
    use(async (journal, reopen) => {
      await journal.recordPending(pending());
      await journal.recordPending(pending(a, alice, 2000));
      expect(await collect(journal.pending())).to.deep.equal([pending()]);
      expect(await journal.leavesHeld()).to.equal(2);
      expect(await journal.holds(alice, a.root)).to.equal(true);
      expect(await journal.holds(carol, a.root)).to.equal(false);
      await journal.recordSigned(signedRevision(alice, 1n, [a]));
      const again = await reopen();
      expect(await collect(again.pending())).to.deep.equal([]);
      expect(await again.leavesHeld()).to.equal(2);
      expect(await again.holds(alice, a.root)).to.equal(true);
    }));

  it('gives back revisions whole, oldest first', () =>
    use(async (journal, reopen) => {
      const revisions = [signedRevision(alice, 1n, [a]), signedRevision(alice, 2n, [a, b]), signedRevision(alice, 300n, [])];
      for (const signed of revisions) await journal.recordSigned(signed);
      await journal.recordSigned(signedRevision(carol, 7n, [c]));
      const again = await reopen();
      expect(await wholeDeal(again, alice)).to.deep.equal({ id: alice, revisions });
      expect((await collect(again.deals())).map(({ id }) => id)).to.have.members([alice, carol]);
      expect(await again.leavesHeld()).to.equal(5);
    }));

  it('says without a walk how many deals have data, and which may still be posted', () =>
    use(async (journal, reopen) => {
      await journal.recordSigned(signedRevision(alice, 1n, [a], { validUntil: period(5) }));
      await journal.recordSigned(signedRevision(alice, 2n, [], { validUntil: period(4) }));
      await journal.recordSigned(signedRevision(carol, 1n, [], { validUntil: period(9) }));
      for (const one of [journal, await reopen()]) {
        expect(one.counts()).to.deep.equal({ deals: 2, withData: 1 });
        const from = (first: number) => one.validFrom(period(first)).map(({ id, revisions }) => [id, revisions.length]);
        expect(from(5)).to.have.deep.members([
          [alice, 2],
          [carol, 1],
        ]);
        expect(from(6)).to.deep.equal([[carol, 1]]);
        expect(from(10)).to.deep.equal([]);
      }
      const again = await reopen();
      await again.prune(alice, 2n);
      expect(again.counts()).to.deep.equal({ deals: 2, withData: 0 });
      expect(again.validFrom(period(5)).map(({ id }) => id)).to.deep.equal([carol]);
      await again.forgetDeal(carol);
      expect(again.counts()).to.deep.equal({ deals: 1, withData: 0 });
      expect(again.validFrom(period(0)).map(({ id }) => id)).to.deep.equal([alice]);
    }));

  it('goes on with what waits after a sector that it is given', () =>
    use(async (journal) => {
      for (const deal of [alice, carol]) for (const sector of [a, b, c]) await journal.recordPending(pending(sector, deal));
      const all = await collect(journal.pending());
      for (const [at, each] of all.entries()) expect(await collect(journal.pending(each))).to.deep.equal(all.slice(at + 1));
      expect(all).to.have.lengthOf(6);
    }));

  it('signs a number once: the same again is no news, anything else a conflict', () =>
    use(async (journal) => {
      await journal.recordSigned(signedRevision(alice, 1n, [a]));
      await journal.recordSigned(signedRevision(alice, 2n, [a, b]));
      await journal.recordSigned(signedRevision(alice, 2n, [a, b]));
      await journal.recordSigned(signedRevision(alice, 1n, [a]));
      const { data } = await rejection(journal.recordSigned(signedRevision(alice, 2n, [a, b], { end: period(101) })), 'REVISION_CONFLICT');
      expect(data).to.deep.equal({ deal: alice, number: '2', newest: '2' });
      await rejection(journal.recordSigned(signedRevision(alice, 1n, [c])), 'REVISION_CONFLICT');
      await journal.prune(alice, 2n);
      await rejection(journal.recordSigned(signedRevision(alice, 1n, [a])), 'REVISION_CONFLICT');
      expect((await wholeDeal(journal, alice))?.revisions).to.deep.equal([signedRevision(alice, 2n, [a, b])]);
      await journal.recordSigned(signedRevision(alice, 3n, [b]));
    }));

  it('knows one root with one count of leaves', () =>
    use(async (journal) => {
      await journal.recordPending(pending(c));
      const shorter = { ...c, leaves: a.leaves };
      await rejection(journal.recordPending(pending(shorter, carol)), 'SECTOR_CONFLICT');
      await rejection(journal.recordSigned(signedRevision(alice, 1n, [shorter])), 'SECTOR_CONFLICT');
      expect(await journal.leavesHeld()).to.equal(5);
      expect(await journal.deal(alice)).to.equal(undefined);
    }));

  it('prunes what a final revision replaced and names the roots that nobody needs', () =>
    use(async (journal, reopen) => {
      await journal.recordSigned(signedRevision(alice, 1n, [a, b]));
      await journal.recordSigned(signedRevision(alice, 2n, [b, c]));
      expect(await journal.prune(alice, 1n)).to.deep.equal([]);
      expect(await journal.holds(alice, a.root)).to.equal(true);
      expect(await journal.prune(alice, 2n)).to.deep.equal([a.root]);
      const again = await reopen();
      expect(await again.holds(alice, a.root)).to.equal(false);
      expect((await again.deal(alice))?.revisions.map(({ revision }) => revision.number)).to.deep.equal([2n]);
      expect(await again.leavesHeld()).to.equal(8);
    }));

  it('drops revisions that nobody can post any more, the newest or one between', () =>
    use(async (journal, reopen) => {
      for (const [number, sectors] of [
        [1n, [a]],
        [2n, [a, b]],
        [3n, [a, c]],
      ] as const)
        await journal.recordSigned(signedRevision(alice, number, [...sectors]));
      expect(await journal.dropRevisions(alice, [2n])).to.deep.equal([b.root]);
      expect(await journal.leavesHeld()).to.equal(a.leaves + c.leaves);
      expect(await journal.dropRevisions(alice, [3n, 9n])).to.deep.equal([c.root]);
      expect(await journal.dropRevisions(carol, [1n])).to.deep.equal([]);
      const again = await reopen();
      expect((await again.deal(alice))?.revisions.map(({ revision }) => revision.number)).to.deep.equal([1n]);
      expect(await again.leavesHeld()).to.equal(a.leaves);
    }));

  it('does not free a root that another deal or a pending sector names', () =>
    use(async (journal) => {
      await journal.recordSigned(signedRevision(alice, 1n, [a, b]));
      await journal.recordSigned(signedRevision(carol, 1n, [a]));
      await journal.recordSigned(signedRevision(alice, 2n, []));
      await journal.recordPending(pending(b));
      expect(await journal.prune(alice, 2n)).to.deep.equal([]);
      expect(await journal.dropPending(alice, b.root)).to.equal(true);
      expect(await journal.forgetDeal(carol)).to.deep.equal([a.root]);
    }));

  it('forgets a deal, its pending sectors too', () =>
    use(async (journal, reopen) => {
      await journal.recordSigned(signedRevision(alice, 1n, [a, b]));
      await journal.recordPending(pending(c));
      expect(await journal.forgetDeal(alice)).to.have.members([a.root, b.root, c.root]);
      const again = await reopen();
      expect(await again.deal(alice)).to.equal(undefined);
      expect(await collect(again.pending())).to.deep.equal([]);
      expect(await again.leavesHeld()).to.equal(0);
    }));

  it('drops a pending sector and says whether its bytes may go', () =>
    use(async (journal) => {
      await journal.recordPending(pending(a));
      await journal.recordPending(pending(a, carol));
      expect(await journal.leavesHeld()).to.equal(4);
      expect(await journal.dropPending(alice, a.root)).to.equal(false);
      expect(await journal.dropPending(carol, a.root)).to.equal(true);
      expect(await journal.leavesHeld()).to.equal(0);
    }));

  it('counts the leaves that are pending for a deal, one sector left out, whichever way they stop waiting', () =>
    use(async (journal, reopen) => {
      const nobody = c.root;
      for (const sector of [pending(a), pending(a, alice, 2000), pending(b), pending(a, carol)]) await journal.recordPending(sector);
      expect(await journal.pendingLeaves(alice, nobody)).to.equal(5);
      expect(await journal.pendingLeaves(alice, b.root)).to.equal(2);
      expect([await journal.pendingSectors(alice), await journal.pendingSectors(carol)]).to.deep.equal([2, 1]);
      expect(await journal.pendingLeaves(carol, b.root)).to.equal(2);
      await journal.recordSigned(signedRevision(alice, 1n, [a]));
      const again = await reopen();
      expect(await again.pendingLeaves(alice, nobody)).to.equal(3);
      expect([await again.pendingSectors(alice), await again.pendingSectors(carol)]).to.deep.equal([1, 1]);
      await again.dropPending(alice, b.root);
      expect(await again.pendingLeaves(alice, nobody)).to.equal(0);
      await again.forgetDeal(carol);
      expect(await again.pendingLeaves(carol, nobody)).to.equal(0);
    }));

  it('says whether anything names a root', () =>
    use(async (journal) => {
      expect(await journal.names(a.root)).to.equal(false);
      await journal.recordPending(pending());
      expect(await journal.names(a.root)).to.equal(true);
      await journal.recordSigned(signedRevision(carol, 1n, [a]));
      await journal.dropPending(alice, a.root);
      expect(await journal.names(a.root)).to.equal(true);
      await journal.recordSigned(signedRevision(carol, 2n, []));
      await journal.prune(carol, 2n);
      expect(await journal.names(a.root)).to.equal(false);
    }));

  it('keeps its counts when many write at once', () =>
    use(async (journal, reopen) => {
      const many = Array.from({ length: 40 }, (_, index) => sectorNamed(`many ${index}`, index + 1));
      await Promise.all(many.map((sector) => journal.recordPending(pending(sector))));
      await Promise.all([
        journal.recordSigned(signedRevision(alice, 1n, many.slice(0, 20))),
        ...many.slice(30).map(({ root }) => journal.dropPending(alice, root)),
      ]);
      const again = await reopen();
      expect(await again.leavesHeld()).to.equal((30 * 31) / 2);
    }));
};
