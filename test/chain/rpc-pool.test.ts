import { expect } from 'chai';
import { join } from 'node:path';
import { openRpcPool, type RpcPoolOptions } from '../../node/chain/rpc/pool.js';
import { createSettlementReader } from '../../node/chain/settlement-reader.js';
import { createSettlement, type SettlementOptions } from '../../node/chain/settlement.js';
import { addressOf } from '../../node/core/keys/signing.js';
import { leaves, period, wei } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { startAnvil, testKeys, type TestChain } from '../support/rpc/anvil.js';
import { rejection } from '../support/coded-rejection.js';
import { createRecordedLog, type RecordedLog } from '../support/recorded-log.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { deployOn } from './market-world.js';

type Answer = RpcProxy['answer'];

const key = testKeys[0];
const account = addressOf(key);
const PEER_ID = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN';
const ask = { price: wei(10n ** 18n), egressPrice: wei(5n), minLeaves: leaves(1), maxLeaves: leaves(1 << 25), maxPeriods: 1_000 };
/** An endpoint that changes the answers to one method. */
const lyingOn =
  (method: string, lie: unknown): Answer =>
  (call) =>
    call.method === method ? { result: lie } : undefined;

describe('several RPCs of one chain', function () {
  this.timeout(60_000);
  let chain: TestChain;
  let book: Awaited<ReturnType<typeof deployOn>>;
  let proxies: RpcProxy[];
  let one: RpcProxy;
  let other: RpcProxy;
  let log: RecordedLog;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let opened: { close(): unknown }[];

  before(async () => {
    chain = await startAnvil();
    book = await deployOn(chain);
    const directory = await temporaryDirectory();
    const provider = await createSettlement({ rpcUrl: chain.url, book, signerKey: key, directory: directory.path, pollMilliseconds: 10 });
    await provider.submit({
      kind: 'register',
      operator: account,
      peerId: PEER_ID,
      addresses: ['/ip4/127.0.0.1/tcp/1'],
      ask,
      lockLimit: wei(0n),
    });
    await provider.close();
    await directory.remove();
  });
  after(async () => chain.stop());
  beforeEach(async () => {
    folder = await temporaryDirectory();
    log = createRecordedLog();
    opened = [];
    proxies = [await startRpcProxy(chain.url), await startRpcProxy(chain.url)];
    [one, other] = proxies as [RpcProxy, RpcProxy];
  });
  afterEach(async () => {
    for (const client of opened) await client.close();
    for (const proxy of proxies) await proxy.stop();
    await folder.remove();
  });

  const quick = (): Omit<RpcPoolOptions, 'chainId'> => ({
    rpcUrl: proxies.map(({ url }) => url),
    patienceMilliseconds: 500,
    pollMilliseconds: 10,
    graceMilliseconds: 0,
    asideMilliseconds: 50,
    log,
  });
  const act = async (options: Partial<SettlementOptions> = {}): Promise<Settlement> => {
    const settlement = await createSettlement({ ...quick(), book, signerKey: key, directory: folder.path, ...options });
    opened.push(settlement);
    return settlement;
  };
  const addProxy = async (): Promise<RpcProxy> => {
    const proxy = await startRpcProxy(chain.url);
    proxies.push(proxy);
    return proxy;
  };
  const sent = ({ methods }: RpcProxy): number => methods.filter((method) => method === 'eth_sendRawTransaction').length;
  const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = AbortSignal.timeout(20_000);
    while (!(await holds())) {
      if (deadline.aborted) throw new Error(`waited in vain until ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  /** A provider without deals has nothing to prove, and the market takes anything for it. */
  const proof = { kind: 'prove', provider: account, period: period(1), samples: new Uint8Array(3) } as const;
  const stake = { kind: 'stake', provider: account, amount: wei(1n) } as const;

  describe('failover', () => {
    it('one endpoint answers everything, a signed transaction goes to both, and is mined once', async () => {
      const settlement = await act();
      other.methods.length = 0;
      await settlement.head();
      await settlement.balances(account);
      expect(other.methods).to.deep.equal([]);
      const before = (await settlement.balances(account)).coin;
      const receipt = await settlement.submit({ kind: 'sendCoin', to: `0x${'11'.repeat(20)}` as never, amount: 5n as never });
      expect((await settlement.balances(account)).coin).to.equal(before - 5n - receipt.fee);
      expect([sent(one), sent(other)]).to.deep.equal([1, 1]);
    });

    it('an endpoint that drops in the middle of a run is set aside by name, and comes back', async () => {
      await addProxy();
      const settlement = await act();
      await settlement.submit({ kind: 'approve', amount: wei(10n) });
      one.down = true;
      expect((await settlement.submit({ kind: 'approve', amount: wei(20n) })).events).to.have.lengthOf(1);
      expect((await settlement.agreed.balances(account)).allowance).to.equal(20n);
      const [aside] = log.lines.filter(({ event }) => event === 'rpc-set-aside');
      expect(aside?.facts).to.include({ url: one.url });
      one.down = false;
      await until('it is back', async () => {
        await settlement.head();
        return log.events('info').includes('rpc-returned');
      });
      one.methods.length = 0;
      await until('it answers again', async () => {
        await settlement.head();
        return one.methods.includes('eth_getBlockByNumber');
      });
    });

    for (const [what, answer] of [
      ['limits the rate', () => ({ error: { code: -32_005, message: 'daily request count exceeded, request rate limited' } })],
      ['fails inside', () => ({ error: { code: -32_603, message: 'Internal error' } })],
      ['has not got the block', () => ({ error: { code: -32_000, message: 'header not found' } })],
      ['cuts the line', () => 'drop'],
      ['hangs', () => 'hang'],
    ] as const satisfies readonly (readonly [string, Answer])[]) {
      it(`another answers while one ${what}`, async () => {
        const settlement = await act({ timeoutMilliseconds: 1_000, patienceMilliseconds: 30_000 });
        one.answer = answer;
        expect((await settlement.balances(account)).token > 0n).to.equal(true);
        expect(log.lines.filter(({ level }) => level === 'warn').map(({ facts }) => facts['url'])).to.include(one.url);
      });
    }

    it('a revert and a refused range are answers, and no reason to ask another', async () => {
      const settlement = await act();
      other.methods.length = 0;
      await rejection(settlement.seed(period(1_000)), 'SEED_UNAVAILABLE');
      one.answer = ({ method }) =>
        method === 'eth_getLogs' ? { error: { code: -32_005, message: 'query returned more than 10000 results' } } : undefined;
      await rejection(settlement.events(book.deployment.block, book.deployment.block), 'RPC_REFUSED');
      expect(other.methods).to.deep.equal([]);
      expect(log.events('warn')).to.deep.equal([]);
    });

    it('one that lags is passed over for one that does not, and serves when it is all there is', async () => {
      const third = await addProxy();
      await chain.rpc('anvil_mine', '0x20');
      other.answer = ({ method }) => (method === 'eth_blockNumber' ? { result: '0x3' } : undefined);
      const rpc = await openRpcPool({ ...quick(), watchMilliseconds: 0 });
      opened.push(rpc);
      await rpc.read(async () => rpc.provider.getBlock('latest'));
      await until('it is set aside', () => log.events('warn').includes('rpc-set-aside'));
      const [aside] = log.lines.filter(({ event }) => event === 'rpc-set-aside');
      expect(aside?.facts).to.have.property('url', other.url);
      expect(aside?.facts['reason']).to.match(/blocks behind, at block 3$/);
      one.down = true;
      expect(await rpc.read(async () => rpc.provider.getBlockNumber())).to.be.greaterThan(3);
      third.down = true;
      expect(await rpc.read(async () => rpc.provider.getBlockNumber())).to.equal(3);
    });

    it('all of another chain are refused at the start, by name', async () => {
      one.answer = lyingOn('eth_chainId', '0x6');
      other.answer = lyingOn('eth_chainId', '0x5');
      const error = await rejection(createSettlementReader({ ...quick(), book }), 'WRONG_CHAIN');
      expect(error.data).to.deep.equal({ url: one.url, expected: 31_337n, actual: 6n });
    });

    it('of another chain and silent: nobody is refused, and the error names both', async () => {
      one.answer = lyingOn('eth_chainId', '0x6');
      other.down = true;
      const error = await rejection(createSettlementReader({ ...quick(), book }), 'RPC_UNREACHABLE');
      expect(error.data.url).to.equal(other.url);
      expect(error.data.reason).to.match(new RegExp(`; ${one.url} serves chain 6, and not 31337$`));
    });

    it('one of another chain at the start is set aside with an alarm, and used again once it serves the right one', async () => {
      one.answer = lyingOn('eth_chainId', '0x5');
      const settlement = await act({ timeoutMilliseconds: 1_000 });
      expect(log.lines.find(({ level }) => level === 'alarm')).to.deep.include({
        event: 'rpc-chain-wrong',
        facts: { url: one.url, expected: 31_337n, actual: 5n },
      });
      await settlement.submit(proof, { priority: 'audit' });
      expect([sent(one), sent(other)]).to.deep.equal([0, 1]);
      expect(one.methods).not.to.include('eth_call');
      // Money moves as little as with one that is down.
      const error = await rejection(settlement.agreed.balances(account), 'RPC_UNREACHABLE');
      expect(error.data).to.deep.include({ url: one.url });
      expect(error.data.reason).to.match(/^it serves chain 5, and not 31337/);
      one.answer = () => undefined;
      await until('it is back', async () => {
        await settlement.head();
        return log.events('info').includes('rpc-returned');
      });
      await settlement.agreed.balances(account);
      await settlement.submit({ kind: 'approve', amount: wei(7n) });
      expect([sent(one), sent(other)]).to.deep.equal([1, 2]);
      expect(log.events('alarm')).to.deep.equal(['rpc-chain-wrong']);
    });

    it('one that turns to another chain later is set aside with an alarm, once', async () => {
      const reader = await createSettlementReader({ ...quick(), book, watchMilliseconds: 0 });
      opened.push(reader);
      one.answer = lyingOn('eth_chainId', '0x5');
      await until('the alarm goes off', async () => {
        await reader.head();
        return log.events('alarm').length > 0;
      });
      expect(log.lines.find(({ level }) => level === 'alarm')).to.deep.include({
        event: 'rpc-chain-wrong',
        facts: { url: one.url, expected: 31_337n, actual: 5n },
      });
      one.methods.length = 0;
      await until('it was looked at again', async () => {
        await reader.head();
        return one.methods.filter((method) => method === 'eth_chainId').length > 1;
      });
      expect(one.methods).not.to.include('eth_getBlockByNumber');
      // It falls silent, and answers again with the wrong chain: that is nothing new.
      const looks = () => one.methods.filter((method) => method === 'eth_chainId').length;
      for (const answer of [() => ({ error: { code: -32_603, message: 'overloaded' } }), lyingOn('eth_chainId', '0x5')]) {
        one.answer = answer;
        const before = looks();
        await until('it was looked at', async () => {
          await reader.head();
          return looks() > before + 1;
        });
      }
      expect(log.events('alarm')).to.have.lengthOf(1);
    });

    it('starts while one is down, not when all are', async () => {
      one.down = true;
      const reader = await createSettlementReader({ ...quick(), book });
      opened.push(reader);
      expect((await reader.head()).block).to.be.greaterThan(0);
      other.down = true;
      await rejection(createSettlementReader({ ...quick(), book }), 'RPC_UNREACHABLE');
    });

    it('tells two of one host apart without the keys in their addresses', async () => {
      const url = one.url.replace('http://', 'http://user:pass@');
      const answer: Answer = lyingOn('eth_chainId', '0x5');
      one.answer = answer;
      const error = await rejection(openRpcPool({ ...quick(), rpcUrl: [`${url}/k1`, `${url}/k2`], chainId: 31_337n }), 'WRONG_CHAIN');
      expect(error.data.url).to.equal(`${one.url} (address 1)`);
    });
  });

  describe('agreement for money', () => {
    it('an altered balance is found by the other RPC, named, and an alarm', async () => {
      const settlement = await act();
      const { block } = await settlement.head();
      one.answer = lyingOn('eth_getBalance', '0x1234');
      const error = await rejection(settlement.agreed.balances(account), 'RPC_DISAGREES');
      expect(error.data).to.deep.include({ block, one: one.url, oneSays: '0x1234', other: other.url });
      expect(error.data.what).to.equal(`eth_getBalance of ${account}`);
      await rejection(settlement.agreed.balances(account), 'RPC_DISAGREES');
      expect(log.lines.filter(({ level }) => level === 'alarm').map(({ event, facts }) => [event, facts['one']])).to.deep.equal([
        ['rpcs-disagreed', one.url],
      ]);
      expect((await settlement.balances(account)).coin).to.equal(0x1234n);
    });

    it('an altered answer of a contract is found, from the first call on', async () => {
      const settlement = await act();
      await settlement.agreed.head();
      one.answer = ({ method }) => (method === 'eth_call' ? { result: `0x${'00'.repeat(31)}07` } : undefined);
      const error = await rejection(settlement.agreed.missesThrough(account, period(5)), 'RPC_DISAGREES');
      expect(error.data.what).to.match(new RegExp(`^eth_call 0x[0-9a-f]{8} to ${book.market}$`, 'i'));
      expect([error.data.one, error.data.other]).to.deep.equal([one.url, other.url]);
    });

    it('an altered block hash stops every action but a proof, and both hashes are named', async () => {
      const settlement = await act();
      await settlement.agreed.head();
      const truth = await settlement.head();
      const lie = `0x${'ab'.repeat(32)}`;
      other.answer = ({ method }) =>
        method === 'eth_getBlockByNumber'
          ? { result: { number: `0x${truth.block.toString(16)}`, hash: lie, parentHash: lie, timestamp: '0x1' } }
          : undefined;
      for (const action of [stake, { kind: 'approve', amount: wei(1n) }, { kind: 'batch', items: [] }] as const) {
        const error = await rejection(settlement.submit(action), 'RPC_DISAGREES');
        expect(error.data).to.deep.equal({
          what: 'the block hash',
          block: truth.block,
          one: one.url,
          oneSays: truth.hash,
          other: other.url,
          otherSays: lie,
        });
      }
      expect(sent(one) + sent(other)).to.equal(0);
      await settlement.submit(proof, { priority: 'audit' });
      expect([sent(one), sent(other)]).to.deep.equal([1, 1]);
      await until('it is told of', () => log.events('warn').includes('transaction-unagreed'));
    });

    it('forks of a moment are waited out without an alarm', async () => {
      const settlement = await act({ graceMilliseconds: 60_000, patienceMilliseconds: 30_000 });
      await settlement.agreed.head();
      let forks = 3;
      other.answer = ({ method, params }) => {
        if (method !== 'eth_getBlockByNumber' || params[0] === 'latest' || forks-- <= 0) return undefined;
        return { result: { number: params[0], hash: `0x${'cd'.repeat(32)}`, parentHash: '0x0', timestamp: '0x1' } };
      };
      expect(await settlement.agreed.head()).to.deep.equal(await settlement.head());
      expect(forks).to.be.lessThan(1);
      expect(log.events('alarm')).to.deep.equal([]);
    });

    it('rests on the newest block that both have', async () => {
      const settlement = await act();
      await settlement.agreed.head();
      const before = await settlement.head();
      const behind = await chain.rpc('eth_getBlockByNumber', `0x${before.block.toString(16)}`, false);
      await chain.rpc('evm_mine');
      other.answer = ({ method, params }) => (method === 'eth_getBlockByNumber' && params[0] === 'latest' ? { result: behind } : undefined);
      expect(await settlement.agreed.head()).to.deep.equal(before);
      expect((await settlement.head()).block).to.equal(before.block + 1);
    });

    it('waits with money while one of two is down', async () => {
      const settlement = await act({ patienceMilliseconds: 30_000 });
      await settlement.agreed.head();
      other.down = true;
      const waiting = settlement.submit({ kind: 'approve', amount: wei(6n) });
      await until('it is missed', () => log.events('warn').includes('rpc-unreachable'));
      expect(sent(one)).to.equal(0);
      other.down = false;
      expect((await waiting).events).to.have.lengthOf(1);
    });

    it('with one of two down, reads go on, and money fails once patience ends, naming the one that is missing', async () => {
      const settlement = await act();
      await settlement.submit({ kind: 'approve', amount: wei(5n) });
      other.down = true;
      await rejection(settlement.submit(stake), 'RPC_UNREACHABLE');
      const error = await rejection(settlement.agreed.balances(account), 'RPC_UNREACHABLE');
      expect(error.data.url).to.equal(other.url);
      expect(error.data.reason).to.match(/\(2 RPCs must agree before money moves\)$/);
      expect((await settlement.balances(account)).allowance).to.equal(5n);
      expect(sent(one)).to.equal(1);
    });

    it('with one of two down, a proof goes out', async () => {
      const settlement = await act();
      other.down = true;
      await settlement.submit(proof, { priority: 'audit' });
      expect(sent(one)).to.equal(1);
      await until('it is told of', () => log.events('warn').includes('transaction-unagreed'));
    });

    it('an agreement of one asks for no second opinion', async () => {
      const settlement = await act({ agreement: 1 });
      other.down = true;
      await settlement.submit({ kind: 'approve', amount: wei(3n) });
      expect((await settlement.agreed.balances(account)).allowance).to.equal(3n);
    });
  });

  describe('transactions', () => {
    let still: TestChain;
    beforeEach(async () => {
      still = await startAnvil(['--no-mining']);
      for (const proxy of proxies) await proxy.stop();
      proxies = [await startRpcProxy(still.url), await startRpcProxy(still.url)];
      [one, other] = proxies as [RpcProxy, RpcProxy];
    });
    afterEach(async () => still.stop());

    const to = `0x${'77'.repeat(20)}` as never;
    const mine = async (blocks: number): Promise<unknown> => still.rpc('anvil_mine', `0x${blocks.toString(16)}`);
    const minedWhile = async <T>(work: Promise<T>): Promise<T> => {
      const done = work.then(() => true);
      const block = async (): Promise<boolean> => mine(1).then(async () => new Promise((resolve) => setTimeout(resolve, 30, false)));
      while (!(await Promise.race([done, block()])));
      return work;
    };
    const queueOn = async () => {
      const { createTransactionQueue } = await import('../../node/chain/transactions/queue.js');
      const rpc = await openRpcPool(quick());
      const queue = await createTransactionQueue({
        rpc,
        signerKey: testKeys[1],
        directory: join(folder.path, 'queue'),
        closeMilliseconds: 500,
        log,
      });
      opened.push({ close: async () => queue.close().then(() => rpc.close()) });
      return queue;
    };
    const transfer = { action: 'transfer', to, data: '0x', value: 7n } as const;

    it('an RPC that says a nonce is lost does not have the same action signed twice', async () => {
      const queue = await queueOn();
      const told = rejection(queue.submit(transfer), 'RPC_DISAGREES');
      await until('it was sent', () => sent(one) > 0);
      one.answer = ({ method }) => {
        if (method === 'eth_getTransactionCount') return { result: '0x9' };
        return method === 'eth_getTransactionReceipt' ? { result: null } : undefined;
      };
      // Blocks go by without it, as the liar says they did with another of the same nonce.
      for (let block = 0; block < 4; block++) {
        one.methods.length = 0;
        await until('it was looked for', () => one.methods.filter((method) => method === 'eth_getTransactionReceipt').length > 1);
        await still.rpc('anvil_setNextBlockBaseFeePerGas', '0x1dcd65000');
        await mine(1);
      }
      expect((await told).data).to.include({ one: one.url, oneSays: '0x9', other: other.url, otherSays: '0x0' });
      one.answer = () => undefined;
      expect((await minedWhile(queue.submit({ ...transfer, value: 1n }))).status).to.equal(1);
      expect(Number(await still.rpc<string>('eth_getTransactionCount', addressOf(testKeys[1]), 'latest'))).to.equal(2);
      expect(BigInt(await still.rpc<string>('eth_getBalance', to, 'latest'))).to.equal(8n);
    });

    it('a receipt that only one RPC shows is not yet one', async () => {
      const queue = await queueOn();
      other.answer = lyingOn('eth_getTransactionReceipt', null);
      let done = false;
      const submitted = queue.submit(transfer).then((receipt) => {
        done = true;
        return receipt;
      });
      await until('it was sent', () => sent(one) > 0);
      await mine(1);
      other.methods.length = 0;
      await until('the other was asked', () => other.methods.filter((method) => method === 'eth_getTransactionReceipt').length > 1);
      expect(done).to.equal(false);
      other.answer = () => undefined;
      expect((await submitted).status).to.equal(1);
    });
  });
});
