import { expect } from 'chai';
import { leaves, period, type Hash } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { createLostSectors } from '../../node/provider/keep/lost-sectors.js';
import { createSweeper, LOOKED_AT_ONCE } from '../../node/provider/keep/sweeper.js';
import { noMetrics } from '../../node/core/metrics/no-metrics.js';
import { createSerial } from '../../node/core/tasks/serial.js';
import type { SectorRef } from '../../node/core/data/data-set.js';
import type { PendingSector, ProviderJournal } from '../../node/ports/journal.js';
import { createMemoryJournal } from '../../node/storage/journal.js';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';
import { contentOf as bytesNamed, dealNamed, sectorNamed, signedRevision } from '../storage/sample-sectors.js';
import { createRecordedLog } from '../support/recorded-log.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const signal = new AbortController().signal;
const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));
const ALL_DAY = 86_400_000;

const sectorsNamed = (count: number, name = 'sector'): SectorRef[] =>
  Array.from({ length: count }, (_, i) => sectorNamed(`${name} ${i}`, 1));

/** Deals that a signature walks over, and deals that it asks the chain for, beside `past` deals that nobody can post for any more. */
const costsOfSigning = async (past: number) => {
  let [walked, asked] = [0, 0];
  const wrapSettlement = (settlement: Settlement): Settlement => ({
    ...settlement,
    agreed: {
      ...settlement.agreed,
      deals: async (ids, ...rest) => {
        asked += ids.length;
        return settlement.agreed.deals(ids, ...rest);
      },
    },
  });
  const world = await createProviderWorld({ wrapSettlement });
  const { journal, ledger, address, provider } = world;
  const open = (name: string) => TestRenter.open({ ledger, provider: address, name });
  const [alice, carol] = [await open('alice'), await open('carol')];
  for (let i = 0; i < past; i++)
    await journal.recordSigned(signedRevision(dealNamed(`past ${i}`), 1n, [sectorNamed('one', 1)], { validUntil: period(0) }));
  for (const renter of [alice, carol]) await renter.upload(provider.service, letter);
  const deals = journal.deals.bind(journal);
  journal.deals = async function* () {
    for await (const deal of deals()) {
      walked += 1;
      yield deal;
    }
  };
  const costOf = async (renter: TestRenter) => {
    [walked, asked] = [0, 0];
    const request = await renter.request({ remove: [], append: [letter.sector] });
    await provider.service.signRevision(renter.peer, await renter.authorization(), request, signal);
    return { walked, asked };
  };
  expect(ledger.period).to.be.greaterThan(0);
  return { first: await costOf(alice), second: await costOf(carol), kept: journal.counts() };
};

describe('no step walks over all that is kept', () => {
  it('a signature asks for deals that may still grow alone, and for each of them once a block', async () => {
    for (const past of [10, 100]) {
      const { first, second, kept } = await costsOfSigning(past);
      expect(kept).to.deep.equal({ deals: past + 2, withData: past + 2 });
      expect(first, `${past} deals`).to.deep.equal({ walked: 0, asked: 1 });
      expect(second, `${past} deals`).to.deep.equal({ walked: 0, asked: 1 });
    }
  });

  it('a signature counts as others with data all but its own deal', async () => {
    const world = await createProviderWorld({ policy: { maxDeals: 1 } });
    const alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.put(world.provider.service, [letter]);
    await alice.put(world.provider.service, [photo]);
    expect(world.journal.counts()).to.deep.equal({ deals: 1, withData: 1 });
  });

  /** A sweeper over so many loose sectors and as many that wait, and what it looked at and took away. */
  const sweeping = (stored: readonly SectorRef[], waiting: readonly PendingSector[], named: ReadonlySet<Hash> = new Set()) => {
    const seen = { listed: 0, pending: 0, dropped: [] as Hash[], removed: [] as Hash[] };
    let now = 0;
    const left = new Map(waiting.map((each) => [each.root, each]));
    const sweeper = createSweeper({
      store: {
        async *list() {
          for (const sector of stored) {
            seen.listed += 1;
            yield sector;
          }
        },
      },
      journal: {
        async *pending(after) {
          for (const each of left.values()) {
            if (after !== undefined && each.root <= after.root) continue;
            seen.pending += 1;
            yield each;
          }
        },
        names: async (root) => named.has(root),
      },
      clock: { now: () => now, sleep: async () => undefined },
      policy: { pendingTtl: ALL_DAY },
      drop: async ({ root }) => {
        left.delete(root);
        seen.dropped.push(root);
      },
      remove: async (root) => void seen.removed.push(root),
    });
    return { sweeper, seen, wait: (time: number) => void (now += time) };
  };
  const roundOf = async ({ step }: { step: () => Promise<boolean> }): Promise<number> => {
    for (let steps = 1; ; steps++) if (await step()) return steps;
  };
  const waitingOnes = (count: number): PendingSector[] =>
    sectorsNamed(count, 'waiting')
      .sort((a, b) => (a.root < b.root ? -1 : 1))
      .map((sector) => ({ ...sector, deal: dealNamed('Alice'), receivedAt: 0 }));

  it('a sweep looks at the same number of sectors in a step however many there are', async () => {
    for (const count of [2 * LOOKED_AT_ONCE, 20 * LOOKED_AT_ONCE]) {
      const { sweeper, seen } = sweeping(sectorsNamed(count), waitingOnes(count));
      expect(await sweeper.step()).to.equal(false);
      expect([seen.pending, seen.listed], `${count} sectors`).to.deep.equal([LOOKED_AT_ONCE, 0]);
      while (seen.listed === 0) expect(await sweeper.step()).to.equal(false);
      expect([seen.pending, seen.listed], `${count} sectors`).to.deep.equal([count, LOOKED_AT_ONCE]);
    }
  });

  it('rounds of a sweep find all that is due, nothing before its time and nothing that is named', async () => {
    const stored = sectorsNamed(3 * LOOKED_AT_ONCE);
    const named = new Set(stored.flatMap(({ root }, at) => (at % 3 === 0 ? [root] : [])));
    const waiting = waitingOnes(1_500).map((each, at) => ({ ...each, receivedAt: at % 2 === 0 ? 0 : ALL_DAY }));
    const { sweeper, seen, wait } = sweeping(stored, waiting, named);
    await roundOf(sweeper);
    wait(ALL_DAY - 1);
    await roundOf(sweeper);
    expect([seen.dropped, seen.removed]).to.deep.equal([[], []]);
    wait(1);
    await roundOf(sweeper);
    expect(seen.dropped).to.have.members(waiting.flatMap(({ root, receivedAt }) => (receivedAt === 0 ? [root] : [])));
    expect(seen.removed).to.have.members(stored.flatMap(({ root }) => (named.has(root) ? [] : [root])));
  });

  it('a sweep that met an error begins its round anew', async () => {
    const stored = sectorsNamed(3);
    let broken = true;
    const removed: Hash[] = [];
    const sweeper = createSweeper({
      store: {
        async *list() {
          yield* stored;
        },
      },
      journal: {
        async *pending() {},
        names: async () => {
          if (broken) throw new Error('disk');
          return false;
        },
      },
      clock: { now: () => 0, sleep: async () => undefined },
      policy: { pendingTtl: 0 },
      drop: async () => undefined,
      remove: async (root) => void removed.push(root),
    });
    expect(await sweeper.step().catch(({ message }: Error) => message)).to.equal('disk');
    broken = false;
    expect(await sweeper.step()).to.equal(true);
    expect(removed).to.deep.equal(stored.map(({ root }) => root));
  });

  it('the comparison of journal and disk holds a portion of what is named in memory, and finds what is missing in each', async () => {
    const journal: ProviderJournal = await createMemoryJournal(testIdentity);
    const sectors = sectorsNamed(9_000);
    await journal.recordSigned(signedRevision(dealNamed('Alice'), 1n, sectors, { leaves: leaves(9_000) }));
    const order = sectors.map(({ root }) => root).sort();
    const gone = [order[0], order[5_000], order.at(-1)] as Hash[];
    const store = createMemorySectors();
    for (const sector of sectors) if (!gone.includes(sector.root)) await store.put(sector, bytesNamed(sector));
    let most = 0;
    const absent = store.absent.bind(store);
    store.absent = async (roots) => {
      const portion = [...roots];
      most = Math.max(most, portion.length);
      return absent(portion);
    };
    const log = createRecordedLog();
    const lost = createLostSectors({ store, journal, locks: createSerial(), log, metrics: noMetrics, costs: async () => ({}) });
    await lost.compare();
    expect([...lost.roots]).to.have.members(gone);
    expect(most).to.equal(4_096);
    expect(log.events('alarm')).to.deep.equal(['sectors-missing']);
  });

  it('a signature looks up what its own deal lost, however much others did', async () => {
    const world = await createProviderWorld();
    const { journal, ledger, address, provider } = world;
    Object.assign(world.clock, { sleep: async () => undefined });
    const gone = sectorsNamed(2_000, 'gone');
    await journal.recordSigned(signedRevision(dealNamed('past'), 1n, gone, { validUntil: period(0), leaves: leaves(2_000) }));
    await provider.scrub(signal);
    const alice = await TestRenter.open({ ledger, provider: address });
    await alice.upload(provider.service, letter);
    const request = await alice.request({ remove: [], append: [letter.sector] });
    let looked = 0;
    const holds = journal.holds.bind(journal);
    journal.holds = async (...of) => {
      looked += 1;
      return holds(...of);
    };
    await provider.service.signRevision(alice.peer, await alice.authorization(), request, signal);
    expect(looked).to.be.within(1, 2);
  });

  it('what is lost is known by each deal that counts on it, few or many, until it is there again', async () => {
    for (const count of [3, 2_000]) {
      const journal = await createMemoryJournal(testIdentity);
      const [shared, ...others] = sectorsNamed(count) as [SectorRef, ...SectorRef[]];
      await journal.recordSigned(signedRevision(dealNamed('Alice'), 1n, [shared, ...others], { leaves: leaves(count) }));
      await journal.recordSigned(signedRevision(dealNamed('Carol'), 1n, [shared]));
      const parts = { store: createMemorySectors(), journal, locks: createSerial(), log: createRecordedLog(), metrics: noMetrics };
      const lost = createLostSectors({ ...parts, costs: async () => ({}) });
      await lost.compare();
      expect([lost.of(dealNamed('Alice')).size, [...lost.of(dealNamed('Carol'))]]).to.deep.equal([count, [shared.root]]);
      expect(lost.of(dealNamed('Dave')).size).to.equal(0);
      lost.healed(shared.root);
      expect([lost.of(dealNamed('Alice')).size, lost.of(dealNamed('Carol')).size, lost.roots.size]).to.deep.equal([
        count - 1,
        0,
        count - 1,
      ]);
    }
  });
});
