import { SigningKey, Transaction } from 'ethers';
import { join } from 'node:path';
import { openRpcPool, type RpcPoolOptions } from '../../../node/chain/rpc/pool.js';
import type { Rpc } from '../../../node/chain/rpc/rpc.js';
import { createTransactionQueue, type TransactionQueue, type TransactionQueueOptions } from '../../../node/chain/transactions/queue.js';
import { addressOf } from '../../../node/core/keys/signing.js';
import { address, type Address, type Hex } from '../../../node/core/units.js';
import { createRecordedLog, type RecordedLog } from '../recorded-log.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { testKeys } from './anvil.js';
import { startRpcProxy, type RpcProxy } from '../../../scripts/lab/staging/rpc-proxy.js';
import { startSmallChain, type SmallChain } from './small-chain.js';

/** A small chain behind one RPC or two that can lie, and queues of one account on it. */
export interface SmallWorld {
  readonly chain: SmallChain;
  readonly proxies: readonly RpcProxy[];
  readonly log: RecordedLog;
  /** Folder of the queue's records. */
  readonly directory: string;
  /** The first RPC, or both. */
  readonly rpc: Rpc;
  readonly to: Address;
  readonly transfer: { readonly action: string; readonly to: Address; readonly data: Hex; readonly value: bigint };
  queue(options?: Partial<TransactionQueueOptions>): Promise<TransactionQueue>;
  /** Answers the same at all RPCs. */
  bend(answer: RpcProxy['answer']): void;
  /** A transfer of one wei by the account under `nonce`, signed elsewhere. */
  foreign(nonce: number): string;
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** Makes blocks, each once everything was looked for again, until `work` is done. */
  minedWhile<T>(work: Promise<T>): Promise<T>;
  /** Makes a block and waits until the queue has looked at it twice. */
  mineAndLook(): Promise<void>;
  close(): Promise<void>;
}

const key = testKeys[1];
export const account = addressOf(key);

export const createSmallWorld = async (rpcs: 1 | 2 = 1, options: Partial<RpcPoolOptions> = {}): Promise<SmallWorld> => {
  const folder = await temporaryDirectory();
  const chain = await startSmallChain();
  const proxies = await Promise.all(Array.from({ length: rpcs }, async () => startRpcProxy(chain.url)));
  const log = createRecordedLog();
  const quick = { pollMilliseconds: 10, patienceMilliseconds: 2_000, asideMilliseconds: 20, watchMilliseconds: 50, graceMilliseconds: 300 };
  const rpc = await openRpcPool({ rpcUrl: proxies.map(({ url }) => url), ...quick, log, ...options });
  const directory = join(folder.path, 'queue');
  const opened: TransactionQueue[] = [];
  const to = address(`0x${'77'.repeat(20)}`);
  const soon = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  const until: SmallWorld['until'] = async (what, holds) => {
    const deadline = AbortSignal.timeout(20_000);
    while (!(await holds())) {
      if (deadline.aborted) throw new Error(`waited in vain until ${what}`);
      await soon();
    }
  };
  const looks = (): number => proxies.flatMap(({ methods }) => methods).filter((method) => method === 'eth_getTransactionReceipt').length;
  const mineAndLook = async (): Promise<void> => {
    chain.mine();
    const before = looks();
    await until('the queue has looked', () => looks() >= before + 2 * rpcs);
  };
  return {
    chain,
    proxies,
    log,
    directory,
    rpc,
    to,
    transfer: { action: 'deposit', to, data: '0x', value: 5n },
    queue: async (more = {}) => {
      const queue = await createTransactionQueue({ rpc, signerKey: key, directory, closeMilliseconds: 500, log, ...more });
      opened.push(queue);
      return queue;
    },
    bend: (answer) => proxies.forEach((proxy) => (proxy.answer = answer)),
    foreign: (nonce) => {
      const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
      const transaction = Transaction.from({
        type: 2,
        chainId: 31_337n,
        to: `0x${'99'.repeat(20)}`,
        value: 1n,
        nonce,
        gasLimit: 21_000n,
        ...fees,
      });
      transaction.signature = new SigningKey(key).sign(transaction.unsignedHash);
      return transaction.serialized;
    },
    until,
    mineAndLook,
    minedWhile: async (work) => {
      const done = work.then(
        () => true,
        () => true,
      );
      const block = async (): Promise<boolean> => soon().then(() => (chain.mine(), false));
      while (!(await Promise.race([done, block()])));
      return work;
    },
    close: async () => {
      proxies.forEach((proxy) => {
        proxy.answer = () => undefined;
        proxy.down = false;
        proxy.refuse = () => undefined;
      });
      await Promise.all(opened.map(async (queue) => queue.close()));
      rpc.close();
      await Promise.all(proxies.map(async (proxy) => proxy.stop()));
      await chain.stop();
      await folder.remove();
    },
  };
};
