import { expect } from 'chai';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leaves, period } from '../../node/core/units.js';
import type { DealDoubt } from '../../node/ports/journal-faults.js';
import type { ProviderJournal } from '../../node/ports/journal.js';
import { createProvider, type Provider } from '../../node/provider/provider.js';
import { createJournalFiles, createMemoryJournal, openJournalFiles } from '../../node/storage/journal.js';
import { collect } from '../support/collect.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createMemoryLedger } from '../support/memory-market/settlement.js';
import { withDirectory } from '../support/temporary-directory.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';
import { wholeDeal } from '../support/whole-lists.js';

const HOUR = 3_600_000;
const { signal } = new AbortController();
const [letter, photo, film] = ['a letter', 'a photo', 'a film'].map((name) => contentOf(bytesOf(name, 3200))) as [
  Content,
  Content,
  Content,
];
type Content = ReturnType<typeof contentOf>;

/** Bob's daemon over the same sectors, with another journal. */
const withJournal = (world: ProviderWorld, journal: ProviderJournal): Provider =>
  createProvider({
    provider: world.address,
    settlement: world.ledger.as(world.operator.address),
    store: world.store,
    journal,
    signer: world.operator,
    clock: world.clock,
    log: world.log,
    metrics: world.metrics,
    policy: { capacity: leaves(1 << 20), confirmations: 6 },
  });

const roots = async (world: ProviderWorld): Promise<string[]> => (await collect(world.store.list())).map(({ root }) => root);

/** Fifteen hours in a few steps: longer than anything waits that may be deleted. */
const idle = async (world: ProviderWorld, provider: Provider): Promise<void> => {
  for (let step = 0; step < 5; step++) {
    world.clock.advance(3 * HOUR);
    world.ledger.mine();
    await provider.step(signal);
  }
};

describe('Bob, whose journal has lost what he signed,', () => {
  it('deletes no sector that the chain may still name, says so, and goes on once the deal is over', async () => {
    const ledger = createMemoryLedger();
    const world = await createProviderWorld({ ledger });
    const alice = await TestRenter.open({ ledger, provider: world.address });
    await alice.put(world.provider.service, [letter]);
    await liveTo(ledger, world.provider, 2, 30);
    const bob = withJournal(world, await createMemoryJournal(ledger.identity));
    await liveTo(ledger, bob, 2, 35);
    await idle(world, bob);
    expect(await roots(world)).to.deep.equal([letter.sector.root]);
    expect(world.log.events('alarm').filter((event) => event === 'journal-behind')).to.have.lengthOf(1);
    const paused = world.log.lines.filter(({ event }) => event === 'deletion-paused');
    expect(paused.map(({ facts }) => facts['deals'])).to.deep.equal([[alice.deal]]);

    await liveTo(ledger, bob, 3, 30);
    await bob.forfeit(alice.deal);
    for (let block = 0; block < 30; block++) {
      ledger.mine();
      await bob.step(signal);
    }
    await idle(world, bob);
    expect(await roots(world)).to.deep.equal([]);
    expect(world.log.lines.some(({ event }) => event === 'deletion-resumed')).to.equal(true);
  });

  it('deletes nothing of a deal whose older revision he still has', async () => {
    const ledger = createMemoryLedger();
    const world = await createProviderWorld({ ledger });
    const alice = await TestRenter.open({ ledger, provider: world.address });
    await alice.put(world.provider.service, [letter]);
    await liveTo(ledger, world.provider, 1, 30);
    const old = await createMemoryJournal(ledger.identity);
    for (const signed of (await wholeDeal(world.journal, alice.deal))?.revisions ?? []) await old.recordSigned(signed);
    await alice.put(world.provider.service, [photo]);
    await liveTo(ledger, world.provider, 2, 30);
    const bob = withJournal(world, old);
    await liveTo(ledger, bob, 3, 30);
    await idle(world, bob);
    expect(await roots(world)).to.have.members([letter.sector.root, photo.sector.root]);
    expect((await old.deal(alice.deal))?.revisions).to.have.lengthOf(1);
    await rejectsCoded(alice.put(bob.service, [film]), 'JOURNAL_BEHIND');
  });

  it('deletes nothing before he has compared it with the chain', async () => {
    const world = await createProviderWorld();
    const alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.upload(world.provider.service, letter);
    world.clock.advance(10 * HOUR);
    // An RPC whose head changes with each question: nothing that was read is of one block.
    const heads = world.ledger.as(world.operator.address);
    const restless = { ...heads.agreed, head: async () => (world.ledger.mine(), heads.agreed.head(signal)) };
    const bob = createProvider({
      provider: world.address,
      settlement: { ...heads, identity: heads.identity, agreed: { ...restless } },
      store: world.store,
      journal: world.journal,
      signer: world.operator,
      clock: world.clock,
      log: world.log,
      metrics: world.metrics,
      policy: { capacity: leaves(1 << 20), confirmations: 6 },
    });
    await bob.step(signal);
    expect(await roots(world)).to.deep.equal([letter.sector.root]);
    await world.restart().step(signal);
    expect(await roots(world)).to.deep.equal([]);
  });

  it('signs no number twice, though one flipped byte took the row, and signs the same again', () =>
    withDirectory(async (directory) => {
      const ledger = createMemoryLedger();
      const path = join(directory, 'journal');
      await createJournalFiles(path, ledger.identity);
      let journal = await openJournalFiles(path, ledger.identity);
      const world = await createProviderWorld({ ledger, journal });
      const alice = await TestRenter.open({ ledger, provider: world.address });
      await alice.put(world.provider.service, [letter]);
      await alice.upload(world.provider.service, photo, film);
      const before = [alice.number, alice.sectors] as const;
      const request = await alice.request({ remove: [], append: [photo.sector] });
      const first = await alice.sign(world.provider.service, request);
      const name = (await readdir(join(path, 'index'))).find((file) => file.endsWith('.log')) ?? '';
      const file = join(path, 'index', name);
      const bytes = await readFile(file);
      await journal.close();
      const at = bytes.length - 40;
      bytes[at] = (bytes[at] ?? 0) ^ 0x40;
      await writeFile(file, bytes);

      journal = await openJournalFiles(path, ledger.identity);
      const bob = withJournal(world, journal);
      [alice.number, alice.sectors] = before;
      const other = await alice.request({ remove: [], append: [film.sector] });
      await rejectsCoded(alice.sign(bob.service, other), 'JOURNAL_BEHIND');
      expect(await alice.sign(bob.service, request)).to.equal(first);
      await alice.put(bob.service, [film]);
      await journal.close();
    }));

  it('doubts a lost number no longer than somebody can post it', async () => {
    const ledger = createMemoryLedger();
    const world = await createProviderWorld({ ledger });
    const alice = await TestRenter.open({ ledger, provider: world.address });
    await alice.put(world.provider.service, [letter]);
    await liveTo(ledger, world.provider, 1, 30);
    const doubt: DealDoubt = { deal: alice.deal, number: 2n, newest: 1n, validUntil: period(3) };
    const dropped: unknown[] = [];
    const journal: ProviderJournal = {
      ...world.journal,
      doubts: () => (dropped.length > 0 ? [] : [doubt]),
      dropRevisions: async (...given) => {
        dropped.push(given);
        return [];
      },
    };
    const bob = withJournal(world, journal);
    // Three periods of grace, and what is final.
    const last = 3 + ledger.parameters.maxMisses + 1;
    await liveTo(ledger, bob, last, 39);
    expect(dropped).to.deep.equal([]);
    await liveTo(ledger, bob, last + 2, 30);
    expect(dropped).to.deep.equal([[alice.deal, [2n]]]);
    expect(world.log.lines.map(({ event }) => event)).to.include.members(['journal-behind', 'deletion-paused', 'deletion-resumed']);
  });

  it('says at the start what was wrong with it', async () => {
    const world = await createProviderWorld();
    const faulty: ProviderJournal = {
      ...world.journal,
      faults: [
        { kind: 'row-unreadable', key: 'held', deal: undefined, error: new Error('nonsense') },
        { kind: 'numbers-made', deals: 3 },
        { kind: 'numbers-damaged', lines: 1 },
      ],
    };
    const stop = new AbortController();
    const running = withJournal(world, faulty).run(stop.signal);
    stop.abort();
    await running;
    expect(world.log.events('alarm')).to.deep.equal(['row-unreadable', 'numbers-damaged']);
    expect(world.log.events('info')).to.include('numbers-made');
  });
});
