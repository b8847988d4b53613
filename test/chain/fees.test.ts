import { expect } from 'chai';
import { Transaction } from 'ethers';
import { join } from 'node:path';
import { feeCap, quoteFees, replacementFees, type Fees } from '../../node/chain/transactions/fees.js';
import { openRpc, type Rpc } from '../../node/chain/rpc/rpc.js';
import { createTransactionQueue, type TransactionQueue, type TransactionQueueOptions } from '../../node/chain/transactions/queue.js';
import { address } from '../../node/core/units.js';
import { startAnvil, testKeys, type TestChain } from '../support/rpc/anvil.js';
import { rejection } from '../support/coded-rejection.js';
import { createRecordedLog } from '../support/recorded-log.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const GWEI = 10n ** 9n;
const hex = (value: bigint): string => `0x${value.toString(16)}`;

describe('fees', function () {
  this.timeout(60_000);
  let chain: TestChain;
  let proxy: RpcProxy;
  let rpc: Rpc;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let queue: TransactionQueue | undefined;
  /** What was handed to the node, in order. */
  let sent: Transaction[];

  beforeEach(async () => {
    folder = await temporaryDirectory();
    chain = await startAnvil(['--no-mining', '--order', 'fees']);
    proxy = await startRpcProxy(chain.url);
    sent = [];
    proxy.answer = ({ method, params }) => {
      if (method === 'eth_sendRawTransaction') sent.push(Transaction.from(String(params[0])));
      return undefined;
    };
    rpc = await openRpc({ rpcUrl: proxy.url, pollMilliseconds: 10 });
  });
  afterEach(async () => {
    await queue?.close();
    queue = undefined;
    rpc.close();
    await proxy.stop();
    await chain.stop();
    await folder.remove();
  });

  const queueOf = async (options: Partial<TransactionQueueOptions>): Promise<TransactionQueue> => {
    queue = await createTransactionQueue({
      rpc,
      signerKey: testKeys[1],
      directory: join(folder.path, 'queue'),
      closeMilliseconds: 500,
      stuckBlocks: 1,
      ...options,
    });
    return queue;
  };
  const transfer = { action: 'transfer', to: address(`0x${'77'.repeat(20)}`), data: '0x', value: 7n } as const;
  /** Mines a block whose base fee is `gwei`. */
  const mineAt = async (gwei: bigint): Promise<void> => {
    await chain.rpc('anvil_setNextBlockBaseFeePerGas', hex(gwei * GWEI));
    await chain.rpc('evm_mine');
  };
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    const deadline = AbortSignal.timeout(20_000);
    while (!holds()) {
      if (deadline.aborted) throw new Error(`waited in vain until ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it('offers twice the base fee and the tip, or one gas price where the operator wants that', async () => {
    await mineAt(10n);
    const modern = (await quoteFees(rpc, { maxFeePerGas: 500n * GWEI, legacyGas: false })) as Fees & { type: 2 };
    expect(modern).to.include({ type: 2, maxFeePerGas: 20n * GWEI + modern.maxPriorityFeePerGas });
    const legacy = await quoteFees(rpc, { maxFeePerGas: 500n * GWEI, legacyGas: true });
    expect(legacy.type).to.equal(0);
    expect(feeCap(legacy) > 10n * GWEI).to.equal(true);
  });

  it('a transaction of one gas price is mined where blocks have a base fee', async () => {
    const submitted = (await queueOf({ legacyGas: true })).submit(transfer);
    await until('it was sent', () => sent.length > 0);
    await chain.rpc('evm_mine');
    expect((await submitted).status).to.equal(1);
    expect(sent.map(({ type }) => type)).to.deep.equal([0]);
  });

  it('a chain without base fees is paid its gas price', async () => {
    const former = proxy.answer;
    proxy.answer = (call) => {
      if (call.method === 'eth_gasPrice') return { result: hex(3n * GWEI) };
      if (call.method !== 'eth_getBlockByNumber') return former(call);
      const zero = `0x${'00'.repeat(32)}`;
      const numbers = { number: '0x1', timestamp: '0x1', difficulty: '0x0', gasLimit: '0x1', gasUsed: '0x0', nonce: `0x${'00'.repeat(8)}` };
      return { result: { ...numbers, hash: zero, parentHash: zero, miner: `0x${'00'.repeat(20)}`, extraData: '0x', transactions: [] } };
    };
    expect(await quoteFees(rpc, { maxFeePerGas: 500n * GWEI, legacyGas: false })).to.deep.equal({ type: 0, gasPrice: 3n * GWEI });
  });

  it('a node that names no tip gets one that the cap leaves room for', async () => {
    await mineAt(10n);
    proxy.answer = ({ method }) =>
      method === 'eth_maxPriorityFeePerGas' ? { error: { code: -32_601, message: 'method not found' } } : undefined;
    const fees = { type: 2, maxFeePerGas: 21n * GWEI, maxPriorityFeePerGas: GWEI };
    expect(await quoteFees(rpc, { maxFeePerGas: 500n * GWEI, legacyGas: false })).to.deep.equal(fees);
    const tight = { type: 2, maxFeePerGas: 10n * GWEI + 1n, maxPriorityFeePerGas: 1n };
    expect(await quoteFees(rpc, { maxFeePerGas: 10n * GWEI + 1n, legacyGas: false })).to.deep.equal(tight);
  });

  it('offers less than twice the base fee where more is not allowed, and says which setting allows more', async () => {
    await mineAt(10n);
    const tight = await quoteFees(rpc, { maxFeePerGas: 15n * GWEI, legacyGas: false });
    expect(feeCap(tight)).to.equal(15n * GWEI);
    const error = await rejection((await queueOf({ maxFeePerGas: 9n * GWEI })).submit(transfer), 'FEE_TOO_HIGH');
    expect(error.data.max).to.equal(9n * GWEI);
    expect(error.data.fee >= 10n * GWEI).to.equal(true);
    expect(error.remedy).to.include('"maxGwei" under "fees"');
    expect(sent).to.deep.equal([]);
  });

  it('a replacement is raised by the tenth that nodes ask, or not made', () => {
    const former = Transaction.from({ type: 2, maxFeePerGas: 100n, maxPriorityFeePerGas: 10n });
    const market = { type: 2, maxFeePerGas: 50n, maxPriorityFeePerGas: 5n } as const;
    expect(replacementFees(former, market, { maxFeePerGas: 1_000n })).to.deep.equal({
      type: 2,
      maxFeePerGas: 126n,
      maxPriorityFeePerGas: 13n,
    });
    expect(replacementFees(former, market, { maxFeePerGas: 111n })).to.deep.include({ maxFeePerGas: 111n });
    expect(replacementFees(former, market, { maxFeePerGas: 110n })).to.equal(undefined);
    const legacy = Transaction.from({ type: 0, gasPrice: 100n });
    expect(replacementFees(legacy, market, { maxFeePerGas: 1_000n })).to.deep.equal({ type: 0, gasPrice: 126n });
    expect(replacementFees(legacy, market, { maxFeePerGas: 110n })).to.equal(undefined);
  });

  it('a transaction that a jump of the base fee left behind is replaced, never above the cap, and mined once it fits', async () => {
    const log = createRecordedLog();
    const maxFeePerGas = 60n * GWEI;
    const submitted = (await queueOf({ maxFeePerGas, log })).submit(transfer);
    await until('it was sent', () => sent.length > 0);
    const first = sent[0]?.maxFeePerGas ?? 0n;
    await mineAt(50n);
    await until('it was replaced', () => sent.length > 1);
    const second = sent[1]?.maxFeePerGas ?? 0n;
    expect(second > first && second > 50n * GWEI && second <= maxFeePerGas).to.equal(true);
    for (let gwei = 100n; gwei < 104n; gwei++) {
      const before = proxy.methods.length;
      await mineAt(gwei);
      await until('it was looked after', () => proxy.methods.slice(before).includes('eth_getTransactionReceipt'));
    }
    await until('it is said to be stuck', () => log.events('warn').includes('transaction-stuck'));
    let mined = false;
    const done = submitted.then(() => (mined = true));
    while (!mined) {
      await mineAt(40n);
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 30))]);
    }
    expect((await submitted).status).to.equal(1);
    expect(sent.every((one) => (one.maxFeePerGas ?? 0n) <= maxFeePerGas)).to.equal(true);
    expect(new Set(sent.map(({ nonce }) => nonce)).size).to.equal(1);
  });
});
