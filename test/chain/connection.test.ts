import { expect } from 'chai';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { contractRoles } from '../../node/chain/market/market-book.js';
import { openRpc } from '../../node/chain/rpc/rpc.js';
import { createSettlementReader } from '../../node/chain/settlement-reader.js';
import { keccak256 } from '../../node/core/data/keccak.js';
import { address, blockNumber, hash, wei } from '../../node/core/units.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { rejection } from '../support/coded-rejection.js';
import { createRecordedMetrics } from '../support/recorded-metrics.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { deployOn } from './market-world.js';

describe('connection to a chain', function () {
  this.timeout(60_000);
  let chain: TestChain;
  let proxy: RpcProxy;
  let book: Awaited<ReturnType<typeof deployOn>>;

  before(async () => {
    chain = await startAnvil();
    book = await deployOn(chain);
  });
  after(async () => chain.stop());
  beforeEach(async () => {
    proxy = await startRpcProxy(chain.url);
  });
  afterEach(async () => proxy.stop());

  const answering = async (status: number, body: string): Promise<{ url: string; stop(): Promise<void> }> => {
    const server = createServer((_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const stop = async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
  };

  it('counts its calls by method and outcome, and how long they took', async () => {
    const metrics = createRecordedMetrics();
    const rpc = await openRpc({ rpcUrl: proxy.url, metrics, patienceMilliseconds: 0 });
    const calls = (method: string, outcome: string): number => metrics.value('holdfast_rpc_calls_total', { method, outcome });
    await rpc.read(async () => Promise.all([rpc.provider.getBlockNumber(), rpc.provider.getBalance(book.market)]));
    expect([calls('eth_blockNumber', 'answered'), calls('eth_getBalance', 'answered')]).to.deep.equal([1, 1]);
    await rejection(
      rpc.once(async (): Promise<unknown> => rpc.provider.send('anvil_nonsense', [])),
      'RPC_REFUSED',
    );
    expect(calls('other', 'refused')).to.equal(1);
    proxy.down = true;
    await rejection(
      rpc.once(async () => rpc.provider.getBlockNumber()),
      'RPC_UNREACHABLE',
    );
    expect(calls('eth_blockNumber', 'unreachable')).to.equal(1);
    expect(metrics.value('holdfast_rpc_call_seconds', { method: 'eth_blockNumber' })).to.equal(2);
    rpc.close();
  });

  it('names both chains when they differ', async () => {
    const error = await rejection(createSettlementReader({ rpcUrl: proxy.url, book: { ...book, chainId: 5n } }), 'WRONG_CHAIN');
    expect(error.data).to.deep.equal({ url: proxy.url, expected: 5n, actual: 31_337n });
  });

  it('names the address when there is no market', async () => {
    const market = address(`0x${'12'.repeat(20)}`);
    const error = await rejection(createSettlementReader({ rpcUrl: proxy.url, book: { ...book, market } }), 'MARKET_MISSING');
    expect(error.data).to.deep.equal({ url: proxy.url, market });
  });

  it('tells another deployment by the hash of its block', async () => {
    const deployment = { ...book.deployment, hash: hash(`0x${'34'.repeat(32)}`) };
    const error = await rejection(createSettlementReader({ rpcUrl: proxy.url, book: { ...book, deployment } }), 'DEPLOYMENT_MISMATCH');
    expect(error.data).to.deep.include({ expected: deployment.hash, found: book.deployment.hash });
  });

  it('is no sign of another deployment that an RPC has not come to it yet', async () => {
    const block = blockNumber(book.deployment.block + 1_000);
    const head = Number(await chain.rpc<string>('eth_blockNumber'));
    const late = { ...book, deployment: { ...book.deployment, block } };
    for (const gone of [late, { ...late, market: address(`0x${'12'.repeat(20)}`) }]) {
      const error = await rejection(createSettlementReader({ rpcUrl: proxy.url, book: gone }), 'RPC_BEHIND');
      expect(error.data).to.deep.equal({ url: proxy.url, block: head, deployment: block });
    }
  });

  it('refuses a view of another market', async () => {
    const other = await deployOn(chain);
    await rejection(createSettlementReader({ rpcUrl: proxy.url, book: { ...book, view: other.view } }), 'DEPLOYMENT_MISMATCH');
  });

  for (const role of contractRoles) {
    it(`refuses a ${role} whose code is another, or gone, by name`, async () => {
      const code = await chain.rpc<string>('eth_getCode', book[role], 'latest');
      for (const [changed, found] of [
        ['0x', 'no code'],
        ['0x00', keccak256(new Uint8Array(1))],
      ] as const) {
        await chain.rpc('anvil_setCode', book[role], changed);
        const gone = role === 'market' && changed === '0x';
        const error = await rejection(createSettlementReader({ rpcUrl: proxy.url, book }), gone ? 'MARKET_MISSING' : 'DEPLOYMENT_MISMATCH');
        if (!gone) expect(error.data).to.deep.equal({ what: `code of the ${role}`, expected: book.code[role], found });
      }
      await chain.rpc('anvil_setCode', book[role], code);
    });
  }

  it('refuses parameters that are others on chain, by name', async () => {
    for (const name of ['windowBlocks', 'unit'] as const) {
      const parameters = { ...book.parameters, [name]: name === 'unit' ? wei(7n) : 7 };
      const error = await rejection(createSettlementReader({ rpcUrl: proxy.url, book: { ...book, parameters } }), 'DEPLOYMENT_MISMATCH');
      expect(error.data).to.deep.equal({ what: `parameter ${name}`, expected: '7', found: String(book.parameters[name]) });
    }
  });

  it('refuses the contracts of two markets in one book', async () => {
    const other = await deployOn(chain);
    for (const [role, what] of [
      ['registry', 'registry that the market asks'],
      ['vault', 'vault of the market'],
      ['token', 'token in the vault'],
    ] as const) {
      const mixed = { ...book, [role]: other[role], code: { ...book.code, [role]: other.code[role] } };
      const error = await rejection(createSettlementReader({ rpcUrl: proxy.url, book: mixed }), 'DEPLOYMENT_MISMATCH');
      expect(error.data).to.deep.equal({ what, expected: other[role], found: book[role] });
    }
  });

  it('lets a chain of another family keep its old blocks to itself, and no other chain', async () => {
    const old = `0x${book.deployment.block.toString(16)}`;
    proxy.answer = ({ method, params }) =>
      method === 'eth_getBlockByNumber' && params[0] === old ? { error: { code: -32_000, message: 'lookback too long' } } : undefined;
    (await createSettlementReader({ rpcUrl: proxy.url, book: { ...book, family: 'other' } })).close();
    await rejection(createSettlementReader({ rpcUrl: proxy.url, book }), 'RPC_REFUSED');
  });

  it('says so when nobody answers, without the secrets in the address', async () => {
    const url = proxy.url;
    await proxy.stop();
    const secret = `${url.replace('http://', 'http://user:pass@')}/v3/key`;
    const error = await rejection(createSettlementReader({ rpcUrl: secret, book }), 'RPC_UNREACHABLE');
    expect(error.data).to.deep.equal({ url, reason: 'ECONNREFUSED' });
    proxy = await startRpcProxy(chain.url);
    await rejection(openRpc({ rpcUrl: 'not a url' }), 'RPC_UNREACHABLE');
  });

  for (const [what, status, body] of [
    ['is no JSON', 200, 'hello'],
    ['is no JSON-RPC', 200, '{"hello":1}'],
    ['refuses the key', 401, 'no'],
    ['is busy', 503, ''],
  ] as const) {
    it(`says so when the other end ${what}`, async () => {
      const server = await answering(status, body);
      await rejection(openRpc({ rpcUrl: server.url }), 'RPC_UNREACHABLE');
      await server.stop();
    });
  }

  it('gives up on an answer that does not come or does not end', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const error = await rejection(openRpc({ rpcUrl: url, timeoutMilliseconds: 50 }), 'RPC_UNREACHABLE');
    expect(error.data.reason).to.equal('no answer within 50 ms');
    silent.closeAllConnections();
    silent.close();
    const endless = await answering(200, JSON.stringify({ jsonrpc: '2.0', id: 1, result: '0'.repeat(5_000) }));
    await rejection(openRpc({ rpcUrl: endless.url, answerBytes: 4_000 }), 'RPC_REFUSED');
    await endless.stop();
  });

  it('reads go on when the RPC comes back, and end when the signal or patience does', async () => {
    const reader = await createSettlementReader({ rpcUrl: proxy.url, book, patienceMilliseconds: 30_000 });
    const impatient = await createSettlementReader({ rpcUrl: proxy.url, book, patienceMilliseconds: 0 });
    const before = await reader.head();
    proxy.down = true;
    await rejection(impatient.head(), 'RPC_UNREACHABLE');
    const stop = new AbortController();
    const stopped = reader.head(stop.signal).catch((error: unknown) => error);
    stop.abort(new Error('enough'));
    expect(await stopped).to.have.property('message', 'enough');
    const patient = reader.head();
    proxy.down = false;
    expect(await patient).to.deep.equal(before);
    reader.close();
    impatient.close();
  });

  it('heads wait an outage out', async () => {
    const reader = await createSettlementReader({ rpcUrl: proxy.url, book, pollMilliseconds: 10, patienceMilliseconds: 0 });
    const stop = new AbortController();
    const heads = reader.heads(stop.signal)[Symbol.asyncIterator]();
    const first = (await heads.next()).value as { block: number };
    proxy.down = true;
    const next = heads.next();
    await chain.rpc('evm_mine');
    await rejection(reader.head(), 'RPC_UNREACHABLE');
    proxy.down = false;
    expect(((await next).value as { block: number }).block).to.equal(first.block + 1);
    stop.abort();
    expect((await heads.next()).done).to.equal(true);
    reader.close();
  });

  it('events come in bounded ranges, halved while the node refuses', async () => {
    const reader = await createSettlementReader({ rpcUrl: proxy.url, book, rangeBlocks: 8 });
    await chain.rpc('anvil_mine', '0x40');
    const widths: number[] = [];
    proxy.answer = ({ method, params }) => {
      if (method !== 'eth_getLogs') return undefined;
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      widths.push(Number(toBlock) - Number(fromBlock) + 1);
      return Number(toBlock) - Number(fromBlock) > 3
        ? { error: { code: -32_005, message: 'query returned more than 10000 results' } }
        : undefined;
    };
    const { block } = await reader.head();
    const events = await reader.events(0 as never, block);
    expect(Math.max(...widths)).to.equal(8);
    expect(events.filter(({ name }) => name === 'Transfer')).to.have.lengthOf(1);
    expect(events.every((event, index) => index === 0 || event.block >= (events[index - 1]?.block ?? 0))).to.equal(true);
    reader.close();
  });
});
