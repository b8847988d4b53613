import { expect } from 'chai';
import { rm, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersOf } from '../../node/app/settings/folders.js';
import { PACKS, packPath } from '../../node/storage/packs/pack-file.js';
import { faults, runFaultsNamed } from '../../scripts/lab/chaos/faults/run-faults.js';
import { createLane, type Lane } from '../../scripts/lab/chaos/faults/world/lane.js';
import { createChaosWorld } from '../../scripts/lab/chaos/faults/world/world.js';
import { createChance } from '../../scripts/lab/staging/chance.js';

const { signal } = new AbortController();

describe('what a fault is held against', function () {
  this.timeout(300_000);
  let lane: Lane;
  before(async () => (lane = await createLane()));
  after(() => lane[Symbol.asyncDispose]());

  it('sees a co-signed sector that is gone, a window that was missed, and a transaction that was sent twice', async () => {
    await using world = await createChaosWorld({ lane, chance: createChance('broken'), name: 'broken', signal });
    await world.start();
    const tenant = await world.stored(1);
    await world.proveNext();
    await world.stop();
    expect(await world.judge()).to.deep.equal({ lost: [], missed: [], doubles: [] });

    const missed = await lane.toNext(lane.windowBlocks);
    const deposit = { kind: 'deposit', deal: tenant.deal, amount: 7n as never } as const;
    for (let time = 0; time < 2; time++) await lane.during(world.chain.submit(deposit), signal);
    const { sectors } = foldersOf(await world.settings());
    const packs = await readdir(join(sectors, PACKS));
    expect(packs).to.have.length(1);
    await rm(packPath(sectors, parseInt(packs.join(), 16)));

    const verdict = await world.judge();
    expect(verdict.missed).to.deep.equal([`period ${missed}`]);
    expect(verdict.doubles).to.have.length(1);
    expect(verdict.lost).to.have.length(1);
  });
});

/** Quick ones of chain, RPC, pool, blocks and process; `all-faults.test.ts` has them all. */
const CHOSEN = [
  'a reorg undoes a proof',
  'a reorg replaces the draw while the proof is on its way',
  'the RPC hangs for a while',
  'an RPC that prunes logs is all there is after a restart',
  'one of two RPCs says that the proof reverted',
  'a proof is stuck by its low fee, and replaced',
  'two thirds of the window come at once',
  'the daemon is told to end while its proof is on its way, and started again',
];

describe('quick faults of chain, RPC and process (npm run chaos)', function () {
  this.timeout(600_000);

  it('are at least eight, by names that there are', () => {
    const names = faults.filter(({ long }) => long !== true).map(({ name }) => name);
    expect(names).to.include.members(CHOSEN);
    expect(new Set(CHOSEN).size).to.equal(CHOSEN.length).and.to.be.at.least(8);
  });

  it('lose no signed byte, no window that could be proven, and send nothing twice', async () => {
    const told: string[] = [];
    const tell = (line: string): void => void told.push(line);
    const { problems, ...report } = await runFaultsNamed(CHOSEN.join('|'))({ seed: 'npm test', long: false, tell, signal });
    expect(problems, told.join('\n')).to.deep.equal([]);
    expect(report).to.deep.equal({ count: CHOSEN.length, lostSectors: 0, missedWindows: 0, doubleSends: 0 });
    expect(told).to.have.length(CHOSEN.length);
  });
});
