import { expect } from 'chai';
import { openLedger } from '../../node/app/ledger/session.js';
import type { LedgerRecord } from '../../node/chain/ledger/decode.js';
import type { Verification } from '../../node/chain/ledger/verified-history.js';
import { verificationLines } from '../../node/cli/ledger/format.js';
import type { ChainFamily } from '../../node/core/market/networks.js';
import { blockWith, startAnvil, type TestChain } from '../support/rpc/anvil.js';
import { rejection } from '../support/coded-rejection.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { withDirectory } from '../support/temporary-directory.js';
import { makeLivelyMarket, type LivelyMarket } from './lively-market.js';

type Json = Record<string, unknown>;

/** A market on anvil as a chain of `family`, seen through two proxies. */
const onFamily = (family: ChainFamily, args: readonly string[]) => {
  const stage = {} as { chain: TestChain; lively: LivelyMarket; one: RpcProxy; two: RpcProxy };
  before(async () => {
    stage.chain = await startAnvil(args);
    stage.lively = await makeLivelyMarket(stage.chain, family);
    stage.one = await startRpcProxy(stage.chain.url);
    stage.two = await startRpcProxy(stage.chain.url);
  });
  after(async () => {
    await stage.one.stop();
    await stage.two.stop();
    await stage.lively.close();
    await stage.chain.stop();
  });
  beforeEach(() => {
    for (const proxy of [stage.one, stage.two]) {
      proxy.alter = (_call, result) => result;
      proxy.answer = () => undefined;
    }
  });
  const read = async (alone = false): Promise<{ records: readonly LedgerRecord[]; verification: Verification; told: string }> =>
    withDirectory(async (home) => {
      const { one, two, lively } = stage;
      const settings = await lively.settingsIn(home, ...(alone ? [one.url] : [one.url, two.url]));
      const ledger = await openLedger({ settings, verify: true, agreementMilliseconds: 50, signal: AbortSignal.timeout(60_000) });
      const news = await Array.fromAsync(ledger.news({ start: {}, follow: false }));
      const verification = ledger.verification() as Verification;
      const facts = { family, rpcs: ledger.rpcs, headGiven: false, deployment: lively.book.deployment.block };
      const records = news.flatMap((one) => (one.kind === 'record' ? [one.record] : []));
      return { records, verification, told: verificationLines(verification, facts).join('\n') };
    });
  return { stage, read };
};

describe('a ledger of an OP stack', function () {
  this.timeout(60_000);
  const { stage, read } = onFamily('op-stack', ['--network', 'optimism']);

  const deposit = async (): Promise<number> => {
    const [from] = await stage.chain.rpc<string[]>('eth_accounts');
    // A transfer of the deployer's to the vault, so that the deposit's block holds a log of ours.
    const { token, vault } = stage.lively.book;
    const data = `0xa9059cbb${vault.slice(2).padStart(64, '0')}${'1'.padStart(64, '0')}`;
    const sourceHash = `0x${'5'.repeat(64)}`;
    const transaction = await stage.chain.rpc<string>('eth_sendTransaction', {
      from,
      to: token,
      data,
      sourceHash,
      value: '0x0',
      type: '0x7e',
      gas: '0x100000',
      isSystemTx: false,
    });
    return blockWith(stage.chain, transaction);
  };

  it('is recomputed, deposits included', async () => {
    const block = await deposit();
    const { records, verification, told } = await read();
    expect(records.at(-1)?.block).to.equal(block);
    expect(records.at(-1)?.events.map(({ name }) => name)).to.deep.equal(['Transfer']);
    expect(verification.counts.compared).to.equal(0);
    expect(told).to.match(/^Verified from block/);
  });

  it('is compared where the receipts of deposits have a format that nobody here knows, and says so', async () => {
    const strip = (receipts: unknown): unknown =>
      (receipts as Json[]).map((receipt) => ({ ...receipt, depositNonce: null, depositReceiptVersion: null }));
    const block = Number(await stage.chain.rpc<string>('eth_blockNumber'));
    for (const proxy of [stage.one, stage.two])
      proxy.alter = (call, result) => (call.method === 'eth_getBlockReceipts' && Number(call.params[0]) === block ? strip(result) : result);
    const { verification, told } = await read();
    expect(verification.counts.compared).to.equal(1);
    expect(told).to.include('The receipts of 1 blocks have a format that is not known here');
  });

  it('is refused where the two RPCs differ on such receipts, and where only one of them has the right ones', async () => {
    const block = Number(await stage.chain.rpc<string>('eth_blockNumber'));
    const without = (receipts: unknown, status: string): unknown =>
      (receipts as Json[]).map((receipt) => ({ ...receipt, depositReceiptVersion: null, status }));
    const alter =
      (status: string): RpcProxy['alter'] =>
      (call, result) =>
        call.method === 'eth_getBlockReceipts' && Number(call.params[0]) === block ? without(result, status) : result;
    stage.one.alter = alter('0x1');
    stage.two.alter = alter('0x0');
    const { data } = await rejection(read(), 'LEDGER_RPCS_DIFFER');
    expect(data).to.include({ block, what: 'receipt 0', first: stage.one.url, second: stage.two.url });
    stage.two.alter = (_call, result) => result;
    expect((await rejection(read(), 'LEDGER_MISFIT')).data).to.include({ block, url: stage.one.url });
  });
});

describe("a ledger of a chain whose headers are not Ethereum's", function () {
  this.timeout(60_000);
  const { stage, read } = onFamily('other', []);

  it('is compared between two RPCs, block by block and event by event, and says that nothing was recomputed', async () => {
    const { records, verification, told } = await read();
    expect(records.length).to.be.greaterThan(20);
    expect(verification.counts).to.include({ headers: 0, receipts: 0 });
    expect(verification.counts.compared).to.equal(verification.head.block - stage.lively.book.deployment.block + 1);
    expect(told).to.include('Nothing could be recomputed');
  });

  it('cannot be checked with one RPC', async () => {
    expect((await rejection(read(true), 'LEDGER_SECOND_RPC_NEEDED')).data).to.deep.equal({ family: 'other' });
  });

  it('passes over heights without a block, when both RPCs have none there', async () => {
    // Filecoin's null rounds: a height has no tipset, and the next names the one below as its parent.
    const height = stage.lively.book.deployment.block + 90;
    const below = await stage.chain.rpc<Json>('eth_getBlockByNumber', `0x${(height - 1).toString(16)}`, false);
    const empty = await stage.chain.rpc<unknown[]>('eth_getLogs', {
      fromBlock: `0x${height.toString(16)}`,
      toBlock: `0x${height.toString(16)}`,
    });
    expect(empty).to.deep.equal([]);
    const isBlock = (call: { method: string; params: readonly unknown[] }, block: number): boolean =>
      call.method === 'eth_getBlockByNumber' && Number(call.params[0]) === block;
    for (const proxy of [stage.one, stage.two]) {
      proxy.answer = (call) => (isBlock(call, height) ? { error: { code: 1, message: 'requested epoch was a null round' } } : undefined);
      proxy.alter = (call, result) => (isBlock(call, height + 1) ? { ...(result as Json), parentHash: below['hash'] } : result);
    }
    expect((await read()).records.length).to.be.greaterThan(20);
    stage.two.answer = () => undefined;
    expect((await rejection(read(), 'LEDGER_RPCS_DIFFER')).data).to.include({ block: height, what: 'header', says: 'missing' });
  });

  it('names the event that the two RPCs do not both have', async () => {
    stage.two.alter = (call, result) => (call.method === 'eth_getLogs' ? (result as unknown[]).slice(0, -1) : result);
    const { data } = await rejection(read(), 'LEDGER_RPCS_DIFFER');
    expect(data).to.include({ first: stage.one.url, second: stage.two.url, other: 'missing' });
  });
});
