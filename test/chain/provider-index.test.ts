import { expect } from 'chai';
import { Wallet } from 'ethers';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMarketView__factory } from '../../node/chain/contracts/factories/interfaces/IMarketView__factory.js';
import { IProviderRegistry__factory } from '../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { marketFolder, type MarketBook } from '../../node/chain/market/market-book.js';
import { createSettlementReader, type SettlementReaderOptions } from '../../node/chain/settlement-reader.js';
import type { SettlementReader } from '../../node/ports/settlement.js';
import { blockWith, startAnvil, testKeys, type TestChain } from '../support/rpc/anvil.js';
import { rejection } from '../support/coded-rejection.js';
import { createRecordedLog, type RecordedLog } from '../support/recorded-log.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { deployOn } from './market-world.js';

const registry = IProviderRegistry__factory.createInterface();
const PAGES = (IMarketView__factory.createInterface().getFunction('providers') ?? { selector: '' }).selector;
const accounts = testKeys.map((key) => new Wallet(key).address.toLowerCase());
const askOf = (price: bigint) => ({ price, egressPrice: 0n, minLeaves: 1n, maxLeaves: 1n << 40n, maxPeriods: 100n });

describe('the index of providers', function () {
  this.timeout(60_000);
  let chain: TestChain;
  let proxy: RpcProxy;
  let book: Awaited<ReturnType<typeof deployOn>>;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let log: RecordedLog;
  let empty: unknown;
  const readers: { close(): void }[] = [];
  /** What was asked of the chain: pages of the view and ranges of events. */
  const asked = { pages: 0, ranges: 0 };

  const send = async (who: number, data: string): Promise<void> => {
    await blockWith(chain, await chain.rpc<string>('eth_sendTransaction', { from: accounts[who], to: book.registry, data }));
  };
  const registration = (who: number, price: bigint, addresses = `/memory/${who}`): string =>
    registry.encodeFunctionData('register', [accounts[who] ?? '', '0x0001', addresses, askOf(price), 0n]);
  const register = async (...people: number[]): Promise<void> => {
    for (const who of people) await send(who, registration(who, BigInt(who)));
  };
  const setPrice = async (who: number, price: bigint): Promise<void> =>
    send(who, registry.encodeFunctionData('setAsk', [accounts[who] ?? '', askOf(price)]));
  const mine = async (blocks: number): Promise<void> => void (await chain.rpc('anvil_mine', `0x${blocks.toString(16)}`));
  const reorg = async (blocks: number): Promise<void> => void (await chain.rpc('anvil_reorg', blocks, []));

  const open = async (change: Partial<SettlementReaderOptions> = {}): Promise<SettlementReader> => {
    const directory = join(folder.path, 'chain');
    const reader = await createSettlementReader({ rpcUrl: proxy.url, book, pageSize: 2, directory, log, ...change });
    readers.push(reader);
    return reader;
  };
  /** Who is listed, by number, with the price. */
  const listed = async (reader: SettlementReader): Promise<[number, bigint][]> =>
    (await reader.providerRecords()).map(({ provider, ask }) => [accounts.indexOf(provider), ask.price]);
  const fileOf = (of: MarketBook): string => join(folder.path, 'chain', marketFolder(of), 'providers.json');

  before(async () => {
    chain = await startAnvil();
    book = await deployOn(chain);
    empty = await chain.rpc('evm_snapshot');
  });
  after(async () => chain.stop());
  beforeEach(async () => {
    await chain.rpc('evm_revert', empty);
    empty = await chain.rpc('evm_snapshot');
    proxy = await startRpcProxy(chain.url);
    folder = await temporaryDirectory();
    log = createRecordedLog();
    Object.assign(asked, { pages: 0, ranges: 0 });
    proxy.answer = ({ method, params }) => {
      const call = params[0] as { to?: string; data?: string } | undefined;
      if (method === 'eth_call' && call?.data?.startsWith(PAGES)) asked.pages += 1;
      if (method === 'eth_getLogs') asked.ranges += 1;
      return undefined;
    };
  });
  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.close();
    await proxy.stop();
    await folder.remove();
  });

  it('reads everything once, page by page, and hears of the rest by events', async () => {
    await register(3, 1, 4, 0, 2);
    await mine(40);
    const reader = await open();
    expect(await listed(reader)).to.deep.equal([3, 1, 4, 0, 2].map((who) => [who, BigInt(who)]));
    expect(asked.pages).to.equal(3);
    await register(5);
    await setPrice(4, 44n);
    await send(1, registry.encodeFunctionData('setEndpoint', [accounts[1] ?? '', '0x0002', '/memory/moved\n/dns4/second']));
    await send(2, registry.encodeFunctionData('setOperator', [accounts[9] ?? '']));
    expect(await listed(reader)).to.deep.equal([3, 1, 44, 0, 2, 5].map((price, index) => [[3, 1, 4, 0, 2, 5][index], BigInt(price)]));
    const records = await reader.providerRecords();
    expect(records[1]).to.deep.include({ peerId: '13', addresses: ['/memory/moved', '/dns4/second'], operator: accounts[1] });
    expect(records[4]).to.deep.include({ peerId: '12', addresses: ['/memory/2'], operator: accounts[9] });
    const sheets = await reader.providerSheets(records.map(({ provider }) => provider));
    for (const [index, record] of records.entries()) expect(sheets[index]).to.deep.include(record);
    expect(asked.pages).to.equal(3);
  });

  it('takes back a registration and an ask that a reorg undid, without reading everything again', async () => {
    await register(0, 1);
    await mine(40);
    const reader = await open();
    await setPrice(1, 11n);
    expect(await listed(reader)).to.deep.equal([
      [0, 0n],
      [1, 11n],
    ]);
    const { pages } = asked;
    await setPrice(0, 99n);
    await register(2);
    expect(await listed(reader)).to.deep.equal([
      [0, 99n],
      [1, 11n],
      [2, 2n],
    ]);
    await reorg(2);
    expect(await listed(reader)).to.deep.equal([
      [0, 0n],
      [1, 11n],
    ]);
    await register(3);
    expect(await listed(reader)).to.deep.equal([
      [0, 0n],
      [1, 11n],
      [3, 3n],
    ]);
    expect(asked.pages).to.equal(pages);
    expect(log.events('warn')).to.deep.equal([]);
  });

  it('reads everything again after a reorg that is deeper than what it remembers', async () => {
    await register(0);
    await mine(10);
    await register(1);
    await mine(34);
    const reader = await open();
    expect(await listed(reader)).to.have.length(2);
    await reorg(40);
    expect(await listed(reader)).to.deep.equal([[0, 0n]]);
    expect(log.events('warn')).to.deep.equal(['provider-index-rebuilt']);
  });

  it('goes on from disk in the next process, across changes and a reorg that came meanwhile', async () => {
    await register(0, 1);
    await mine(40);
    await register(2);
    expect(await listed(await open())).to.have.length(3);
    await reorg(1);
    await register(3);
    await setPrice(0, 7n);
    const { pages } = asked;
    expect(await listed(await open())).to.deep.equal([
      [0, 7n],
      [1, 1n],
      [3, 3n],
    ]);
    expect(asked.pages).to.equal(pages);
    expect(log.events('warn')).to.deep.equal([]);
  });

  it('writes its file anew once much has changed, and not for a little', async () => {
    await register(0);
    await mine(40);
    const reader = await open();
    await listed(reader);
    const before = await readFile(fileOf(book), 'utf8');
    await setPrice(0, 5n);
    await listed(reader);
    expect(await readFile(fileOf(book), 'utf8')).to.equal(before);
    for (let price = 0n; price < 100n; price++) await setPrice(0, price);
    await listed(reader);
    expect(await readFile(fileOf(book), 'utf8')).to.not.equal(before);
    expect(await listed(await open())).to.deep.equal([[0, 99n]]);
  });

  it('reads everything again when that is less than the events since', async () => {
    await register(0);
    await mine(40);
    await listed(await open({ rangeBlocks: 10 }));
    await register(1);
    await mine(400);
    asked.ranges = 0;
    expect(await listed(await open({ rangeBlocks: 10 }))).to.have.length(2);
    expect(asked.ranges).to.be.lessThan(6);
  });

  it('keeps apart what two markets on one chain have', async () => {
    await register(0);
    const other = await deployOn(chain);
    expect(await listed(await open())).to.have.length(1);
    expect(await listed(await open({ book: other }))).to.deep.equal([]);
    expect(await listed(await open())).to.have.length(1);
    expect(fileOf(other)).to.not.equal(fileOf(book));
  });

  const damages: [string, (text: string) => string][] = [
    ['is cut off', (text) => text.slice(0, text.length / 2)],
    ['is empty', () => ''],
    ['is of a version to come', (text) => text.replace('"version":1', '"version":2')],
    ['is of another market', (text) => text.replace('"market":"', '"market":"1-')],
    ['names an account that is none', (text) => text.replace(accounts[0] ?? '', '0x12')],
    ['has a price that is none', (text) => text.replace('["1","0",1', '["one","0",1')],
    ['has blocks that contradict each other', (text) => text.replace(/"floor":\d+/, '"floor":1')],
    ['lacks a provider that it tells a change of', (text) => text.replace(/\["0x[^[]*\[[^\]]*\],\[[^\]]*\]\],/, '')],
    ['is larger than any such file', (text) => text + ' '.repeat(3 * 4_096)],
  ];
  for (const [story, damage] of damages) {
    it(`is rebuilt, with a warning, when its file ${story}`, async () => {
      await register(0, 1);
      await mine(40);
      await setPrice(0, 5n);
      await listed(await open());
      const text = await readFile(fileOf(book), 'utf8');
      expect(damage(text)).to.not.equal(text);
      await writeFile(fileOf(book), damage(text));
      expect(await listed(await open({ maxProviders: 3 }))).to.deep.equal([
        [0, 5n],
        [1, 1n],
      ]);
      expect(log.events('warn')).to.deep.equal(['provider-index-rebuilt']);
      expect(await listed(await open())).to.have.length(2);
      expect(log.events('warn')).to.have.length(1);
    });
  }

  it('is told, with a warning, where its file can be neither read nor written', async () => {
    await register(0);
    await mkdir(fileOf(book), { recursive: true });
    await mkdir(`${fileOf(book)}.new`);
    expect(await listed(await open())).to.deep.equal([[0, 0n]]);
    expect(log.events('warn')).to.deep.equal(['provider-index-rebuilt', 'provider-index-unsaved']);
  });

  it('is read anew when a node leaves out the event of a registration, which the registry counts', async () => {
    await register(0);
    await mine(40);
    const reader = await open();
    await listed(reader);
    await register(1);
    const honest = proxy.answer;
    proxy.answer = (call) => (call.method === 'eth_getLogs' ? { result: [] } : honest(call));
    expect(await listed(reader)).to.deep.equal([
      [0, 0n],
      [1, 1n],
    ]);
    proxy.answer = honest;
    await setPrice(1, 12n);
    await mine(40);
    expect(await listed(reader)).to.deep.equal([
      [0, 0n],
      [1, 12n],
    ]);
    expect(log.events('warn')).to.deep.equal(['provider-index-rebuilt']);
  });

  it('is refused when the registry counts more than it names', async () => {
    await register(0, 1);
    const reader = await open();
    const counting = registry.getFunction('count')?.selector;
    proxy.answer = ({ method, params }) => {
      const asksCount = method === 'eth_call' && (params[0] as { data: string }).data === counting;
      return asksCount ? { result: `0x${'3'.padStart(64, '0')}` } : undefined;
    };
    const { message } = await rejection(reader.providerRecords(), 'LOGS_INCOMPLETE');
    expect(message).to.include(proxy.url).and.include('2 providers').and.include('of 3');
  });

  it('lists a provider whose addresses are no text, and everybody else as well', async () => {
    const garbled = (who: number): string => registration(who, 1n, '/memory/XX').replace('5858', 'fffe');
    await send(0, garbled(0));
    await register(1);
    await mine(40);
    const reader = await open();
    const before = await reader.providerRecords();
    expect(before.map(({ addresses }) => addresses)).to.deep.equal([[], ['/memory/1']]);
    await send(2, garbled(2));
    await register(3);
    expect((await reader.providerRecords()).map(({ addresses }) => addresses)).to.deep.equal([[], ['/memory/1'], [], ['/memory/3']]);
    const { block } = await reader.head();
    const told = await reader.events(book.deployment.block, block);
    const registered = told.filter(({ name }) => name === 'ProviderRegistered').map(({ args }) => args['addresses']);
    expect(registered).to.deep.equal(['', '/memory/1', '', '/memory/3']);
  });

  it('asks for smaller pages when a node refuses, and for the newest block when it has no older state', async () => {
    await register(0, 1, 2, 3, 4);
    await mine(40);
    const head = Number(await chain.rpc<string>('eth_blockNumber'));
    const error = { error: { code: -32_000, message: 'missing trie node' } };
    proxy.answer = ({ method, params }) => {
      const [call, block] = params as [{ data?: string }, string];
      if (method !== 'eth_call' || !call.data?.startsWith(PAGES)) return undefined;
      const limit = Number(BigInt(`0x${call.data.slice(-64)}`));
      return Number(block) < head || limit > 2 ? error : undefined;
    };
    expect(await listed(await open({ pageSize: 50 }))).to.have.length(5);
  });

  it('lists those that registered first up to its limit, and says that it was reached', async () => {
    await register(4, 3, 2, 1);
    await mine(40);
    const reader = await open({ maxProviders: 3 });
    expect(await listed(reader)).to.deep.equal([4, 3, 2].map((who) => [who, BigInt(who)]));
    await register(0);
    expect(await listed(reader)).to.have.length(3);
    expect(log.events('warn')).to.include('provider-limit-reached');
  });
});
