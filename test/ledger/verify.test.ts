import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { bookText } from '../../node/app/book/book.js';
import { openLedger, type LedgerOptions } from '../../node/app/ledger/session.js';
import type { LedgerRecord } from '../../node/chain/ledger/decode.js';
import type { Verification } from '../../node/chain/ledger/verified-history.js';
import { IStorageMarket__factory } from '../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import type { ErrorCode, HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { computedHeader } from '../../node/core/ledger/header.js';
import type { Hash } from '../../node/core/units.js';
import { hashOf } from '../support/worlds/actors.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { rejection } from '../support/coded-rejection.js';
import { startRpcProxy, type Call, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { withDirectory } from '../support/temporary-directory.js';
import { makeLivelyMarket, type LivelyMarket } from './lively-market.js';

type Json = Record<string, unknown>;
type LogJson = { data: string; topics: string[]; address: string; logIndex: string; blockNumber: string };

const market = IStorageMarket__factory.createInterface();
const topicOf = (name: 'Missed' | 'DealSettled' | 'Proven'): string => market.getEvent(name).topicHash;

describe('a verified ledger', function () {
  this.timeout(120_000);
  let chain: TestChain;
  let proxy: RpcProxy;
  let lively: LivelyMarket;
  /** The block in which Bob was slashed. */
  let slashed: number;

  before(async () => {
    chain = await startAnvil();
    lively = await makeLivelyMarket(chain);
    proxy = await startRpcProxy(chain.url);
    const [log] = await chain.rpc<LogJson[]>('eth_getLogs', {
      fromBlock: '0x0',
      address: lively.book.market,
      topics: [topicOf('Missed')],
    });
    slashed = Number(log?.blockNumber);
  });
  after(async () => {
    await proxy.stop();
    await lively.close();
    await chain.stop();
  });
  beforeEach(() => {
    proxy.alter = (_call, result) => result;
    proxy.methods.length = 0;
  });

  interface Verified {
    readonly records: readonly LedgerRecord[];
    readonly verification: Verification | undefined;
  }

  /** Reads everything through the liar, with an honest RPC beside it. */
  const readIn = async (home: string, rpcs: readonly string[], more: Partial<LedgerOptions> = {}): Promise<Verified> => {
    const settings = await lively.settingsIn(home, ...rpcs);
    const ledger = await openLedger({ settings, verify: true, agreementMilliseconds: 50, signal: AbortSignal.timeout(60_000), ...more });
    const records: LedgerRecord[] = [];
    for await (const news of ledger.news({ start: {}, follow: false })) if (news.kind === 'record') records.push(news.record);
    return { records, verification: ledger.verification() };
  };
  const read = async (rpcs = [proxy.url, chain.url], more: Partial<LedgerOptions> = {}): Promise<Verified> =>
    withDirectory(async (home) => readIn(home, rpcs, more));
  const caught = async <Code extends ErrorCode>(code: Code): Promise<HoldfastError<Code>> => rejection(read(), code);

  const headersAsked = (): number => proxy.methods.filter((method) => method === 'eth_getBlockByNumber').length;
  const blockOf = (call: Call): number => Number(call.params[0]);
  const inBlock = (call: Call, method: string, block: number): boolean => call.method === method && blockOf(call) === block;

  it('is proven from the head down to the deployment, with every event and every balance', async () => {
    const { records, verification } = await read();
    const head = Number(await chain.rpc<string>('eth_blockNumber'));
    expect(verification?.head.block).to.equal(head);
    expect(verification?.counts.headers).to.equal(head - lively.book.deployment.block + 1);
    expect(verification?.counts.receipts).to.be.at.least(records.length);
    expect(verification?.balances.checked).to.be.greaterThan(8);
    expect(verification?.balances.refused).to.equal(0);
    const told = new Set(records.flatMap(({ events }) => events.map(({ name }) => name)));
    expect([...told]).to.include.members([
      ...['ProviderRegistered', 'AskSet', 'EndpointSet', 'OperatorSet', 'Staked', 'Unstaked', 'Withdrawn', 'Proven', 'Missed', 'Defaulted'],
      ...['DealOpened', 'DealDeposited', 'DealBoundsSet', 'DealSignerSet', 'DealCommitted', 'DealSettled', 'DealLeft', 'DealCancelled'],
      ...['DealClosed', 'DealForfeited', 'BatchItemFailed', 'Transfer'],
    ]);
    expect(records.map(({ block }) => block)).to.deep.equal(records.map(({ block }) => block).toSorted((a, b) => a - b));
    expect(await read([chain.url], { verify: false })).to.deep.equal({ records, verification: undefined });
  });

  it('asks for the new blocks only, the second time, and notices when its memory is of another chain', async () => {
    await withDirectory(async (home) => {
      const first = await readIn(home, [proxy.url, chain.url]);
      const before = headersAsked();
      expect(before).to.be.greaterThan(200);
      await lively.stakeMore();
      proxy.methods.length = 0;
      const second = await readIn(home, [proxy.url, chain.url]);
      expect(headersAsked()).to.be.lessThan(10);
      expect(second.verification?.cached).to.equal((first.verification?.counts.headers ?? 0) - 1);
      expect(second.records.length).to.equal(first.records.length + 1);

      await chain.rpc('anvil_reorg', 3, []);
      await chain.rpc('anvil_mine', '0x2');
      const third = await readIn(home, [proxy.url, chain.url]);
      expect(third.verification?.reorganizedFrom).to.be.a('number');
      expect(third.records.map(({ hash }) => hash)).to.not.include(second.records.at(-1)?.hash);
    });
  });

  it('is not believed without a second RPC or a head to trust, and the same RPC twice is one', async () => {
    await rejection(read([proxy.url]), 'LEDGER_HEAD_NEEDED');
    await rejection(read([proxy.url, proxy.url]), 'CONFIG_INVALID');
    const { hash } = await chain.rpc<{ hash: Hash }>('eth_getBlockByNumber', 'latest', false);
    expect((await read([proxy.url], { head: hash })).verification?.head.hash).to.equal(hash);
    const { block, hash: deployed } = lively.book.deployment;
    expect((await read([proxy.url], { head: deployed })).verification?.head).to.deep.equal({ block, hash: deployed });
    await rejection(read([proxy.url], { head: hashOf('no block') }), 'LEDGER_HEAD_UNKNOWN');
  });

  describe('behind an RPC that lies', () => {
    const isSlash = (log: LogJson): boolean => log.topics[0] === topicOf('Missed') && Number(log.blockNumber) === slashed;

    it('finds an event that was left out, of the logs and of the receipts', async () => {
      proxy.alter = (call, result) => {
        if (call.method === 'eth_getLogs') return (result as LogJson[]).filter((log) => !isSlash(log));
        if (call.method === 'eth_getBlockReceipts')
          return (result as { logs: LogJson[] }[]).map((receipt) => ({ ...receipt, logs: receipt.logs.filter((log) => !isSlash(log)) }));
        return result;
      };
      expect((await caught('LEDGER_MISFIT')).data).to.include({ block: slashed, what: 'the root of its receipts', url: proxy.url });
    });

    it('finds an event that was left out of the logs only', async () => {
      proxy.alter = (call, result) => (call.method === 'eth_getLogs' ? (result as LogJson[]).filter((log) => !isSlash(log)) : result);
      const { data } = await caught('LEDGER_MISFIT');
      expect(data).to.include({ block: slashed, found: 'left out of eth_getLogs' });
      expect(data.what).to.match(/^log \d+$/);
    });

    it('finds an event whose amount was altered, and one that never happened', async () => {
      const double = (log: LogJson): LogJson => (isSlash(log) ? { ...log, data: log.data.replace(/.$/, '1') } : log);
      proxy.alter = (call, result) => (call.method === 'eth_getLogs' ? (result as LogJson[]).map(double) : result);
      expect((await caught('LEDGER_MISFIT')).data.what).to.match(/^the data of log \d+$/);
      proxy.alter = (call, result) => {
        const logs = result as LogJson[];
        return call.method === 'eth_getLogs' ? [...logs, ...logs.filter(isSlash).map((log) => ({ ...log, logIndex: '0x63' }))] : result;
      };
      expect((await caught('LEDGER_MISFIT')).data).to.include({ block: slashed, what: 'log 99', found: 'reported by eth_getLogs' });
    });

    it('finds an event altered in logs and receipts alike', async () => {
      const alter = (log: LogJson): LogJson => (isSlash(log) ? { ...log, data: log.data.replace(/.$/, '1') } : log);
      proxy.alter = (call, result) => {
        if (call.method === 'eth_getLogs') return (result as LogJson[]).map(alter);
        if (call.method === 'eth_getBlockReceipts')
          return (result as { logs: LogJson[] }[]).map((receipt) => ({ ...receipt, logs: receipt.logs.map(alter) }));
        return result;
      };
      expect((await caught('LEDGER_MISFIT')).data).to.include({ block: slashed, what: 'the root of its receipts' });
    });

    for (const [field, value] of [
      ['timestamp', '0x66000000'],
      ['stateRoot', `0x${'ab'.repeat(32)}`],
      ['logsBloom', `0x${'00'.repeat(256)}`],
      ['receiptsRoot', `0x${'cd'.repeat(32)}`],
      ['extraData', '0x01'],
    ] as const) {
      it(`finds a header whose ${field} was altered`, async () => {
        proxy.alter = (call, result) => (inBlock(call, 'eth_getBlockByNumber', slashed) ? { ...(result as Json), [field]: value } : result);
        expect((await caught('LEDGER_MISFIT')).data).to.include({ block: slashed, what: "the hash of its header's fields" });
      });
    }

    it('finds a receipt whose status was altered', async () => {
      proxy.alter = (call, result) =>
        inBlock(call, 'eth_getBlockReceipts', slashed) ? (result as Json[]).map((receipt) => ({ ...receipt, status: '0x0' })) : result;
      expect((await caught('LEDGER_MISFIT')).data).to.include({ block: slashed, what: 'the root of its receipts' });
    });

    it('finds a broken link, where a block is another one with a hash of its own', async () => {
      const other = await chain.rpc<Json>('eth_getBlockByNumber', `0x${(slashed - 5).toString(16)}`, false);
      const number = `0x${slashed.toString(16)}`;
      proxy.alter = (call, result) => (inBlock(call, 'eth_getBlockByNumber', slashed) ? { ...other, number } : result);
      expect((await caught('LEDGER_MISFIT')).data).to.include({ block: slashed });
      proxy.alter = (call, result) => {
        const forged = { ...(result as Json), stateRoot: `0x${'ab'.repeat(32)}` };
        return inBlock(call, 'eth_getBlockByNumber', slashed) ? { ...forged, hash: computedHeader(forged).hash } : result;
      };
      const what = 'the hash that its child block names as parent';
      expect((await caught('LEDGER_MISFIT')).data).to.include({ block: slashed, what });
      proxy.alter = (call, result) => (inBlock(call, 'eth_getBlockByNumber', slashed) ? null : result);
      expect((await caught('LEDGER_MISFIT')).data).to.include({ block: slashed, what: 'the block', found: 'missing' });
    });

    it('finds a head that the second RPC does not have, and where the two part', async () => {
      const forged = `0x${'f0'.repeat(32)}`;
      const from = Number(await chain.rpc<string>('eth_blockNumber')) - 7;
      proxy.alter = (call, result) =>
        call.method === 'eth_getBlockByNumber' && Number((result as Json)['number']) >= from
          ? { ...(result as Json), hash: forged }
          : result;
      expect((await caught('LEDGER_HEADS_DIFFER')).data).to.include({ block: from, first: proxy.url, says: forged, second: chain.url });
    });

    it('finds a chain that does not begin with the deployment in the book', async () => {
      const strange = { ...lively.book, deployment: { ...lively.book.deployment, hash: `0x${'12'.repeat(32)}` as Hash } };
      await withDirectory(async (home) => {
        const settings = await lively.settingsIn(home, proxy.url, chain.url);
        await writeFile(String(settings.book), bookText(strange));
        const ledger = await openLedger({ settings, verify: true, signal: AbortSignal.timeout(60_000) });
        const error = await rejection(Array.fromAsync(ledger.news({ start: {}, follow: false })), 'LEDGER_MISFIT');
        expect(error.data).to.include({ block: lively.book.deployment.block, what: 'the hash of the deployment block' });
      });
    });

    for (const [what, selector] of [
      ['credit', market.getFunction('credits').selector],
      ['stake', market.getFunction('accountOf').selector],
      ['escrow', market.getFunction('dealOf').selector],
    ] as const) {
      it(`finds the wrong ${what}, by what the events add up to`, async () => {
        proxy.alter = (call, result) => {
          const { data } = (call.params[0] ?? {}) as { data?: string };
          return call.method === 'eth_call' && data?.startsWith(selector) ? String(result).replaceAll(/[1-9a-f](?=0{3})/g, '2') : result;
        };
        expect((await caught('LEDGER_BALANCE_MISFIT')).data).to.include({ what, url: proxy.url });
      });
    }

    it('says what answers nonsense', async () => {
      proxy.alter = (call, result) => (inBlock(call, 'eth_getBlockReceipts', slashed) ? [{ logs: 'many' }] : result);
      expect((await caught('LEDGER_ANSWER_INVALID')).data).to.include({ what: `the receipts of block ${slashed}`, url: proxy.url });
    });
  });

  it('does without receipts of whole blocks, where an RPC has none', async () => {
    proxy.answer = (call) =>
      call.method === 'eth_getBlockReceipts' ? { error: { code: -32_601, message: 'the method does not exist' } } : undefined;
    const { records, verification } = await read();
    proxy.answer = () => undefined;
    expect(proxy.methods).to.include('eth_getTransactionReceipt');
    expect(verification?.counts.receipts).to.be.at.least(records.length);
  });

  for (const most of [7, 1]) {
    it(`does with batches of ${most}, where an RPC takes no larger ones`, async () => {
      const { records } = await read();
      proxy.mostCalls = most;
      const again = await read().finally(() => (proxy.mostCalls = Infinity));
      expect(again.records).to.deep.equal(records);
    });
  }
});
