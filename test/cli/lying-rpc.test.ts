import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bookText } from '../../node/app/book/book.js';
import { jsonText } from '../../node/app/json-text.js';
import { createKeystore } from '../../node/app/keys/keystore.js';
import { loadSettings } from '../../node/app/settings/config.js';
import { foldersOf } from '../../node/app/settings/folders.js';
import { openReader, openWallet } from '../../node/app/wallet-session.js';
import { commandTable } from '../../node/cli/command-table.js';
import { OptionReader, type Call, type Outcome } from '../../node/cli/command.js';
import { buildProgram, type Invocation } from '../../node/cli/program.js';
import { fromHex } from '../../node/core/data/bytes.js';
import { asCoded } from '../../node/core/errors/coded.js';
import { isHoldfastError, type HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { numberedSalt } from '../../node/core/market/deal-salt.js';
import { createSerial } from '../../node/core/tasks/serial.js';
import { leaves, period, wei, type DealId } from '../../node/core/units.js';
import type { RenterContext } from '../../node/renter/context.js';
import { openDeals } from '../../node/renter/deals/open-deals.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../node/storage/catalogue.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { chainWorld, deployOn, type MarketWorld } from '../chain/market-world.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { forgetfulness, forgetLogs } from '../support/rpc/forgetful-logs.js';
import { actor, hashOf } from '../support/worlds/actors.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const TOKEN = 10n ** 18n;
const SCRYPT_COST = 1_024;
const ask = { price: wei(1n), egressPrice: wei(1n), minLeaves: leaves(1), maxLeaves: leaves(10), maxPeriods: 1_000 };
const PEER_ID = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN';
const PROVIDERS = ['bob', 'carol'];

/** What ends in the truth, or else in the code of an error that names the RPC. */
type Ending = 'right' | HoldfastError['code'];

/** With the logs of both providers' registrations all deals are found, which are counted on chain; a sum of the ledger misses what is left out. */
const FORGETFUL: Readonly<Record<string, Readonly<Record<string, Ending>>>> = {
  'has no logs': { deals: 'LOGS_INCOMPLETE', providers: 'LOGS_INCOMPLETE', ledger: 'LEDGER_BALANCE_MISFIT' },
  'gives the first two': { deals: 'right', providers: 'right', ledger: 'LEDGER_BALANCE_MISFIT' },
  'gives the first one': { deals: 'LOGS_INCOMPLETE', providers: 'LOGS_INCOMPLETE', ledger: 'LEDGER_BALANCE_MISFIT' },
  'has pruned all but the last blocks': { deals: 'LOGS_INCOMPLETE', providers: 'LOGS_INCOMPLETE', ledger: 'LEDGER_BALANCE_MISFIT' },
};

describe('what the command line does over an RPC that lies', function () {
  this.timeout(120_000);
  let chain: TestChain;
  let world: MarketWorld;
  let book: Awaited<ReturnType<typeof deployOn>>;
  let proxy: RpcProxy;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let truth: { deals: readonly DealId[]; events: number; providers: readonly string[] };
  let homes = 0;

  const head = async (): Promise<number> => Number(await chain.rpc<string>('eth_blockNumber'));
  const wishTo = (provider: string) => ({
    provider: actor(provider).address,
    signer: actor('session').address,
    maxPrice: wei(1n),
    maxEgressPrice: wei(1n),
    maxEgress: wei(0n),
    maxEnd: period(1_000),
    maxLeaves: leaves(10),
    escrow: wei(10n ** 16n),
  });

  /** A home folder with the wallet of `name`. */
  const homeOf = async (name: string, config: object = {}): Promise<string> => {
    const home = join(folder.path, `${name}-${homes++}`);
    await createKeystore({ folder: join(home, 'keys'), scryptCost: SCRYPT_COST }).create('wallet', 'password', fromHex(hashOf(name)));
    await writeFile(join(home, 'config.json'), JSON.stringify({ keystore: { scryptCost: SCRYPT_COST }, ...config }));
    return home;
  };
  const flagsOf = (home: string, rpc: string) => ({ home, rpc, book: join(folder.path, 'book.json') });

  /** Runs a command line in this process. */
  const holdfast = async (home: string, rpc: string, words: readonly string[]): Promise<Outcome['json']> => {
    const found: Invocation[] = [];
    await buildProgram(commandTable, '0', (one) => found.push(one)).parseAsync([...words, '--json'], { from: 'user' });
    const [{ spec, args, options }] = found as [Invocation];
    const quiet = {
      json: true,
      width: undefined,
      say: () => undefined,
      print: () => undefined,
      progress: () => ({ to: () => undefined, end: () => undefined }),
    };
    const call: Call = {
      args,
      options: new OptionReader(options),
      terminal: quiet,
      standard: undefined as never,
      prompt: undefined as never,
      settings: () => loadSettings(flagsOf(home, rpc), {}),
      signal: new AbortController().signal,
    };
    return (await spec.run(call)).json;
  };

  /** Opens a deal with each provider, as `holdfast put` does. */
  const open = async (home: string, rpc: string, signal = new AbortController().signal): Promise<readonly DealId[]> => {
    const settings = await loadSettings(flagsOf(home, rpc), {});
    await using session = await openWallet(settings, async () => 'password', signal);
    const { settlement } = session;
    const { catalogue: path } = foldersOf(settings);
    await createCatalogueFiles(path, settlement.identity).catch(() => undefined);
    const catalogue = await openCatalogueFiles(path, settlement.identity);
    try {
      const context = { settlement, renter: settlement.account, catalogue, serial: createSerial() } as unknown as RenterContext;
      return await openDeals(context, PROVIDERS.map(wishTo), { signal });
    } finally {
      await catalogue.close();
    }
  };

  /** Ids of the deals of `name` as the chain has them: under the numbers that every release counts by. */
  const dealsOf = async (name: string): Promise<readonly DealId[]> => {
    const reader = await world.as('watcher');
    return reader.dealIdsOf('renter', actor(name).address);
  };

  const reads: Readonly<Record<'deals' | 'providers' | 'ledger', (home: string, rpc: string) => Promise<void>>> = {
    deals: async (home, rpc) => {
      const { deals } = (await holdfast(home, rpc, ['deals'])) as { deals: readonly { id: DealId }[] };
      expect(deals.map(({ id }) => id)).to.deep.equal(truth.deals);
    },
    providers: async (home, rpc) => {
      await using session = await openReader(await loadSettings(flagsOf(home, rpc), {}), new AbortController().signal);
      expect((await session.reader.providerRecords()).map(({ provider }) => provider)).to.deep.equal(truth.providers);
    },
    ledger: async (home, rpc) => {
      const { records } = (await holdfast(home, rpc, ['ledger'])) as { records: readonly { events: readonly unknown[] }[] };
      expect(records.flatMap(({ events }) => events)).to.have.length(truth.events);
    },
  };
  const ends = async (work: Promise<void>): Promise<Ending> => {
    try {
      await work;
      return 'right';
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      const coded = asCoded(error);
      expect(jsonText(coded.data)).to.include(proxy.url);
      return coded.code;
    }
  };

  before(async () => {
    [folder, chain] = await Promise.all([temporaryDirectory(), startAnvil()]);
    book = await deployOn(chain);
    await writeFile(join(folder.path, 'book.json'), bookText(book));
    world = await chainWorld(chain, book);
    for (const name of [...PROVIDERS, 'alice']) await world.fund(name, 100n * TOKEN);
    for (const name of PROVIDERS) {
      const provider = await world.as(name);
      const addresses = ['/memory/one'];
      await provider.submit({ kind: 'register', operator: provider.account, peerId: PEER_ID, addresses, ask, lockLimit: wei(0n) });
    }
    const alice = await world.as('alice');
    for (const place of [0, 1, 2]) {
      const requests = PROVIDERS.map((name) => ({ ...wishTo(name), salt: numberedSalt(place) }));
      await alice.submit({ kind: 'open', requests });
      await world.mine(4);
    }
    proxy = await startRpcProxy(chain.url);
    const all = (await holdfast(await homeOf('alice'), chain.url, ['ledger'])) as { records: readonly { events: readonly unknown[] }[] };
    truth = {
      deals: await dealsOf('alice'),
      events: all.records.flatMap(({ events }) => events).length,
      providers: PROVIDERS.map((name) => actor(name).address),
    };
    expect(truth.deals).to.have.length(6);
    expect(truth.events).to.be.greaterThan(10);
  });
  after(async () => {
    await proxy.stop();
    await world.close();
    await chain.stop();
    await folder.remove();
  });
  beforeEach(() => {
    proxy.alter = (_call, result) => result;
    proxy.answer = () => undefined;
    proxy.refuse = () => undefined;
    proxy.late = 0;
    proxy.down = false;
  });

  const lies: Readonly<Record<string, { readonly bend: () => Promise<void> | void; readonly ends: Readonly<Record<string, Ending>> }>> = {
    ...Object.fromEntries(
      Object.keys(forgetfulness).map((how) => [
        `${how}, without a word`,
        {
          bend: async () => forgetLogs(proxy, how, await head()),
          ends: FORGETFUL[how] ?? {},
        },
      ]),
    ),
    'gives no more than five blocks of logs at a time, and says so': {
      bend: () => {
        proxy.answer = ({ method, params }) => {
          if (method !== 'eth_getLogs') return undefined;
          const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
          const isWide = Number(toBlock) - Number(fromBlock) >= 5;
          return isWide ? { error: { code: -32_005, message: 'query returned more than 10 results' } } : undefined;
        };
      },
      ends: { deals: 'right', providers: 'right', ledger: 'right' },
    },
    'serves another chain': {
      bend: () => {
        proxy.answer = ({ method }) => (method === 'eth_chainId' ? { result: '0x5' } : undefined);
      },
      ends: { deals: 'WRONG_CHAIN', providers: 'WRONG_CHAIN', ledger: 'WRONG_CHAIN' },
    },
    'is late with every answer': {
      bend: () => {
        proxy.late = 50;
      },
      ends: { deals: 'right', providers: 'right', ledger: 'right' },
    },
    'wants rest again and again': {
      bend: () => {
        let asked = 0;
        proxy.refuse = () => (asked++ % 4 === 3 ? { status: 429, headers: { 'retry-after': '0.1' } } : undefined);
      },
      ends: { deals: 'right', providers: 'right', ledger: 'right' },
    },
  };

  for (const [lie, { bend, ends: expected }] of Object.entries(lies))
    it(`one that ${lie}: ${Object.entries(expected)
      .map(([what, ending]) => `${what} ${ending}`)
      .join(', ')}`, async () => {
      const home = await homeOf('alice');
      await bend();
      const found: Record<string, Ending> = {};
      for (const [what, read] of Object.entries(reads)) found[what] = await ends(read(home, proxy.url));
      expect(found).to.deep.equal(expected);
    });

  it('one of two that serves another chain: all go on with the other', async () => {
    const home = await homeOf('alice', { rpcAgreement: 1 });
    proxy.answer = ({ method }) => (method === 'eth_chainId' ? { result: '0x5' } : undefined);
    for (const rpc of [`${proxy.url},${chain.url}`, `${chain.url},${proxy.url}`])
      for (const read of Object.values(reads)) await read(home, rpc);
    await world.fund('dora', TOKEN);
    expect(await open(await homeOf('dora', { rpcAgreement: 1 }), `${proxy.url},${chain.url}`)).to.deep.equal(await dealsOf('dora'));
  });

  const passOn = (raw: unknown): void => void chain.rpc('eth_sendRawTransaction', raw).catch(() => undefined);
  const sending: Readonly<Record<string, RpcProxy['answer']>> = {
    'answers "Internal error" to what it passes on': ({ method, params }) => {
      if (method !== 'eth_sendRawTransaction') return undefined;
      passOn(params[0]);
      return { error: { code: -32_603, message: 'Internal error' } };
    },
    'answers "Internal error" and passes on nothing, three times': (() => {
      let times = 0;
      return ({ method }) =>
        method === 'eth_sendRawTransaction' && times++ < 3 ? { error: { code: -32_603, message: 'Internal error' } } : undefined;
    })(),
    'cuts the line once it has passed it on': ({ method }) => (method === 'eth_sendRawTransaction' ? 'cut' : undefined),
  };
  for (const [index, [what, answer]] of Object.entries(sending).entries())
    it(`one that ${what}: each deal is opened, and none twice`, async () => {
      const name = `renter ${index}`;
      await world.fund(name, TOKEN);
      proxy.answer = answer;
      const opened = await open(await homeOf(name), proxy.url);
      expect(opened).to.have.length(2);
      expect(await dealsOf(name)).to.deep.equal(opened);
    });

  for (const rest of ['late', 'wants rest', 'forgets logs'] as const)
    it(`one that ${rest}: each deal is opened, and none twice`, async () => {
      const name = `renter ${rest}`;
      await world.fund(name, TOKEN);
      let asked = 0;
      if (rest === 'late') proxy.late = 50;
      if (rest === 'wants rest') proxy.refuse = () => (asked++ % 4 === 3 ? { status: 429, headers: { 'retry-after': '0.1' } } : undefined);
      if (rest === 'forgets logs') forgetLogs(proxy, 'has no logs', 0);
      const opened = await open(await homeOf(name), proxy.url);
      expect(await dealsOf(name)).to.deep.equal(opened);
    });

  it('one that answers an error and passes the opening on only when the renter has given up: the same command finishes the first', async () => {
    await world.fund('erin', TOKEN);
    const home = await homeOf('erin');
    const interrupt = new AbortController();
    const kept = new Set<unknown>();
    proxy.answer = ({ method, params }) => {
      if (method !== 'eth_sendRawTransaction') return undefined;
      kept.add(params[0]);
      interrupt.abort(new Error('the renter gave up'));
      return { error: { code: -32_603, message: 'Internal error' } };
    };
    const first = await open(home, proxy.url, interrupt.signal).then(
      () => 'done',
      () => 'given up',
    );
    expect(first).to.equal('given up');
    expect(await dealsOf('erin')).to.deep.equal([]);
    expect(kept.size).to.equal(1);
    passOn([...kept][0]);
    proxy.answer = () => undefined;
    const opened = await open(home, proxy.url);
    expect(opened).to.have.length(2);
    expect(await dealsOf('erin')).to.deep.equal(opened);
  });
});
