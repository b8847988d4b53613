import { hashedPairs } from '../support/counted-hashes.js';
import { createCipheriv } from 'node:crypto';
import { open, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { STRETCH_BYTES, STRETCH_LEAVES } from '../../node/core/data/crown.js';
import { verifyRange } from '../../node/core/data/range-proof.js';
import { leaves, LEAF_BYTES, period, SECTOR_BYTES, SECTOR_LEAVES } from '../../node/core/units.js';
import type { SectorStore } from '../../node/ports/sector-store.js';
import { buildAnswer, buildProof } from '../../node/provider/audit/build-proof.js';
import { createSectorCache } from '../../node/provider/keep/sector-cache.js';
import type { Provider } from '../../node/provider/provider.js';
import { createSectorFiles, openSectorFiles } from '../../node/storage/sector-files.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { countedSectors, type CountedSectors } from '../support/counted-sectors.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { createProviderWorld, liveTo, settle, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const { signal } = new AbortController();
/** A sector's worth of bytes that look random. */
const film = (key: number) =>
  contentOf(createCipheriv('aes-128-ctr', new Uint8Array(16).fill(key), new Uint8Array(16)).update(new Uint8Array(SECTOR_BYTES)));
const films = [film(1), film(2)];
const [first] = films as [(typeof films)[number]];

const CROWN_BYTES = (SECTOR_BYTES / STRETCH_BYTES) * 32;
/** Pairs hashed for a tree over so many nodes. */
const pairsOver = (nodes: number): number => nodes - 1;
const STRETCH_PAIRS = pairsOver(STRETCH_LEAVES);
const CROWN_PAIRS = pairsOver(SECTOR_BYTES / STRETCH_BYTES);

describe('Bob, who keeps large sectors,', () => {
  let world: ProviderWorld;
  let alice: TestRenter;
  let files: SectorStore;
  let counted: CountedSectors;
  let path: string;
  let remove: () => Promise<void>;

  const file = (): string => join(path, 'sectors', first.sector.root.slice(2, 4), `${first.sector.root.slice(2)}-${SECTOR_LEAVES}`);

  beforeEach(async () => {
    const directory = await temporaryDirectory();
    remove = directory.remove;
    path = join(directory.path, 'sectors');
    await createSectorFiles(path, testIdentity);
    files = await openSectorFiles({ path, identity: testIdentity });
    counted = countedSectors(files);
    world = await createProviderWorld({ store: counted.store });
    Object.assign(world.clock, { sleep: async () => undefined });
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address, maxLeaves: 1 << 18 });
  });

  afterEach(async () => {
    await files.close();
    await remove();
  });

  const store = async (): Promise<void> => {
    await alice.put(world.provider.service, films);
    await liveTo(world.ledger, world.provider, 1, 20);
    counted.take();
  };
  /** Reads and checks leaves of the first film. */
  const read = async ({ service }: Provider, from: number, count: number): Promise<void> => {
    const range = { root: first.sector.root, from: leaves(from), count: leaves(count) };
    const { bytes, proof } = await service.readLeaves(alice.peer, await alice.authorization(), range, signal);
    expect(bytes).to.deep.equal(first.bytes.slice(from * LEAF_BYTES, (from + count) * LEAF_BYTES));
    verifyRange({ root: first.sector.root, leaves: SECTOR_LEAVES, from, bytes, proof });
  };
  /** What `task` costs: bytes read, and pairs hashed by Bob. */
  const costOf = async (task: () => Promise<unknown>) => {
    counted.take();
    const before = hashedPairs();
    await task();
    return { ...counted.take(), pairs: hashedPairs() - before };
  };
  const served =
    ({ service }: Provider, from: number, count: number) =>
    async (): Promise<void> => {
      await service.readLeaves(
        alice.peer,
        await alice.authorization(),
        { root: first.sector.root, from: leaves(from), count: leaves(count) },
        signal,
      );
    };
  const flip = async (position: number): Promise<void> => {
    const handle = await open(file(), 'r+');
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
    await handle.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, position);
    await handle.close();
  };
  const crownOnDisk = async (): Promise<Buffer> => (await readFile(file())).subarray(SECTOR_BYTES);
  const alarms = () => world.log.lines.filter(({ level }) => level === 'alarm').map(({ event }) => event);

  it('reads and hashes the stretches that a range lies in, and its crown once', async () => {
    await store();
    const bob = world.restart();
    const [one, two] = [STRETCH_BYTES, 2 * STRETCH_BYTES];
    const cost = (from: number, count: number) => costOf(served(bob, from, count));
    expect(await cost(0, STRETCH_LEAVES), 'cold').to.deep.equal({ sectors: one, crowns: CROWN_BYTES, pairs: STRETCH_PAIRS + CROWN_PAIRS });
    expect(await cost(5 * STRETCH_LEAVES, STRETCH_LEAVES), 'another').to.deep.equal({ sectors: one, crowns: 0, pairs: STRETCH_PAIRS });
    expect(await cost(5 * STRETCH_LEAVES, STRETCH_LEAVES), 'again').to.deep.equal({ sectors: 0, crowns: 0, pairs: 0 });
    expect(await cost(9 * STRETCH_LEAVES - 1, 2), 'across').to.deep.equal({ sectors: two, crowns: 0, pairs: 2 * STRETCH_PAIRS });
    expect(await cost(9 * STRETCH_LEAVES, 2 * STRETCH_LEAVES), 'half known').to.deep.equal({
      sectors: one,
      crowns: 0,
      pairs: STRETCH_PAIRS,
    });
    for (const [from, count] of [
      [0, 1],
      [STRETCH_LEAVES - 1, 2],
      [SECTOR_LEAVES - 8192, 8192],
      [77_777, 3000],
    ] as const)
      await read(bob, from, count);
  });

  it('reads a stretch once for all who ask for it at once', async () => {
    await store();
    const bob = world.restart();
    const many = Array.from({ length: 20 }, (_, i) => served(bob, i, 1));
    const cost = await costOf(() => Promise.all(many.map((each) => each())));
    expect(cost).to.deep.equal({ sectors: STRETCH_BYTES, crowns: CROWN_BYTES, pairs: STRETCH_PAIRS + CROWN_PAIRS });
  });

  it('reads and hashes one stretch a sample, for an audit and for an answer', async () => {
    await store();
    const settlement = world.ledger.as(world.operator.address);
    const { samples } = settlement.parameters;
    const sources = () => ({
      settlement,
      journal: world.journal,
      sectors: createSectorCache(counted.store, 1 << 26),
      provider: world.address,
    });
    /** Of the tree of two sectors, read for each sample, and of what checks one: path, descriptor, path of the descriptor. */
    const others = samples * (3 + 17 + 1 + 1);
    const now = world.ledger.period;
    const deal = (await settlement.treeOf(world.address)).find(({ id }) => id === alice.deal);
    if (deal === undefined) throw new Error('the deal has data');
    for (const build of [
      () => buildProof(sources(), now, signal),
      () => buildAnswer(sources(), deal, { period: period(now - 1) }, signal),
    ]) {
      const cost = await costOf(build);
      expect(cost.sectors).to.be.within(STRETCH_BYTES, samples * STRETCH_BYTES);
      expect(cost.sectors % STRETCH_BYTES).to.equal(0);
      expect(cost.crowns).to.be.within(CROWN_BYTES, films.length * CROWN_BYTES);
      expect(cost.pairs).to.be.at.most(samples * STRETCH_PAIRS + films.length * CROWN_PAIRS + others);
    }
  });

  it('hashes an upload once, reads nothing of it, and leaves the event loop to others between stretches', async () => {
    const authorization = await alice.authorization();
    /** Most pairs hashed between two turns of the event loop. */
    let most = 0;
    let done = false;
    const watch = (before: number): void => {
      most = Math.max(most, hashedPairs() - before);
      const now = hashedPairs();
      if (!done) setImmediate(() => watch(now));
    };
    watch(hashedPairs());
    const cost = await costOf(() => world.provider.service.storeSector(alice.peer, authorization, first.sector, first.bytes, signal));
    done = true;
    expect(cost).to.deep.equal({ sectors: 0, crowns: 0, pairs: pairsOver(SECTOR_LEAVES) });
    expect(most).to.be.within(STRETCH_PAIRS, 2 * STRETCH_PAIRS + CROWN_PAIRS);
    expect((await crownOnDisk()).length).to.equal(CROWN_BYTES);
  });

  it('notices rot in a stretch when that is read, and not when another is', async () => {
    await store();
    await flip(3 * STRETCH_BYTES + 77);
    const bob = world.restart();
    for (const from of [0, 2 * STRETCH_LEAVES, 4 * STRETCH_LEAVES]) await read(bob, from, STRETCH_LEAVES);
    await settle();
    expect(alarms()).to.deep.equal([]);
    await rejectsCoded(read(bob, 3 * STRETCH_LEAVES + 5, 1), 'SECTOR_ROTTEN');
    while (await files.has(first.sector.root)) await settle();
    await settle();
    expect(alarms()).to.deep.equal(['sector-lost']);
    await rejectsCoded(read(bob, 3 * STRETCH_LEAVES + 5, 1), 'SECTOR_MISSING');
    await alice.upload(bob.service, first);
    await read(bob, 3 * STRETCH_LEAVES + 5, 1);
  });

  it('makes a wrong crown anew from the bytes, and serves with it', async () => {
    await store();
    const right = await crownOnDisk();
    await flip(SECTOR_BYTES + 100);
    const bob = world.restart();
    expect((await costOf(served(bob, 0, 1))).sectors).to.equal(SECTOR_BYTES + STRETCH_BYTES);
    await read(bob, 0, STRETCH_LEAVES);
    expect(await crownOnDisk()).to.deep.equal(right);
    expect((await costOf(served(world.restart(), 0, 1))).sectors).to.equal(STRETCH_BYTES);
    expect(alarms()).to.deep.equal([]);
  });

  it('opens sectors that were stored without a crown or with part of one, and gives each one at its first reading', async () => {
    await store();
    const right = await crownOnDisk();
    for (const left of [0, 1, 32, CROWN_BYTES - 1]) {
      await truncate(file(), SECTOR_BYTES + left);
      const bob = world.restart();
      await read(bob, 70 * 1000, 100);
      expect(await crownOnDisk(), `${left} bytes were left`).to.deep.equal(right);
      expect((await costOf(served(world.restart(), 0, 1))).sectors).to.equal(STRETCH_BYTES);
    }
  });

  it('gives them crowns in a scrub, which reads every byte once', async () => {
    await store();
    const right = await crownOnDisk();
    await truncate(file(), SECTOR_BYTES);
    const bob = world.restart();
    const cost = await costOf(() => bob.scrub(signal));
    expect(cost.sectors).to.equal(films.length * SECTOR_BYTES);
    expect(cost.pairs).to.equal(films.length * pairsOver(SECTOR_LEAVES));
    expect(await crownOnDisk()).to.deep.equal(right);
  });

  it('knows a sector that came again with other leaves under its root', async () => {
    const padded = contentOf(Buffer.concat([first.bytes.subarray(0, 96)]));
    const longer = { bytes: Buffer.concat([padded.bytes, new Uint8Array(32)]), sector: { ...padded.sector, leaves: leaves(4) } };
    const sectors = createSectorCache(files, 1 << 20);
    await files.put(padded.sector, padded.bytes);
    expect((await sectors.open(padded.sector.root, 0, 3)).count).to.equal(3);
    await files.delete(padded.sector.root);
    await files.put(longer.sector, longer.bytes);
    sectors.forget(padded.sector.root);
    expect((await sectors.open(padded.sector.root, 3, 1)).bytes(3, 1)).to.deep.equal(new Uint8Array(32));
  });
});
