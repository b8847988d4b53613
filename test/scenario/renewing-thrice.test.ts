import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { createSettlementReader } from '../../node/chain/settlement-reader.js';
import type { Deal } from '../../node/core/market/deal.js';
import { address, type Address, type DealId, type Period } from '../../node/core/units.js';
import type { SettlementReader } from '../../node/ports/settlement.js';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { GuardedProcess } from '../../scripts/demo/devnet/guarded-process.js';
import { CommandFailed, type Person } from '../../scripts/demo/devnet/person.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';

const TERMS = { periodPrice: '1', stake: '100', operatorCoin: '1', capacity: '64MiB' };
const N = 4;
const RENEWALS = 3;
/** A deal is renewed every second period: for five, when four are left. */
const LOOKING = ['--interval', '4', '--periods', '5', '--ahead', '4', '--threshold', String(N), '--probes', '3', '--budget', '4000'];
const DEADLINE = 600_000;

/** How a provider may go: in good order, by giving its deals up, or all of a sudden. */
const ways: readonly ((provider: RunningProvider, deals: readonly DealId[]) => Promise<unknown>)[] = [
  ({ daemon }) => daemon.stop(),
  async ({ person, daemon }, deals) => {
    for (const deal of deals) await thawed(() => person.holdfast(['provider', 'forfeit', deal]));
    await daemon.stop();
  },
  ({ daemon }) => {
    daemon.signal('SIGKILL');
    return daemon.ended;
  },
];

/** From a period's first block until its provider has proven nothing of a deal may change (R2). */
const thawed = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.code !== 'FROZEN') throw error;
    await setTimeout(500);
    return await thawed(work);
  }
};

describe('Alice leaves her files to "renter run", while deals end and providers go', function () {
  this.timeout(DEADLINE + 120_000);
  let folder: string;
  let devnet: Devnet;
  let providers: readonly RunningProvider[];
  let alice: Person;
  let reader: SettlementReader & { close(): void };
  const over = new AbortController();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-thrice-'));
    devnet = await startDevnet(undefined, { client: 'anvil' });
    providers = await devnet.addProviders(N + ways.length, TERMS);
    alice = await devnet.addRenter('alice');
    reader = await createSettlementReader({ rpcUrl: devnet.network.rpc, book: devnet.book, signal: over.signal });
  });
  after(async () => {
    over.abort();
    reader.close();
    await devnet[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('and after three renewals every file is there, byte for byte', async () => {
    const contents = new Map([0, 1, 5_000, 70_000, 3_000_000].map((length, index) => [`file ${index}`, randomBytes(length)]));
    for (const [name, bytes] of contents) await writeFile(join(folder, name), bytes);
    const paths = [...contents.keys()].map((name) => join(folder, name));
    await alice.holdfast(['put', ...paths, '--k', '2', '--n', String(N), '--periods', '5', '--max-price', '100000000']);
    const looking: GuardedProcess = await alice.start(['renter', 'run', ...LOOKING]);

    const left = new Set<Address>();
    const renewals = new Map<DealId, number>();
    const ends = new Map<DealId, Period>();
    const renter = address(String((await alice.holdfast(['wallet', 'address']))['address']));
    const look = async (): Promise<readonly Deal[]> => {
      const deals = (await reader.deals(await reader.dealIdsOf('renter', renter))).filter((deal) => deal !== undefined);
      for (const { id, end } of deals) {
        if (end > (ends.get(id) ?? end)) renewals.set(id, (renewals.get(id) ?? 0) + 1);
        ends.set(id, end);
      }
      return deals;
    };
    const leave = async (held: readonly Deal[]): Promise<void> => {
      const next = providers.find(({ provider }) => held.some((deal) => deal.provider === provider));
      const way = ways[left.size];
      if (!next || !way) throw new Error('nobody is left to go');
      left.add(next.provider);
      const own = held.filter(({ provider }) => provider === next.provider).map(({ id }) => id);
      await way(next, own);
    };
    for await (const _ of reader.heads(AbortSignal.any([over.signal, AbortSignal.timeout(DEADLINE)]))) {
      const held = (await look()).filter(({ status, leaves, provider }) => status === 'active' && leaves > 0 && !left.has(provider));
      const isWhole = new Set(held.map(({ provider }) => provider)).size >= N;
      const most = Math.max(0, ...renewals.values());
      if (isWhole && left.size === ways.length && most >= RENEWALS) break;
      if (isWhole && left.size < ways.length && most > left.size) await leave(held);
    }
    expect(left.size, 'providers that went').to.equal(ways.length);
    expect(Math.max(0, ...renewals.values()), 'renewals of one deal').to.be.at.least(RENEWALS);
    await looking.stop();
    await alice.holdfast(['get', ...contents.keys(), '--out', join(folder, 'again')]);
    for (const [name, bytes] of contents) expect(Buffer.compare(await readFile(join(folder, 'again', name)), bytes), name).to.equal(0);
  });
});
