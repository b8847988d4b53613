import { toBeHex, toQuantity } from 'ethers';
import type { Rpc } from '../../../node/chain/rpc/rpc.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { refusalOf, type Network } from '../../../node/core/market/networks.js';
import type { Ask } from '../ignition/ignition-provider.js';

/** The contract of EIP-2935. */
const HISTORY = '0x0000F90827F1C53a10cb7A02335B175320002935';
/** Blocks that BLOCKHASH reaches: a longer window needs EIP-2935 (R10). */
const BLOCKHASH_AGE = 256;
/** Ages at which its answers are compared with the true hashes. */
const PROBED_AGES = [1, 255] as const;
/** Where chains of Arbitrum have the precompile ArbSys. */
const ARB_SYS = '0x0000000000000000000000000000000000000064';
/** Blocks over which the block time is measured, at most and at least. */
const MEASURED_BLOCKS = { most: 100, least: 10 } as const;
/** How far the measured block time may be from the declared one, either way. */
const TOLERANCE = 4;

interface Header {
  readonly number: string;
  readonly hash: string;
  readonly timestamp: string;
}

const readHeader = async (ask: Ask, block: number | 'latest'): Promise<Header> => {
  const header = (await ask('eth_getBlockByNumber', [block === 'latest' ? block : toQuantity(block), false])) as Header | null;
  if (header === null) throw new HoldfastError('DEPLOYMENT_INTERRUPTED', { reason: `the RPC does not serve block ${block}` });
  return header;
};

/** Refuses an RPC of another chain (NETWORK_MISMATCH) and chains whose blocks mean something else (CHAIN_REFUSED, R10). */
export const requireChain = async (ask: Ask, { url, chainId }: Pick<Rpc, 'url' | 'chainId'>, network: Network): Promise<void> => {
  const reason = refusalOf(chainId);
  if (reason !== undefined) throw new HoldfastError('CHAIN_REFUSED', { chainId, reason });
  if (network.chainId !== undefined && network.chainId !== chainId)
    throw new HoldfastError('NETWORK_MISMATCH', { network: network.name, url, expected: network.chainId, actual: chainId });
  if ((await ask('eth_getCode', [ARB_SYS, 'latest'])) !== '0x')
    throw new HoldfastError('CHAIN_REFUSED', {
      chainId,
      reason: 'It has the precompile ArbSys: its block numbers are those of another chain',
    });
};

/** R10: a window over 256 blocks needs EIP-2935 to tell the true hashes of the blocks 1 and 255 back. HISTORY_UNPROVEN. */
export const requireHistory = async (ask: Ask, windowBlocks: number): Promise<void> => {
  if (windowBlocks <= BLOCKHASH_AGE) return;
  const head = Number((await readHeader(ask, 'latest')).number);
  for (const age of PROBED_AGES) {
    const unproven = new HoldfastError('HISTORY_UNPROVEN', { age: BigInt(age) });
    if (head < age) throw unproven;
    const call = { to: HISTORY, data: toBeHex(head - age, 32) };
    const told = await ask('eth_call', [call, toQuantity(head)]).catch(() => '0x');
    if (told !== (await readHeader(ask, head - age)).hash) throw unproven;
  }
};

/** The chain's block time over its last blocks, or undefined while it has too few. */
export interface BlockTime {
  readonly blocks: number;
  readonly milliseconds: number;
}

/** Measures the time between the last blocks, by their own clock. */
export const measureBlockTime = async (ask: Ask): Promise<BlockTime | undefined> => {
  const head = await readHeader(ask, 'latest');
  const blocks = Math.min(MEASURED_BLOCKS.most, Number(head.number) - 1);
  if (blocks < MEASURED_BLOCKS.least) return undefined;
  const first = await readHeader(ask, Number(head.number) - blocks);
  return { blocks, milliseconds: Math.round((1_000 * (Number(head.timestamp) - Number(first.timestamp))) / blocks) };
};

/** Refuses a period that the chain's block time makes four times longer or shorter than meant. BLOCK_TIME_ABSURD. */
export const requireBlockTime = (measured: BlockTime | undefined, network: Network, periodBlocks: number): void => {
  // A chain on this machine makes its blocks as it was told, and may rest for hours.
  if (measured === undefined || network.chainId === undefined) return;
  const ratio = measured.milliseconds / network.blockMilliseconds;
  if (ratio <= TOLERANCE && ratio >= 1 / TOLERANCE) return;
  throw new HoldfastError('BLOCK_TIME_ABSURD', {
    measured: measured.milliseconds,
    declared: network.blockMilliseconds,
    blocks: measured.blocks,
    periodBlocks,
    seconds: Math.round((periodBlocks * measured.milliseconds) / 1_000),
  });
};

/** Hash of the chain's block 0, or undefined where the RPC does not serve blocks that old. */
export const readGenesis = async (ask: Ask, { family }: Network): Promise<string | undefined> => {
  const header = (await ask('eth_getBlockByNumber', ['0x0', false]).catch((error: unknown) => {
    if (family === 'other') return null;
    throw error;
  })) as Header | null;
  return header?.hash;
};
