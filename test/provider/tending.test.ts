import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Hash } from '../../node/core/units.js';
import type { StoreFault } from '../../node/ports/store-faults.js';
import type { SectorStore, Tended } from '../../node/ports/sector-store.js';
import { checkDeals } from '../../node/provider/keep/check-deals.js';
import { tellStoreFaults } from '../../node/provider/keep/tell-faults.js';
import { runTending } from '../../node/provider/keep/tend.js';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';
import { bytesOf, hashOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';
import { withStoreFolder } from '../storage/small-sectors.js';
import { createRecordedLog } from '../support/recorded-log.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const part = (fields: Partial<Tended> = {}): Tended => ({ missing: [], unreadable: [], done: false, filling: false, ...fields });

/** What is asked of a store that answers with `parts`, and when, and when deals were compared. */
const tended = async (parts: readonly (Tended | Error)[]) => {
  const stop = new AbortController();
  const asked: (readonly [number, string | undefined])[] = [];
  const compared: number[] = [];
  const examined: Hash[] = [];
  const log = createRecordedLog();
  let now = 0;
  const store = {
    tend: async (only?: 'look' | 'fill') => {
      const next = parts[asked.length];
      asked.push([now, only]);
      if (asked.length === parts.length) stop.abort();
      if (next instanceof Error) throw next;
      return next ?? part();
    },
  };
  const clock = { now: () => now, sleep: async (pause: number) => void (now += pause) };
  const policy = { tendPause: 250, scrubPause: HOUR };
  await runTending(
    {
      store,
      lost: { compare: async () => void compared.push(asked.length), examine: async (root) => (examined.push(root), true) },
      clock,
      log,
      policy,
    },
    stop.signal,
  );
  return { asked, compared, examined, lines: log.lines };
};

describe('tending a store', () => {
  it('goes on part by part; between two rounds only holes are looked for, each minute', async () => {
    const { asked } = await tended([part(), part({ done: true }), part({ done: true, filling: true }), part({ done: true })]);
    expect(asked).to.deep.equal([
      [0, undefined],
      [250, undefined],
      [250 + MINUTE, 'fill'],
      [500 + MINUTE, 'fill'],
    ]);
    const rounds = await tended(Array.from({ length: 63 }, () => part({ done: true })));
    expect(rounds.asked.filter(([, only]) => only === undefined)).to.deep.equal([
      [0, undefined],
      [HOUR, undefined],
    ]);
  });

  it('alarms what is missing at once, and what else the round finds at its end, and nothing else', async () => {
    const missing = [hashOf('gone')];
    const round = [part(), part({ missing }), part({ missing }), part(), part({ done: true })];
    expect((await tended(round)).compared).to.deep.equal([2, 5]);
    expect((await tended([part({ missing }), part({ done: true }), part({ done: true })])).compared).to.deep.equal([1]);
    expect((await tended([part({ missing, done: true }), part({ done: true })])).compared).to.deep.equal([1]);
    expect((await tended([part(), part({ done: true })])).compared).to.deep.equal([]);
  });

  it('has looked at again what could not be read', async () => {
    const unreadable = [hashOf('one'), hashOf('another')];
    expect((await tended([part({ unreadable }), part({ done: true })])).examined).to.deep.equal(unreadable);
  });

  it('says that it failed, and goes on', async () => {
    const { asked, lines } = await tended([new Error('the disk is full'), part()]);
    expect(lines.map(({ level, event }) => [level, event])).to.deep.equal([['warn', 'tending-failed']]);
    expect(asked).to.deep.equal([
      [0, undefined],
      [MINUTE, undefined],
    ]);
  });

  it('says what was wrong with the store when it was opened', () => {
    const log = createRecordedLog();
    const faults: StoreFault[] = [
      { kind: 'index-made', sectors: 3 },
      { kind: 'index-rebuilt', sectors: 4 },
      { kind: 'pack-short', pack: 'packs/00000000.pack', bytes: 100, found: 0 },
      { kind: 'pack-unreadable', pack: 'packs/00000001.pack' },
    ];
    tellStoreFaults({ faults }, log);
    expect(log.lines.map(({ level, event }) => [level, event])).to.deep.equal([
      ['info', 'index-made'],
      ['warn', 'index-rebuilt'],
      ['alarm', 'pack-short'],
      ['alarm', 'pack-unreadable'],
    ]);
    expect(log.lines[2]?.facts).to.deep.include({ pack: 'packs/00000000.pack', bytes: 100, found: 0 });
  });

  it('is not needed for a check to find what went with a pack, and what the index alone had lost', () =>
    withStoreFolder(async ({ path, open }) => {
      const [letter, photo] = [contentOf(bytesOf('a letter', 3200)), contentOf(bytesOf('a photo', 96_000))];
      const first = await open();
      const world = await createProviderWorld({ store: first });
      const alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
      await alice.put(world.provider.service, [letter, photo]);
      await liveTo(world.ledger, world.provider, 1, 20);
      await first.close();
      const check = async (store: SectorStore) => {
        const { journal, address: provider } = world;
        const { deals } = await checkDeals({ provider, settlement: world.ownerChain, journal, store }, new AbortController().signal);
        return deals.map(({ problems, missing }) => [problems, missing.map(({ root }) => root)]);
      };
      await rm(join(path, 'index'), { recursive: true });
      const second = await open();
      expect(await check(second)).to.deep.equal([[[], []]]);
      await second.close();
      await rm(join(path, 'packs'), { recursive: true });
      expect(await check(await open())).to.deep.equal([[['sectors-missing'], [letter.sector.root]]]);
    }));

  it('alarms a sector that is gone, with the deal that needs it, while the daemon runs', async () => {
    const disk = createMemorySectors();
    const gone = contentOf(bytesOf('a letter', 3200));
    let looked = false;
    const store = Object.assign(Object.create(disk) as typeof disk, {
      tend: async () => {
        if (looked) return part({ done: true });
        looked = true;
        await disk.delete(gone.sector.root);
        return part({ missing: [gone.sector.root] });
      },
    });
    const world = await createProviderWorld({ store });
    const alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.put(world.provider.service, [gone]);
    await liveTo(world.ledger, world.provider, 1, 20);
    const stop = new AbortController();
    const running = world.provider.run(stop.signal);
    while (!world.log.lines.some(({ event }) => event === 'sectors-missing')) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await running;
    const alarm = world.log.lines.find(({ event }) => event === 'sectors-missing');
    expect(alarm?.level).to.equal('alarm');
    expect(alarm?.facts).to.deep.include({ count: 1, roots: [gone.sector.root], deals: [alice.deal] });
  });
});
