import { expect } from 'chai';
import { createSettlementReader } from '../../node/chain/settlement-reader.js';
import { dealIdOf } from '../../node/core/market/deal-id.js';
import { numberedSalt } from '../../node/core/market/deal-salt.js';
import type { OpenRequest } from '../../node/core/market/deal.js';
import { leaves, period, wei, type DealId, type Hash } from '../../node/core/units.js';
import type { SettlementReader } from '../../node/ports/settlement.js';
import { actor, hashOf } from '../support/worlds/actors.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { rejection } from '../support/coded-rejection.js';
import { forgetfulness, forgetLogs } from '../support/rpc/forgetful-logs.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { withDirectory } from '../support/temporary-directory.js';
import { chainWorld, deployOn, type MarketWorld } from './market-world.js';

const TOKEN = 10n ** 18n;
const ask = { price: wei(1n), egressPrice: wei(1n), minLeaves: leaves(1), maxLeaves: leaves(10), maxPeriods: 1_000 };
const PEER_ID = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN';

describe('deals listed from the logs of an RPC that leaves some out', function () {
  this.timeout(60_000);
  let chain: TestChain;
  let proxy: RpcProxy;
  let world: MarketWorld;
  let book: Awaited<ReturnType<typeof deployOn>>;
  let head = 0;
  const opened: Record<'alice' | 'old', DealId[]> = { alice: [], old: [] };

  const requestTo = (provider: string, salt: Hash): OpenRequest => ({
    provider: actor(provider).address,
    salt,
    signer: actor('session').address,
    maxPrice: wei(1n),
    maxEgressPrice: wei(1n),
    maxEgress: wei(0n),
    maxEnd: period(100),
    maxLeaves: leaves(10),
    escrow: wei(10n ** 16n),
  });
  /** One transaction for each list, with the blocks of others between them. */
  const open = async (who: 'alice' | 'old', ...lists: readonly (readonly (readonly [provider: string, salt: Hash])[])[]): Promise<void> => {
    for (const list of lists) {
      const renter = await world.as(who);
      await renter.submit({ kind: 'open', requests: list.map(([provider, salt]) => requestTo(provider, salt)) });
      for (const [provider, salt] of list) opened[who].push(dealIdOf(world.identity, renter.account, actor(provider).address, salt));
      await world.mine(4);
    }
  };

  before(async () => {
    chain = await startAnvil();
    book = await deployOn(chain);
    world = await chainWorld(chain, book);
    for (const name of ['alice', 'old', 'bob', 'carol']) await world.fund(name, 100n * TOKEN);
    for (const name of ['bob', 'carol']) {
      const provider = await world.as(name);
      await provider.submit({
        kind: 'register',
        operator: provider.account,
        peerId: PEER_ID,
        addresses: ['/memory/one'],
        ask,
        lockLimit: wei(0n),
      });
    }
    const [first, second, third] = [0, 1, 2].map(numberedSalt) as [Hash, Hash, Hash];
    await open('alice', [['bob', first], ['carol', first]], [['bob', second]], [['bob', third], ['carol', second], ['carol', third]]); // prettier-ignore
    // As releases before did: under numbers that nobody can tell.
    await open('old', [['bob', hashOf('a')], ['carol', hashOf('b')]], [['bob', hashOf('c')]], [['bob', hashOf('d')], ['carol', hashOf('e')], ['carol', hashOf('f')]]); // prettier-ignore
    head = Number(await chain.rpc<string>('eth_blockNumber'));
    proxy = await startRpcProxy(chain.url);
  });
  after(async () => {
    await proxy.stop();
    await world.close();
    await chain.stop();
  });
  beforeEach(() => {
    proxy.alter = (_call, result) => result;
    proxy.methods.length = 0;
  });

  const reading = async <Result>(work: (reader: SettlementReader) => Promise<Result>, directory?: string): Promise<Result> => {
    const reader = await createSettlementReader({ rpcUrl: proxy.url, book, rangeBlocks: 100, ...(directory && { directory }) });
    return work(reader).finally(() => reader.close());
  };
  const idsOf = async (who: string, directory?: string): Promise<readonly DealId[]> =>
    reading(async (reader) => reader.dealIdsOf('renter', actor(who).address), directory);
  const rangesOfDeals = (): number => proxy.methods.filter((method) => method === 'eth_getLogs').length;

  for (const who of ['alice', 'old'] as const) {
    it(`all six of ${who} where it leaves out none`, async () => {
      expect(await idsOf(who)).to.deep.equal(opened[who]);
    });

    for (const how of Object.keys(forgetfulness)) {
      it(`none is taken for absent of ${who} where it ${how}`, async () => {
        forgetLogs(proxy, how, head);
        const outcome = await idsOf(who).catch((error: unknown) => error);
        // Those that one can ask on from the last of, where each transaction was told of whole, are all there.
        if (Array.isArray(outcome)) return void expect(outcome).to.deep.equal(opened[who]);
        const { data } = await rejection(Promise.reject(outcome as Error), 'LOGS_INCOMPLETE');
        expect(data.url).to.equal(proxy.url);
        expect(data.held).to.be.greaterThan(data.told);
      });
    }
  }

  it('all of them, where an answer is cut between two transactions: it is asked on from there', async () => {
    proxy.alter = ({ method }, result) => (method === 'eth_getLogs' ? (result as unknown[]).slice(0, 3) : result);
    expect(await idsOf('old')).to.deep.equal(opened.old);
    expect(rangesOfDeals()).to.be.greaterThan(2);
  });

  it('is refused where an answer is cut within a transaction, by its receipt', async () => {
    proxy.alter = ({ method, params }, result) => {
      const { address } = (params[0] ?? {}) as { address?: string | string[] };
      return method === 'eth_getLogs' && [address].flat().includes(book.market) ? (result as unknown[]).slice(0, 1) : result;
    };
    const { message } = await rejection(idsOf('old'), 'LOGS_INCOMPLETE');
    expect(message).to.match(/tell of 1 events in transaction 0x[0-9a-f]{64}, and the contracts of 2/);
  });

  it('is refused where an index that is kept goes on with logs that begin later than it ended', async () => {
    await withDirectory(async (directory) => {
      expect(await idsOf('old', directory)).to.deep.equal(opened.old);
      const late = await world.as('dora');
      await world.fund('dora', 0n);
      await world.mine(2);
      await late.submit({ kind: 'register', operator: late.account, peerId: PEER_ID, addresses: ['/memory/two'], ask, lockLimit: wei(0n) });
      await open('old', [['bob', hashOf('g')]]);
      const since = Number(await chain.rpc<string>('eth_blockNumber'));
      forgetLogs(proxy, 'has pruned all but the last blocks', since);
      await rejection(idsOf('old', directory), 'LOGS_INCOMPLETE');
      proxy.alter = (_call, result) => result;
      expect(await idsOf('old', directory)).to.deep.equal(opened.old);
    });
  });

  it('is read anew from another RPC once one was seen to leave something out', async () => {
    await withDirectory(async (directory) => {
      proxy.alter = ({ method, params }, result) => {
        const { address } = (params[0] ?? {}) as { address?: string | string[] };
        return method === 'eth_getLogs' && [address].flat().includes(book.market) ? [] : result;
      };
      const { data } = await rejection(idsOf('alice', directory), 'LOGS_INCOMPLETE');
      expect(data).to.deep.equal({ url: proxy.url, what: 'deals', told: 0, held: 6 });
      proxy.alter = (_call, result) => result;
      expect(await idsOf('alice', directory)).to.deep.equal(opened.alice);
    });
  });

  it('a wallet without deals has none, and a market without providers nobody’s, also without logs of ours', async () => {
    expect(await idsOf('stranger')).to.deep.equal([]);
    const other = await deployOn(chain);
    proxy.alter = ({ method }, result) => (method === 'eth_getLogs' ? [] : result);
    const reader = await createSettlementReader({ rpcUrl: proxy.url, book: other });
    expect(await reader.dealIdsOf('renter', actor('alice').address)).to.deep.equal([]);
    reader.close();
  });
});
