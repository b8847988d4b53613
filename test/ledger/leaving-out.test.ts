import { expect } from 'chai';
import { openLedger, type Ledger, type LedgerStart } from '../../node/app/ledger/session.js';
import { IProviderRegistry__factory } from '../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IStorageMarket__factory } from '../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { blockNumber } from '../../node/core/units.js';
import { startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { forgetfulness, forgetLogs } from '../support/rpc/forgetful-logs.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { withDirectory } from '../support/temporary-directory.js';
import { makeLivelyMarket, type LivelyMarket } from './lively-market.js';

describe('a ledger told by an RPC that leaves events out', function () {
  this.timeout(120_000);
  let chain: TestChain;
  let proxy: RpcProxy;
  let lively: LivelyMarket;
  let head = 0;

  before(async () => {
    chain = await startAnvil();
    lively = await makeLivelyMarket(chain);
    proxy = await startRpcProxy(chain.url);
    head = Number(await chain.rpc<string>('eth_blockNumber'));
  });
  after(async () => {
    await proxy.stop();
    await lively.close();
    await chain.stop();
  });
  beforeEach(() => {
    proxy.alter = (_call, result) => result;
  });

  const read = async (start: LedgerStart = {}): Promise<ReturnType<Ledger['held']>> =>
    withDirectory(async (home) => {
      const settings = await lively.settingsIn(home, proxy.url);
      const ledger = await openLedger({ settings, verify: false, signal: AbortSignal.timeout(60_000) });
      for await (const news of ledger.news({ start, follow: false })) expect(news.kind).not.to.equal('undone');
      return ledger.held();
    });
  const refusal = async (start?: LedgerStart): Promise<string> =>
    read(start).then(
      () => 'none',
      (error: unknown) => {
        if (!isHoldfastError(error, 'LOGS_INCOMPLETE', 'LEDGER_BALANCE_MISFIT')) throw error;
        expect(error.message).to.include(proxy.url);
        return error.code;
      },
    );
  /** Logs without those that have `topic` first. */
  const without = (topic: string, most = Infinity): void => {
    let left = most;
    proxy.alter = ({ method }, result) =>
      method === 'eth_getLogs' ? (result as { topics: string[] }[]).filter(({ topics }) => topics[0] !== topic || left-- <= 0) : result;
  };

  it('is what the contracts come to where none is left out, from the beginning and from a block on', async () => {
    expect(await read()).to.deep.include({ block: head, refused: 0 });
    expect((await read())?.checked).to.be.greaterThan(15);
    expect(await read({ block: blockNumber(head - 30) })).to.deep.include({ refused: 0 });
  });

  for (const how of Object.keys(forgetfulness)) {
    it(`is refused from one that ${how}, from the beginning and from a block before the last proof on`, async () => {
      forgetLogs(proxy, how, head);
      expect(await refusal()).not.to.equal('none');
      expect(await refusal({ block: blockNumber(lively.book.deployment.block + 5) })).not.to.equal('none');
    });
  }

  it('is refused without a proof, which moves no tokens, while its provider stores something', async () => {
    const topic = IStorageMarket__factory.createInterface().getEvent('Proven').topicHash;
    const proofs = await chain.rpc<{ blockNumber: string }[]>('eth_getLogs', { fromBlock: '0x0', topics: [topic] });
    const newest = await chain.rpc('eth_getBlockByNumber', proofs.at(-1)?.blockNumber, false);
    proxy.answer = ({ method, params }) => (method === 'eth_getBlockByNumber' && params[0] === 'latest' ? { result: newest } : undefined);
    expect(await refusal()).to.equal('none');
    without(topic);
    expect(await refusal()).to.equal('LOGS_INCOMPLETE');
    expect(await refusal({ block: blockNumber(Number(proofs.at(-1)?.blockNumber) - 3) })).to.equal('LOGS_INCOMPLETE');
    proxy.answer = () => undefined;
  });

  it('is refused without a registration, which moves no tokens either', async () => {
    without(IProviderRegistry__factory.createInterface().getEvent('ProviderRegistered').topicHash, 1);
    expect(await refusal()).to.equal('LOGS_INCOMPLETE');
  });

  it('says what it could not be held against, where the RPC has no state of the blocks before', async () => {
    const start = head - 30;
    proxy.answer = ({ method, params }) =>
      method === 'eth_call' && Number(params[1]) === start - 1 ? { error: { code: -32_000, message: 'missing trie node' } } : undefined;
    expect(await read({ block: blockNumber(start) })).to.deep.include({ refused: 1 });
    proxy.answer = () => undefined;
  });
});
