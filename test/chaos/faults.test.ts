import { expect } from 'chai';
import { rm, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersOf } from '../../node/app/settings/folders.js';
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
    const tenant = await world.stored();
    await world.proveNext();
    await world.stop();
    expect(await world.judge()).to.deep.equal({ lost: [], missed: [], doubles: [] });

    const missed = await lane.toNext(lane.windowBlocks);
    const deposit = { kind: 'deposit', deal: tenant.deal, amount: 7n as never } as const;
    for (let time = 0; time < 2; time++) await lane.during(world.chain.submit(deposit), signal);
    const sectors = join(foldersOf(await world.settings()).sectors, 'sectors');
    const [file] = (await readdir(sectors, { recursive: true })).filter((name) => /^[0-9a-f]{2}\/[0-9a-f]{64}/.test(name));
    await rm(join(sectors, String(file)));

    const verdict = await world.judge();
    expect(verdict.missed).to.deep.equal([`period ${missed}`]);
    expect(verdict.doubles).to.have.length(1);
    expect(verdict.lost).to.have.length(1);
  });
});

describe('faults of chain, RPC, clock, disk and process (npm run chaos)', function () {
  this.timeout(1_200_000);

  it('have names of their own, at least twenty in the short form', () => {
    const names = faults.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(faults.filter(({ long }) => long !== true).length).to.be.at.least(20);
  });

  it('lose no signed byte, no window that could be proven, and send nothing twice', async () => {
    const seed = 'npm test';
    const told: string[] = [];
    const { problems, ...report } = await runFaultsNamed('')({ seed, long: false, tell: (line) => void told.push(line), signal });
    expect(problems, told.join('\n')).to.deep.equal([]);
    expect(report).to.deep.equal({ count: report.count, lostSectors: 0, missedWindows: 0, doubleSends: 0 });
    expect(told).to.have.length(report.count);
  });
});
