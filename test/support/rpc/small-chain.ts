import { keccak256, Transaction } from 'ethers';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Mined {
  readonly transaction: Transaction;
  readonly block: number;
}

interface Asked {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A chain in this process that knows transfers only, and makes a block when the test says so. */
export interface SmallChain {
  readonly url: string;
  /** Raw transactions that were handed to it, in order, with repetitions. */
  readonly handed: string[];
  /** Hashes that wait for a block. */
  readonly pool: ReadonlyMap<string, Transaction>;
  readonly head: number;
  /** Makes `blocks` blocks; the first takes what waits and fits. */
  mine(blocks?: number): void;
  /** Puts a raw transaction among those that wait, whatever waits under its nonce. */
  admit(raw: string): void;
  /** Forgets what waits. */
  drop(): void;
  /** Replaces the newest `blocks` blocks by empty ones; what they held is forgotten. */
  undo(blocks: number): void;
  /** What an address has been sent, wei. */
  received(to: string): bigint;
  stop(): Promise<void>;
}

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
const hashOfBlock = (number: number): string => keccak256(`0x${number.toString(16).padStart(16, '0')}`);
const zeros = (bytes: number): string => `0x${'00'.repeat(bytes)}`;
const RICH = hex(10n ** 24n);
const BASE_FEE = 1_000_000_000n;

/** Starts one with chain id 31337 on a free port of 127.0.0.1, at block 0. */
export const startSmallChain = async (): Promise<SmallChain> => {
  let head = 0;
  const pool = new Map<string, Transaction>();
  const mined = new Map<string, Mined>();
  const handed: string[] = [];

  const countAt = (account: string, block: number): number =>
    [...mined.values()].filter((one) => one.block <= block && one.transaction.from?.toLowerCase() === account.toLowerCase()).length;
  const numberOf = (tag: unknown): number => (typeof tag === 'string' && tag.startsWith('0x') ? Number(tag) : head);

  const place = ({ transaction, block }: Mined) => ({
    blockNumber: hex(block),
    blockHash: hashOfBlock(block),
    transactionIndex: '0x0',
    from: transaction.from,
    to: transaction.to,
  });
  const fullOf = (transaction: Transaction, block?: number) => ({
    ...(block === undefined
      ? { blockNumber: null, blockHash: null, from: transaction.from, to: transaction.to }
      : place({ transaction, block })),
    hash: transaction.hash,
    nonce: hex(transaction.nonce),
    type: hex(transaction.type ?? 0),
    gas: hex(transaction.gasLimit),
    gasPrice: hex(transaction.gasPrice ?? transaction.maxFeePerGas ?? 0n),
    ...(transaction.type === 2 && {
      maxFeePerGas: hex(transaction.maxFeePerGas ?? 0n),
      maxPriorityFeePerGas: hex(transaction.maxPriorityFeePerGas ?? 0n),
      accessList: [],
      yParity: hex(transaction.signature?.yParity ?? 0),
    }),
    input: transaction.data,
    value: hex(transaction.value),
    chainId: hex(transaction.chainId),
    r: transaction.signature?.r,
    s: transaction.signature?.s,
    v: hex(transaction.type === 2 ? (transaction.signature?.yParity ?? 0) : (transaction.signature?.networkV ?? 27)),
  });
  const receiptOf = (one: Mined) => ({
    ...place(one),
    transactionHash: one.transaction.hash,
    status: '0x1',
    type: hex(one.transaction.type ?? 0),
    gasUsed: hex(21_000),
    cumulativeGasUsed: hex(21_000),
    effectiveGasPrice: hex(BASE_FEE),
    contractAddress: null,
    logsBloom: zeros(256),
    logs: [],
  });
  const blockOf = (number: number, isFull: boolean) => {
    if (number > head) return null;
    const inside = [...mined.values()].filter(({ block }) => block === number).map(({ transaction }) => transaction);
    return {
      number: hex(number),
      hash: hashOfBlock(number),
      parentHash: number === 0 ? zeros(32) : hashOfBlock(number - 1),
      timestamp: hex(1_700_000_000 + number),
      ...{ nonce: zeros(8), difficulty: '0x0', gasLimit: hex(30_000_000), gasUsed: '0x0', miner: zeros(20), extraData: '0x' },
      baseFeePerGas: hex(BASE_FEE),
      transactions: inside.map((transaction) => (isFull ? fullOf(transaction, number) : transaction.hash)),
    };
  };

  const admit = (raw: string): void => {
    const transaction = Transaction.from(raw);
    const rival = [...pool].find(([, one]) => one.from === transaction.from && one.nonce === transaction.nonce);
    if (rival !== undefined) pool.delete(rival[0]);
    pool.set(transaction.hash ?? '', transaction);
  };

  const take = (raw: string): object => {
    handed.push(raw);
    const transaction = Transaction.from(raw);
    const { hash, from, nonce } = transaction;
    if (pool.has(hash ?? '') || mined.has(hash ?? '')) return { error: { code: -32_000, message: 'already known' } };
    if (nonce < countAt(from ?? '', head)) return { error: { code: -32_000, message: 'nonce too low' } };
    const rival = [...pool.values()].find((one) => one.from === from && one.nonce === nonce);
    if (rival !== undefined && (rival.maxFeePerGas ?? 0n) * 11n > (transaction.maxFeePerGas ?? 0n) * 10n)
      return { error: { code: -32_000, message: 'replacement transaction underpriced' } };
    admit(raw);
    return { result: hash };
  };

  const answers: Record<string, (params: readonly unknown[]) => object> = {
    eth_chainId: () => ({ result: hex(31_337) }),
    eth_blockNumber: () => ({ result: hex(head) }),
    eth_gasPrice: () => ({ result: hex(2n * BASE_FEE) }),
    eth_maxPriorityFeePerGas: () => ({ result: hex(BASE_FEE) }),
    eth_getBalance: () => ({ result: RICH }),
    eth_estimateGas: () => ({ result: hex(21_000) }),
    eth_getBlockByNumber: ([tag, isFull]) => ({ result: blockOf(numberOf(tag), isFull === true) }),
    eth_getTransactionCount: ([account, tag]) => {
      const used = countAt(String(account), numberOf(tag));
      const waiting = [...pool.values()].filter(({ from }) => from?.toLowerCase() === String(account).toLowerCase()).length;
      return { result: hex(tag === 'pending' ? used + waiting : used) };
    },
    eth_getTransactionReceipt: ([hash]) => {
      const one = mined.get(String(hash));
      return { result: one === undefined ? null : receiptOf(one) };
    },
    eth_getTransactionByHash: ([hash]) => {
      const one = mined.get(String(hash));
      const waiting = pool.get(String(hash));
      return { result: one !== undefined ? fullOf(one.transaction, one.block) : waiting !== undefined ? fullOf(waiting) : null };
    },
    eth_sendRawTransaction: ([raw]) => take(String(raw)),
  };
  const answer = ({ id, method, params }: Asked): object => ({
    jsonrpc: '2.0',
    id,
    ...(answers[method]?.(params) ?? { error: { code: -32_601, message: `no method ${method}` } }),
  });

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const asked = JSON.parse(body) as Asked | Asked[];
      response.end(JSON.stringify(Array.isArray(asked) ? asked.map(answer) : answer(asked)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handed,
    pool,
    get head() {
      return head;
    },
    mine: (blocks = 1) => {
      for (let left = blocks; left > 0; left--) {
        head++;
        const due = [...pool.values()].sort((a, b) => a.nonce - b.nonce);
        for (const transaction of due) {
          const { hash, from, nonce } = transaction;
          if (nonce > countAt(from ?? '', head)) continue;
          pool.delete(hash ?? '');
          if (nonce === countAt(from ?? '', head)) mined.set(hash ?? '', { transaction, block: head });
        }
      }
    },
    admit,
    drop: () => pool.clear(),
    undo: (blocks) => {
      for (const [hash, { block }] of mined) if (block > head - blocks) mined.delete(hash);
    },
    received: (to) =>
      [...mined.values()]
        .filter(({ transaction }) => transaction.to?.toLowerCase() === to.toLowerCase())
        .reduce((sum, { transaction }) => sum + transaction.value, 0n),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
