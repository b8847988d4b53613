import type { Signer, TransactionReceipt } from 'ethers';
import { network } from 'hardhat';
import { address, hash, type Address } from '../../../../node/core/units.js';

/** Seconds from every block to the next, so that block hashes, and with them all draws, repeat. */
const BLOCK_SECONDS = 12;
/**
 * Gas limit of every transaction, under the most that one may have (EIP-7825). Given, because an estimate would run each of them
 * many times; what is used does not depend on it.
 */
const GAS_LIMIT = '0xf42400';

/** A call of a contract, as ethers prepares it. */
export interface PreparedCall {
  readonly to: string;
  readonly data: string;
}

/** A chain in this process, of which every run makes the same blocks. */
export interface BenchChain {
  /** Accounts with coin that anybody may send from. */
  readonly accounts: readonly Address[];
  readonly provider: Awaited<ReturnType<typeof network.create>>['ethers']['provider'];
  /** For what has to sign itself. */
  signer(account: Address): Promise<Signer>;
  /** Sends it in a block of its own. Throws if it reverts. */
  send(from: Address, call: PreparedCall | Promise<PreparedCall>): Promise<TransactionReceipt>;
  /** Mines until `block` is the latest. */
  mineTo(block: number): Promise<void>;
  /** What `run` returns; the chain is as if it had never run. */
  undone<T>(run: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export const createBenchChain = async (): Promise<BenchChain> => {
  const connection = await network.create({ override: { initialDate: '2026-01-01T00:00:00Z' } });
  const { networkHelpers } = connection;
  const { provider } = connection.ethers;
  return {
    provider,
    accounts: ((await provider.send('eth_accounts')) as string[]).map(address),
    signer: (account) => provider.getSigner(account),
    send: async (from, call) => {
      const { to, data } = await call;
      const latest = await provider.getBlock('latest');
      await provider.send('evm_setNextBlockTimestamp', [(latest?.timestamp ?? 0) + BLOCK_SECONDS]);
      const sent = hash((await provider.send('eth_sendTransaction', [{ from, to, data, gas: GAS_LIMIT }])) as string);
      const receipt = await provider.getTransactionReceipt(sent);
      if (receipt?.status !== 1) throw new Error(`the transaction ${sent} was not mined`);
      return receipt;
    },
    mineTo: async (block) => {
      const blocks = block - (await provider.getBlockNumber());
      if (blocks < 0) throw new RangeError(`block ${block} is past`);
      if (blocks > 0) await networkHelpers.mine(blocks, { interval: BLOCK_SECONDS });
    },
    undone: async (run) => {
      const snapshot = await networkHelpers.takeSnapshot();
      try {
        return await run();
      } finally {
        await snapshot.restore();
      }
    },
    stop: () => connection.close(),
  };
};
