import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readListing } from '../../node/app/provider-check.js';
import { dataSetOf, type SectorRef } from '../../node/core/data/data-set.js';
import { leaves, period, type Hash, wei } from '../../node/core/units.js';
import type { ProviderDeal, ProviderJournal } from '../../node/ports/journal.js';
import type { SectorStore } from '../../node/ports/sector-store.js';
import { checkDeals, type CheckSources } from '../../node/provider/keep/check-deals.js';
import { findSectors } from '../../node/provider/keep/find-sectors.js';
import { isOwnListing, recoverRevision } from '../../node/provider/keep/recover-revision.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { createProvider } from '../../node/provider/provider.js';
import { createMemoryJournal } from '../../node/storage/journal.js';
import { dealNamed, sectorNamed, signedRevision } from '../storage/sample-sectors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { rejection } from '../support/coded-rejection.js';
import { withDirectory } from '../support/temporary-directory.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';
import { wholeDeal } from '../support/whole-lists.js';

const { signal } = new AbortController();
const contents = ['a letter', 'a photo', 'a film', 'a song'].map((name, index) => contentOf(bytesOf(name, 3200 + 32 * index)));
const [letter, photo, film] = contents as [(typeof contents)[0], (typeof contents)[0], (typeof contents)[0]];

describe('seeking the sectors of a root', () => {
  const all = Array.from({ length: 9 }, (_, index) => sectorNamed(`s${index}`, 1 + (index % 3)));
  const at = (...indices: readonly number[]): SectorRef[] => indices.map((index) => all[index] as SectorRef);
  const target = (sectors: readonly SectorRef[]) => {
    const { root, leaves: count, sectors: of } = dataSetOf(sectors);
    return { root, leaves: count, sectors: of };
  };

  it('finds what was added to a base, in any order of a few', () => {
    const sought = at(0, 1, 5, 3, 4);
    expect(findSectors(target(sought), { bases: [at(0, 1)], loose: at(2, 3, 4, 5, 6, 7, 8) })).to.deep.equal(sought);
  });

  it('finds a base without one of its sectors, a base alone, and a list without any base', () => {
    for (const sought of [at(0, 2, 3), at(0, 1, 2), at(8, 7)])
      expect(findSectors(target(sought), { bases: [at(0, 1, 2)], loose: at(3, 4, 7, 8) })).to.deep.equal(sought);
  });

  it('takes many in the order in which they were stored', () => {
    const many = Array.from({ length: 60 }, (_, index) => sectorNamed(`many ${index}`, 2));
    expect(findSectors(target(many), { bases: [], loose: many })).to.deep.equal(many);
  });

  it('says that it found nothing, after a bounded search', () => {
    const many = Array.from({ length: 60 }, (_, index) => sectorNamed(`many ${index}`, 2));
    expect(findSectors(target(at(0, 1)), { bases: [], loose: at(0, 2, 3) })).to.equal(undefined);
    expect(
      findSectors({ ...target(many.slice(0, 30).toReversed().concat(at(0))), leaves: leaves(61) }, { bases: [], loose: many }),
    ).to.equal(undefined);
  });
});

describe('a check of journal, sectors and chain', () => {
  let world: ProviderWorld;
  let alice: TestRenter;

  beforeEach(async () => {
    world = await createProviderWorld();
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.put(world.provider.service, [letter, photo]);
    await liveTo(world.ledger, world.provider, 2, 30);
  });

  const sourcesWith = (journal: ProviderJournal): CheckSources => ({
    provider: world.address,
    settlement: world.ownerChain.agreed,
    journal,
    store: world.store,
  });

  it('finds nothing wrong where nothing is', async () => {
    const { deals, loose } = await checkDeals(sourcesWith(world.journal), signal);
    expect(deals.map(({ deal, problems, newest, signed }) => ({ deal, problems, newest, signed }))).to.deep.equal([
      { deal: alice.deal, problems: [], newest: 1n, signed: 1n },
    ]);
    expect(loose).to.deep.equal([]);
  });

  it('names the sectors that are gone, and what they can cost', async () => {
    await world.store.delete(photo.sector.root);
    const { deals } = await checkDeals(sourcesWith(world.journal), signal);
    const chain = await world.ownerChain.deal(alice.deal);
    expect(deals[0]).to.deep.include({
      problems: ['sectors-missing'],
      missing: [photo.sector],
      collateral: (chain?.weight ?? 0n) * world.ledger.parameters.unit,
    });
  });

  it('misses nothing that only a revision names which the chain has left behind', async () => {
    const [signed] = (await world.journal.deal(alice.deal))!.revisions;
    const before = { ...signed!, revision: { ...signed!.revision, number: 0n } };
    const longer = Object.assign(Object.create(world.journal) as ProviderJournal, {
      deal: async (id: ProviderDeal['id']): Promise<ProviderDeal> => ({ id, revisions: [before, signed!] }),
      async *sectors(...[deal, number]: Parameters<ProviderJournal['sectors']>) {
        if (number === 0n) yield film.sector;
        else yield* world.journal.sectors(deal, number);
      },
    });
    expect(await world.store.absent([film.sector.root])).to.have.length(1);
    const { deals } = await checkDeals(sourcesWith(longer), signal);
    expect(deals[0]).to.deep.include({ problems: [], missing: [], newest: 1n });
  });

  const withJournal = (change: Partial<ProviderJournal>): CheckSources =>
    sourcesWith(Object.assign(Object.create(world.journal) as ProviderJournal, change));

  it('takes a revision for lost whose sectors cannot be read from the journal, and any other error for what it is', async () => {
    const failing = (error: Error) =>
      withJournal({
        sectors: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) }),
      });
    const { deals } = await checkDeals(
      failing(new HoldfastError('STORE_CORRUPT', { path: 'journal', detail: 'a row is cut short' })),
      signal,
    );
    expect(deals[0]).to.deep.include({ problems: ['revision-lost'], missing: [] });
    const error: unknown = await checkDeals(failing(new Error('the disk is gone')), signal).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal('the disk is gone');
  });

  it('tells a number that was signed and is not known, of a deal of the chain and of one that it does not know', async () => {
    const unknown = dealNamed('unknown');
    const doubts = new Map([alice.deal, unknown].map((deal) => [deal, { deal, number: 5n, newest: 0n }]));
    const { deals } = await checkDeals(withJournal({ doubts: () => [...doubts.values()], doubt: (deal) => doubts.get(deal) }), signal);
    const told = new Map(deals.map(({ deal, signed, newest, problems }) => [deal, { signed, newest, problems }]));
    expect(told.get(alice.deal)).to.deep.equal({ signed: 5n, newest: 1n, problems: ['number-lost'] });
    expect(told.get(unknown)).to.deep.equal({ signed: 5n, newest: 0n, problems: ['number-lost'] });
    const posted = new Map([[alice.deal, { deal: alice.deal, number: 1n, newest: 0n }]]);
    const known = await checkDeals(withJournal({ doubts: () => [...posted.values()], doubt: (deal) => posted.get(deal) }), signal);
    expect(known.deals[0]?.problems, 'the chain holds it').to.deep.equal([]);
  });

  it('counts no collateral of a deal that is over for want of its provider, or that the chain does not know', async () => {
    const unknown = dealNamed('unknown');
    const { settlement } = sourcesWith(world.journal);
    const defaulted = Object.assign(Object.create(settlement) as typeof settlement, {
      deals: async (...given: Parameters<typeof settlement.deals>) =>
        (await settlement.deals(...given)).map((deal) => deal && { ...deal, defaulted: { period: period(2), share: wei(1n) } }),
    });
    const doubts = [{ deal: unknown, number: 1n, newest: 0n }];
    const { deals } = await checkDeals({ ...withJournal({ doubts: () => doubts }), settlement: defaulted }, signal);
    expect(deals.map(({ collateral }) => collateral)).to.deep.equal([0n, 0n]);
    expect(deals[0]?.chain?.weight).to.not.equal(0n);
  });

  it('misses no revision of a deal of which the chain holds none yet', async () => {
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    await carol.put(world.provider.service, [film]);
    const { deals } = await checkDeals(sourcesWith(world.journal), signal);
    const found = deals.find(({ deal }) => deal === carol.deal);
    expect([found?.chain?.number, found?.problems]).to.deep.equal([0n, []]);
    await world.store.delete(film.sector.root);
    const after = (await checkDeals(sourcesWith(world.journal), signal)).deals.find(({ deal }) => deal === carol.deal);
    expect([after?.problems, after?.missing], 'its only sector is gone').to.deep.equal([['sectors-missing'], [film.sector]]);
  });

  it('knows a deal of the chain of which the journal has nothing', async () => {
    const { deals } = await checkDeals(withJournal({ deal: async () => undefined }), signal);
    expect(deals[0]).to.deep.include({ problems: ['revision-lost'], newest: 0n, signed: 0n, missing: [] });
  });

  it('holds a portion of the sectors in memory, however many there are', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => sectorNamed(`many ${index}`, 1));
    await world.journal.recordSigned(signedRevision(dealNamed('many'), 1n, many.slice(0, 4_000)));
    const [portions, held] = [[] as number[], { listed: 0, asked: 0, most: 0 }];
    const sources: CheckSources = {
      ...sourcesWith(
        Object.assign(Object.create(world.journal) as ProviderJournal, {
          names: async (root: Hash) => {
            held.asked += 1;
            return world.journal.names(root);
          },
        }),
      ),
      store: Object.assign(Object.create(world.store) as SectorStore, {
        absent: async (roots: Iterable<Hash>) => {
          portions.push([...roots].length);
          return [];
        },
        async *list() {
          for (const sector of many) {
            held.listed += 1;
            held.most = Math.max(held.most, held.listed - held.asked);
            yield sector;
          }
        },
      }),
    };
    const { deals, loose } = await checkDeals(sources, signal);
    expect(deals).to.have.lengthOf(2);
    expect(loose).to.deep.equal(many.slice(4_000));
    expect([portions.reduce((sum, each) => sum + each), Math.max(...portions), held]).to.deep.equal([
      4_002,
      1_024,
      { listed: 5_000, asked: 5_000, most: 1_024 },
    ]);
  });

  it('puts a lost revision back from the sectors on disk: it is proven again', async () => {
    const lost = await createMemoryJournal(world.ledger.identity);
    const before = await checkDeals(sourcesWith(lost), signal);
    expect(before.deals[0]?.problems).to.deep.equal(['revision-lost']);
    expect(before.loose).to.have.lengthOf(2);
    const [finding] = before.deals;
    expect(await recoverRevision(sourcesWith(lost), finding!, before)).to.equal('sector files');
    const after = await checkDeals(sourcesWith(lost), signal);
    expect([after.deals[0]?.problems, after.loose]).to.deep.equal([[], []]);

    const { address, ledger, operator, store, clock, log, metrics } = world;
    const policy = { capacity: leaves(1 << 20), confirmations: 6 };
    const settlement = ledger.as(operator.address);
    const bob = createProvider({ provider: address, settlement, store, journal: lost, signer: operator, clock, log, metrics, policy });
    await liveTo(ledger, bob, 4, 5);
    expect((await world.ownerChain.provider(address))?.lastProven).to.equal(4);
    await alice.put(bob.service, [film]);
  });

  it('cannot put back what is not there, and leaves the journal as it is', async () => {
    const lost = await createMemoryJournal(world.ledger.identity);
    await world.store.delete(photo.sector.root);
    const report = await checkDeals(sourcesWith(lost), signal);
    expect(await recoverRevision(sourcesWith(lost), report.deals[0]!, report)).to.equal(undefined);
    expect(await lost.deal(alice.deal)).to.equal(undefined);
  });

  it('takes a revision from its renter’s listing, if it is one that was signed here', async () => {
    const [signed] = (await wholeDeal(world.journal, alice.deal))!.revisions;
    const chain = await world.ownerChain.deal(alice.deal);
    const { identity } = world.ledger;
    const operator = world.operator.address;
    expect(isOwnListing(signed!, chain, operator, identity)).to.equal(true);
    expect(isOwnListing(signed!, undefined, operator, identity)).to.equal(true);
    expect(isOwnListing({ ...signed!, sectors: signed!.sectors.toReversed() }, chain, operator, identity)).to.equal(false);
    const forged = { ...signed!, revision: { ...signed!.revision, number: 2n } };
    expect(isOwnListing(forged, chain, operator, identity)).to.equal(false);

    const lost = await createMemoryJournal(identity);
    await world.store.delete(photo.sector.root);
    const report = await checkDeals(sourcesWith(lost), signal);
    expect(await recoverRevision(sourcesWith(lost), report.deals[0]!, report, signed)).to.equal('listing');
    expect((await checkDeals(sourcesWith(lost), signal)).deals[0]?.problems).to.deep.equal(['sectors-missing']);
  });

  it('reads a listing as the wire has it, and says what is wrong with another', async () =>
    withDirectory(async (directory) => {
      const [signed] = (await wholeDeal(world.journal, alice.deal))!.revisions;
      const { sectors, ...rest } = signed!;
      const file = join(directory, 'listing.json');
      const text = JSON.stringify({ signed: rest, sectors }, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
      await writeFile(file, text);
      expect(await readListing(file)).to.deep.equal(signed);
      await writeFile(file, text.slice(0, -1));
      await rejection(readListing(file), 'LISTING_INVALID');
      await rejection(readListing(join(directory, 'nowhere')), 'LISTING_INVALID');
      await writeFile(file, 'correct horse');
      expect((await rejectsCoded(readListing(file), 'LISTING_INVALID')).message)
        .to.include('not JSON')
        .and.not.include('horse');
    }));
});
