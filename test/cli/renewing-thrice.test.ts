import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { Person } from '../../scripts/demo/devnet/person.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';

const TERMS = { periodPrice: '1', stake: '100', operatorCoin: '1', capacity: '64MiB' };
const LOOK = 2_000;

interface ListedDeal {
  readonly id: string;
  readonly provider: string;
  readonly status: string;
  readonly end: number;
}

describe('Alice leaves her files to "renter run", while deals end and providers leave', function () {
  this.timeout(900_000);
  let folder: string;
  let devnet: Devnet;
  let providers: readonly RunningProvider[];
  let alice: Person;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-thrice-'));
    devnet = await startDevnet();
    providers = await devnet.addProviders(6, TERMS);
    alice = await devnet.addRenter('alice');
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const dealsOf = async (): Promise<readonly ListedDeal[]> =>
    ((await alice.holdfast(['deals'])) as unknown as { readonly deals: readonly ListedDeal[] }).deals;

  it('and after three renewals every file is there, byte for byte', async () => {
    const contents = new Map([1, 5_000, 70_000, 3_000_000].map((length, index) => [`file ${index}`, randomBytes(length)]));
    for (const [name, bytes] of contents) await writeFile(join(folder, name), bytes);
    const paths = [...contents.keys()].map((name) => join(folder, name));
    await alice.holdfast(['put', ...paths, '--k', '1', '--n', '3', '--periods', '7', '--max-price', '100000000']);
    const looking = ['renter', 'run', '--interval', '4', '--budget', '400', '--periods', '7', '--ahead', '4', '--threshold', '3'];
    const daemon = await alice.start(looking);

    /** How often the end of a deal was put off, by deal. */
    const renewals = new Map<string, number>();
    const ends = new Map<string, number>();
    const left = new Set<string>();
    const most = (): number => Math.max(0, ...renewals.values());
    const leave = async (): Promise<void> => {
      const holders = (await dealsOf()).filter(({ status }) => status === 'active').map(({ provider }) => provider.toLowerCase());
      const next = providers.find(({ provider }) => holders.includes(provider.toLowerCase()) && !left.has(provider));
      if (!next) return;
      left.add(next.provider);
      await next.daemon.stop();
    };
    for (let over = Date.now() + 780_000; most() < 3 && Date.now() < over; await setTimeout(LOOK)) {
      for (const { id, end } of await dealsOf()) {
        const before = ends.get(id);
        if (before !== undefined && end > before) renewals.set(id, (renewals.get(id) ?? 0) + 1);
        ends.set(id, end);
      }
      if (left.size < most() && left.size < 2) await leave();
    }
    expect(most(), 'renewals of one deal').to.be.at.least(3);
    expect(left.size).to.equal(2);
    await daemon.stop();
    await alice.holdfast(['get', ...contents.keys(), '--out', join(folder, 'again/')]);
    for (const [name, bytes] of contents) expect(Buffer.compare(await readFile(join(folder, 'again', name)), bytes), name).to.equal(0);
  });
});
