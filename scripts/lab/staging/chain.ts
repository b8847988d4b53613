import type { Signer, TransactionReceipt } from 'ethers';
import { network } from 'hardhat';
import { address, hash, type Address, type Hash } from '../../../node/core/units.js';

/** A call of a contract, as ethers prepares it; without an address, the creation of one. */
export interface PreparedCall {
  readonly to?: string;
  readonly data: string;
}

/** What the blocks of a chain have in common: the same terms and the same calls give the same hashes. */
export interface ChainTerms {
  /** When the chain begins, as in ISO 8601: any moment will do, always the same one. */
  readonly start: string;
  /** From each block to the next. */
  readonly blockSeconds: number;
  /** What every transaction says beside its call. Its gas is given, because an estimate would run it many times. */
  readonly transaction: { readonly gas: string; readonly gasPrice?: string };
}

/** A chain in this process that every run makes again, whatever the clock says. Every transaction is a block. */
export interface StagedChain {
  readonly chainId: bigint;
  /** Accounts with coin that anybody may send from. */
  readonly accounts: readonly Address[];
  readonly provider: Awaited<ReturnType<typeof network.create>>['ethers']['provider'];
  /** For what has to sign itself. Its transactions are a second apart. */
  signer(account: Address): Promise<Signer>;
  /** Number of the newest block. */
  block(): Promise<number>;
  hashOf(block: number): Promise<Hash>;
  /** Sends it in a block of its own; resolves to its hash. Throws what the contract says if it reverts. */
  send(from: Address, call: PreparedCall | Promise<PreparedCall>): Promise<Hash>;
  receiptOf(transaction: Hash): Promise<TransactionReceipt>;
  /** Mines `blocks` blocks without a transaction, the first of them a second after the newest. */
  mine(blocks: number): Promise<void>;
  /** Mines until `block` is the newest. RangeError if that is past. */
  mineTo(block: number): Promise<void>;
  /** Decides the hashes of the blocks to come. */
  stir(random: Hash): Promise<void>;
  /** Remembers this state; the function it resolves to goes back to it, as often as it is called. */
  remember(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const quantity = (value: number): string => `0x${value.toString(16)}`;

export const createStagedChain = async ({ start, blockSeconds, transaction }: ChainTerms): Promise<StagedChain> => {
  const connection = await network.create({ override: { initialDate: start } });
  const { provider } = connection.ethers;
  const request = async <T>(method: string, ...params: readonly unknown[]): Promise<T> => (await provider.send(method, [...params])) as T;
  const block = async (): Promise<number> => Number(await request('eth_blockNumber'));
  /** Seconds since 1970 of the newest block: all are made here. A transaction that is refused moves it too. */
  let time = Math.floor(Date.parse(start) / 1_000);
  /** The next block comes `seconds` after the newest one. */
  const tick = async (seconds: number): Promise<void> => {
    time += seconds;
    await request('evm_setNextBlockTimestamp', time);
  };
  const mine = async (blocks: number): Promise<void> => {
    if (blocks === 0) return;
    await tick(1);
    await request('hardhat_mine', quantity(blocks), quantity(blockSeconds));
    time += (blocks - 1) * blockSeconds;
  };
  return {
    chainId: BigInt(await request<string>('eth_chainId')),
    accounts: (await request<string[]>('eth_accounts')).map(address),
    provider,
    signer: async (account) => {
      const signer = await provider.getSigner(account);
      const send = signer.sendTransaction.bind(signer);
      return Object.assign(signer, {
        sendTransaction: async (...sent: Parameters<typeof send>) => {
          await tick(1);
          return send(...sent);
        },
      });
    },
    block,
    hashOf: async (number) => hash((await request<{ hash: string }>('eth_getBlockByNumber', quantity(number), false)).hash),
    send: async (from, call) => {
      const { to, data } = await call;
      await tick(blockSeconds);
      return hash(await request<string>('eth_sendTransaction', { from, ...(to && { to }), data, ...transaction }));
    },
    receiptOf: async (sent) => {
      const receipt = await provider.getTransactionReceipt(sent);
      if (receipt?.status !== 1) throw new Error(`the transaction ${sent} was not mined`);
      return receipt;
    },
    mine,
    mineTo: async (wanted) => {
      const blocks = wanted - (await block());
      if (blocks < 0) throw new RangeError(`block ${wanted} is past`);
      await mine(blocks);
    },
    stir: async (random) => void (await request('hardhat_setPrevRandao', random)),
    remember: async () => {
      const then = time;
      let id = await request<string>('evm_snapshot');
      return async () => {
        if (!(await request<boolean>('evm_revert', id))) throw new Error('the chain forgot a state');
        id = await request<string>('evm_snapshot');
        time = then;
      };
    },
    close: () => connection.close(),
  };
};
