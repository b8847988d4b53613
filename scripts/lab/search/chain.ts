import { network } from 'hardhat';
import { address, hash, type Address, type Hash, type Hex } from '../../../node/core/units.js';

/** Seconds of the first block of an episode after 1970: any date will do, always the same one. */
const START = 1_900_000_000;
const GAS = '0x1000000';
const GAS_PRICE = '0x2540be400';

/**
 * A chain in this process, whose blocks are a second apart whatever the clock says: the same calls give the same hashes. Every
 * transaction is a block.
 */
export interface SearchChain {
  readonly chainId: bigint;
  /** Accounts that need no key. */
  readonly accounts: readonly Address[];
  /** Number of the newest block. */
  block(): number;
  /** Sends and requires success; throws with the contract's reason otherwise. Gas is free for whoever searches. */
  send(from: Address, to: Address | undefined, data: Hex): Promise<void>;
  call(to: Address, data: Hex): Promise<Hex>;
  mine(blocks: number): Promise<void>;
  hashOf(block: number): Promise<Hash>;
  /** Decides the hashes of the blocks to come. */
  stir(random: Hash): Promise<void>;
  /** Remembers this state; the function it resolves to goes back to it, as often as it is called. */
  remember(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const quantity = (value: number): string => `0x${value.toString(16)}`;

export const createSearchChain = async (): Promise<SearchChain> => {
  const connection = await network.create({ override: { initialDate: new Date(START * 1_000).toISOString() } });
  const request = async <T>(method: string, params: readonly unknown[] = []): Promise<T> =>
    (await connection.provider.request({ method, params: [...params] }).catch((error: unknown) => {
      throw new Error(error instanceof Error ? error.message : String(error));
    })) as T;
  const accounts = (await request<string[]>('eth_accounts')).map(address);
  let block = Number(await request('eth_blockNumber'));
  let time = START;
  const tick = async (): Promise<void> => void (await request('evm_setNextBlockTimestamp', [(time += 1)]));
  return {
    chainId: BigInt(await request<string>('eth_chainId')),
    accounts,
    block: () => block,
    send: async (from, to, data) => {
      await tick();
      await request('eth_sendTransaction', [{ from, ...(to && { to }), data, gas: GAS, gasPrice: GAS_PRICE }]);
      block += 1;
    },
    call: async (to, data) => request('eth_call', [{ to, data }]),
    mine: async (blocks) => {
      if (blocks === 0) return;
      await tick();
      await request('hardhat_mine', [quantity(blocks), '0x1']);
      block += blocks;
      time += blocks - 1;
    },
    hashOf: async (number) => hash((await request<{ hash: string }>('eth_getBlockByNumber', [quantity(number), false])).hash),
    stir: async (random) => void (await request('hardhat_setPrevRandao', [random])),
    remember: async () => {
      const then = { block, time };
      let id = await request<string>('evm_snapshot');
      return async () => {
        if (!(await request<boolean>('evm_revert', [id]))) throw new Error('the chain forgot a state');
        id = await request<string>('evm_snapshot');
        ({ block, time } = then);
      };
    },
    close: () => connection.close(),
  };
};
