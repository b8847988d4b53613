import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openRpc, type Rpc } from '../../node/chain/rpc/rpc.js';
import { createTransactionQueue, type TransactionQueue, type TransactionQueueOptions } from '../../node/chain/transactions/queue.js';
import { addressOf } from '../../node/core/keys/signing.js';
import { address, blockNumber, type Address, type Hex } from '../../node/core/units.js';
import { startAnvil, testKeys, type TestChain } from '../support/rpc/anvil.js';
import { startChild } from '../support/child-process.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { startHardhatChain } from '../support/rpc/hardhat-chain.js';
import { createRecordedMetrics } from '../support/recorded-metrics.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const aliceKey = testKeys[1];
const alice = addressOf(aliceKey);
let accounts = 0x1000;
const newAccount = (): Address => address(`0x${(++accounts).toString(16).padStart(40, '0')}`);
/** Code that reverts with `StaleRevision(3, 7)`. */
const refuser = '0x63' + '52985910' + '60e01b' + '5f52' + '6003600452' + '6007602452' + '60445ffd';

describe('transaction queue', function () {
  this.timeout(60_000);
  let chain: TestChain;
  let proxy: RpcProxy;
  let rpc: Rpc;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  const open: TransactionQueue[] = [];

  const start = async (args: readonly string[]): Promise<void> => {
    chain = await startAnvil(args);
    proxy = await startRpcProxy(chain.url);
    rpc = await openRpc({ rpcUrl: proxy.url, pollMilliseconds: 20 });
  };
  const queueOf = async (options: Partial<TransactionQueueOptions> = {}): Promise<TransactionQueue> => {
    const queue = await createTransactionQueue({
      rpc,
      signerKey: aliceKey,
      directory: join(folder.path, 'a'),
      closeMilliseconds: 1_000,
      ...options,
    });
    open.push(queue);
    return queue;
  };
  const mine = async (blocks = 1): Promise<unknown> => chain.rpc('anvil_mine', `0x${blocks.toString(16)}`);
  const balanceOf = async (account: Address): Promise<bigint> => BigInt(await chain.rpc<string>('eth_getBalance', account, 'latest'));
  const pooled = async (): Promise<number> => Number((await chain.rpc<{ pending: string }>('txpool_status')).pending);
  const until = async (what: string, holds: () => Promise<boolean> | boolean): Promise<void> => {
    const deadline = AbortSignal.timeout(20_000);
    while (!(await holds())) {
      if (deadline.aborted) throw new Error(`waited in vain until ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const transfer = (to: Address, value = 5n): { action: string; to: Address; data: Hex; value: bigint } => ({
    action: 'transfer',
    to,
    data: '0x',
    value,
  });

  beforeEach(async () => {
    folder = await temporaryDirectory();
  });
  afterEach(async () => {
    proxy.down = false;
    proxy.answer = () => undefined;
    await Promise.all(open.splice(0).map(async (queue) => queue.close()));
    rpc.close();
    await proxy.stop();
    await chain.stop();
    await folder.remove();
  });

  describe('while every transaction makes a block', () => {
    beforeEach(async () => start([]));

    it('sends transfers in order, signed here, and leaves nothing behind but the newest nonce', async () => {
      const metrics = createRecordedMetrics();
      const queue = await queueOf({ metrics });
      const to = newAccount();
      const receipts = await Promise.all([1n, 2n, 3n].map(async (value) => queue.submit(transfer(to, value))));
      expect(receipts.map((receipt) => receipt.status)).to.deep.equal([1, 1, 1]);
      expect(receipts.map((receipt) => receipt.blockNumber)).to.deep.equal([1, 2, 3]);
      expect(await balanceOf(to)).to.equal(6n);
      expect(proxy.methods).to.include('eth_sendRawTransaction').and.not.include('eth_sendTransaction').and.not.include('eth_accounts');
      expect(await readdir(join(folder.path, 'a'))).to.deep.equal(['newest-used.json', 'owner-1']);
      const counted = ['sent', 'mined'].map((outcome) => metrics.value('holdfast_transactions_total', { priority: 'normal', outcome }));
      expect(counted).to.deep.equal([3, 3]);
    });

    it("names the contract's refusal before anything is sent", async () => {
      const to = newAccount();
      await chain.rpc('anvil_setCode', to, refuser);
      const queue = await queueOf();
      const error = await rejectsCoded(queue.submit({ action: 'commit', to, data: '0x12345678', value: 0n }), 'STALE_REVISION');
      expect(error.data).to.deep.equal({ number: 3n, current: 7n });
      expect(proxy.methods).not.to.include('eth_sendRawTransaction');
    });

    it('names account, balance and need when coin is short', async () => {
      const poorKey = `0x${'17'.repeat(32)}` as const;
      const poor = addressOf(poorKey);
      await chain.rpc('anvil_setBalance', poor, '0x64');
      const queue = await queueOf({ signerKey: poorKey });
      const error = await rejectsCoded(queue.submit(transfer(newAccount())), 'COIN_TOO_SMALL');
      expect(error.data).to.deep.include({ account: poor, balance: 100n });
      expect(await readdir(join(folder.path, 'a'))).to.deep.equal(['owner-1']);
    });

    it('two queues of one key do every action once', async () => {
      const to = newAccount();
      const queues = [await queueOf({ directory: join(folder.path, 'a') }), await queueOf({ directory: join(folder.path, 'b') })];
      await chain.rpc('evm_setIntervalMining', 1);
      await Promise.all(queues.flatMap((queue) => [1n, 1n, 1n].map(async (value) => queue.submit(transfer(to, value)))));
      expect(await balanceOf(to)).to.equal(6n);
      expect(Number(await chain.rpc<string>('eth_getTransactionCount', alice, 'latest'))).to.equal(6);
    });

    it('refuses a second owner of its folder by process id, and one more than it can hold', async () => {
      await queueOf();
      expect((await rejectsCoded(queueOf(), 'JOURNAL_IN_USE')).data).to.include({ pid: process.pid });
      const small = await queueOf({ directory: join(folder.path, 'b'), maxWaiting: 1 });
      const submitted = [transfer(newAccount()), transfer(newAccount())].map(async (request) => small.submit(request));
      await rejectsCoded(submitted[1] as Promise<unknown>, 'QUEUE_FULL');
      await submitted[0];
    });

    it('goes on when the RPC comes back, and sends nothing twice when an answer got lost', async () => {
      const queue = await queueOf();
      const to = newAccount();
      proxy.answer = ({ method }) => (method === 'eth_sendRawTransaction' ? 'cut' : undefined);
      const first = queue.submit(transfer(to));
      await until('the transfer went out', () => proxy.methods.includes('eth_sendRawTransaction'));
      proxy.down = true;
      await new Promise((resolve) => setTimeout(resolve, 100));
      proxy.down = false;
      await first;
      expect(await balanceOf(to)).to.equal(5n);
    });

    it('rejects what was never sent when the RPC stays away', async () => {
      const impatient = await openRpc({ rpcUrl: proxy.url, pollMilliseconds: 20, patienceMilliseconds: 200 });
      const queue = await queueOf({ rpc: impatient });
      proxy.answer = ({ method }) => (method === 'eth_estimateGas' ? 'drop' : undefined);
      await rejectsCoded(queue.submit(transfer(newAccount())), 'RPC_UNREACHABLE');
      impatient.close();
    });

    it('reports a refusal of the node with its words', async () => {
      const queue = await queueOf();
      proxy.answer = ({ method }) =>
        method === 'eth_sendRawTransaction' ? { error: { code: -32000, message: 'tx type not supported' } } : undefined;
      const error = await rejectsCoded(queue.submit(transfer(newAccount())), 'TRANSACTION_REFUSED');
      expect(error.message).to.include('tx type not supported');
      expect(await readdir(join(folder.path, 'a'))).to.deep.equal(['owner-1']);
    });

    it('reports a transaction that reverted in its block with the reason', async () => {
      const queue = await queueOf();
      const to = newAccount();
      await chain.rpc('evm_setAutomine', false);
      const submitted = queue.submit({ action: 'commit', to, data: '0x12345678', value: 0n });
      const outcome = rejectsCoded(submitted, 'STALE_REVISION');
      await until('the transaction is in the pool', async () => (await pooled()) === 1);
      await chain.rpc('anvil_setCode', to, refuser);
      await mine();
      expect((await outcome).cause).to.have.property('code', 'TRANSACTION_REVERTED');
    });
  });

  describe('while blocks come when the test says so', () => {
    beforeEach(async () => start(['--no-mining', '--order', 'fees']));

    const makeDear = async (): Promise<unknown> => chain.rpc('anvil_setNextBlockBaseFeePerGas', '0x1dcd65000');

    it('offers more for a stuck transaction, and it is mined once', async () => {
      const queue = await queueOf({ stuckBlocks: 2 });
      const to = newAccount();
      const submitted = queue.submit(transfer(to));
      await until('it is in the pool', async () => (await pooled()) === 1);
      for (let block = 0; block < 4; block++) {
        await makeDear();
        await mine();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await until('it was replaced', () => proxy.methods.filter((method) => method === 'eth_sendRawTransaction').length > 1);
      const mining = setInterval(() => void mine(), 50);
      const receipt = await submitted;
      clearInterval(mining);
      expect(receipt.status).to.equal(1);
      expect(await balanceOf(to)).to.equal(5n);
      expect(Number(await chain.rpc<string>('eth_getTransactionCount', alice, 'latest'))).to.equal(1);
    });

    it('gives up after the deadline, and the nonce is used otherwise', async () => {
      const metrics = createRecordedMetrics();
      const queue = await queueOf({ stuckBlocks: 100, metrics });
      const to = newAccount();
      const outcome = rejectsCoded(queue.submit({ ...transfer(to), deadline: blockNumber(2) }), 'TRANSACTION_EXPIRED');
      await until('it is in the pool', async () => (await pooled()) === 1);
      for (let block = 0; block < 2; block++) {
        await makeDear();
        await mine();
      }
      await until('it was replaced', () => proxy.methods.filter((method) => method === 'eth_sendRawTransaction').length > 1);
      const mining = setInterval(() => void mine(), 50);
      await outcome;
      clearInterval(mining);
      expect(await balanceOf(to)).to.equal(0n);
      const counted = ['sent', 'mined', 'expired'].map((outcome) => metrics.value('holdfast_transactions_total', { outcome }));
      expect(counted).to.deep.equal([1, 0, 1]);
      expect(Number(await chain.rpc<string>('eth_getTransactionCount', alice, 'latest'))).to.equal(1);
      await rejectsCoded(queue.submit({ ...transfer(to), deadline: blockNumber(1) }), 'TRANSACTION_EXPIRED');
    });

    it('an audit does not wait for what is in hand, and everything else does', async () => {
      const queue = await queueOf();
      const to = newAccount();
      const first = queue.submit(transfer(to, 1n));
      await until('the first is in the pool', async () => (await pooled()) === 1);
      const second = queue.submit(transfer(to, 2n));
      const audit = queue.submit({ ...transfer(to, 4n), action: 'prove', priority: 'audit' });
      await until('the audit is in the pool', async () => (await pooled()) === 2);
      await mine();
      const [one, proof] = await Promise.all([first, audit]);
      expect([one.blockNumber, proof.blockNumber]).to.deep.equal([1, 1]);
      expect(await balanceOf(to)).to.equal(5n);
      await until('the second is in the pool', async () => (await pooled()) === 1);
      await mine();
      expect((await second).blockNumber).to.equal(2);
    });

    it('signs anew what lost its nonce to another process', async () => {
      const to = newAccount();
      const queue = await queueOf();
      proxy.answer = ({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : undefined);
      const submitted = queue.submit(transfer(to));
      await until('it was tried', () => proxy.methods.includes('eth_sendRawTransaction'));
      proxy.answer = () => undefined;
      await chain.rpc('eth_sendTransaction', { from: alice, to, value: '0x64' });
      const mining = setInterval(() => void mine(), 50);
      await submitted;
      clearInterval(mining);
      expect(await balanceOf(to)).to.equal(105n);
    });

    it('after a reorg waits until the transaction is mined again', async () => {
      const to = newAccount();
      const queue = await queueOf({ confirmations: 3, stuckBlocks: 1 });
      await mine(2);
      const submitted = queue.submit(transfer(to));
      await until('it is in the pool', async () => (await pooled()) === 1);
      await mine();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await chain.rpc('anvil_reorg', 1, []);
      expect(await balanceOf(to)).to.equal(0n);
      const mining = setInterval(() => void mine(), 50);
      const receipt = await submitted;
      clearInterval(mining);
      expect(receipt.blockNumber).to.be.greaterThan(3);
      expect(await balanceOf(to)).to.equal(5n);
    });

    it('close finishes the transaction in hand and refuses what waits', async () => {
      const to = newAccount();
      const queue = await queueOf({ closeMilliseconds: 20_000 });
      const first = queue.submit(transfer(to));
      await until('it is in the pool', async () => (await pooled()) === 1);
      const second = rejectsCoded(queue.submit(transfer(to)), 'QUEUE_CLOSED');
      const closed = queue.close();
      await second;
      await mine();
      expect((await first).status).to.equal(1);
      await closed;
      await rejectsCoded(queue.submit(transfer(to)), 'QUEUE_CLOSED');
      expect(await readdir(join(folder.path, 'a'))).to.deep.equal(['newest-used.json']);
    });

    it('ends the wait, not the transaction, when the signal aborts', async () => {
      const to = newAccount();
      const queue = await queueOf({ closeMilliseconds: 20_000 });
      const stop = new AbortController();
      const submitted = queue.submit({ ...transfer(to), signal: stop.signal });
      await until('it is in the pool', async () => (await pooled()) === 1);
      stop.abort(new Error('enough'));
      expect(await submitted.catch((error: unknown) => (error as Error).message)).to.equal('enough');
      await mine();
      await queue.close();
      expect(await balanceOf(to)).to.equal(5n);
    });

    for (const when of ['sent', 'not sent'] as const) {
      it(`a killed process's signed transaction that was ${when} is finished by the next, once`, async () => {
        const to = newAccount();
        const directory = join(folder.path, 'a');
        if (when === 'not sent') proxy.answer = ({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : undefined);
        const script = join(import.meta.dirname, 'transaction-child.ts');
        const loader = ['--conditions=holdfast-source', '--import', 'tsx', script];
        const child = await startChild(process.execPath, [...loader, proxy.url, aliceKey, directory, to, '5']);
        if (when === 'sent') await until('it is in the pool', async () => (await pooled()) === 1);
        else await child.printed(/transaction-sent/, 20_000);
        await child.stop();
        proxy.answer = () => undefined;
        expect(await readdir(directory)).to.have.lengthOf(2);

        const queue = await queueOf();
        const again = queue.submit(transfer(to));
        const other = queue.submit(transfer(to, 7n));
        const mining = setInterval(() => void mine(), 50);
        const receipts = await Promise.all([again, other]);
        clearInterval(mining);
        expect(receipts[0].hash).not.to.equal(receipts[1].hash);
        expect(await balanceOf(to)).to.equal(12n);
        expect(Number(await chain.rpc<string>('eth_getTransactionCount', alice, 'latest'))).to.equal(2);
      });
    }
  });
});

describe("transaction queue on Hardhat's network", function () {
  this.timeout(90_000);

  it('transfers, and reports the revert of a transaction that was mined all the same', async () => {
    const chain = await startHardhatChain();
    const folder = await temporaryDirectory();
    const rpc = await openRpc({ rpcUrl: chain.url, pollMilliseconds: 20 });
    const queue = await createTransactionQueue({ rpc, signerKey: aliceKey, directory: folder.path });
    try {
      const to = newAccount();
      expect((await queue.submit({ action: 'transfer', to, data: '0x', value: 9n })).status).to.equal(1);
      await chain.rpc('hardhat_setCode', to, refuser);
      await rejectsCoded(queue.submit({ action: 'commit', to, data: '0x12345678', value: 0n }), 'STALE_REVISION');
    } finally {
      await queue.close();
      rpc.close();
      await chain.stop();
      await folder.remove();
    }
  });
});
