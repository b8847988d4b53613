import { SigningKey, Transaction } from 'ethers';
import { toHex } from '../../../../../node/core/data/bytes.js';
import { insist, type Fault } from '../fault.js';
import type { Lane } from '../world/lane.js';
import { inWindow } from './in-window.js';

const GWEI = 10n ** 9n;

/** Makes `blocks` blocks whose base fee is `gwei`. */
const dearBlocks = async ({ rpc, mine, still }: Lane, gwei: bigint, blocks: number, signal: AbortSignal): Promise<void> => {
  for (let block = 0; block < blocks; block++) {
    await rpc('anvil_setNextBlockBaseFeePerGas', `0x${(gwei * GWEI).toString(16)}`);
    await mine(1);
    await still(150, signal);
  }
};

const cheapAgain = async ({ rpc }: Lane): Promise<void> => void (await rpc('anvil_setNextBlockBaseFeePerGas', `0x${GWEI.toString(16)}`));

/** What becomes of transactions on their way. */
export const transactions: readonly Fault[] = [
  inWindow('a proof is stuck by its low fee, and replaced', async (world, period, signal) => {
    const { lane } = world;
    await lane.mine(3);
    const stuck = await lane.waiting(signal);
    await dearBlocks(lane, 40n, 12, signal);
    await lane.until(`period ${period} is proven`, () => world.proven(period), signal);
    await cheapAgain(lane);
    const receipt = await lane.market.provider.getTransactionReceipt(stuck.hash);
    insist(receipt === null, 'the first one was mined after all');
  }),
  inWindow(
    'gas costs more than may be paid for half of the window',
    async (world, period, signal) => {
      const { lane } = world;
      await dearBlocks(lane, 50n, 30, signal);
      insist(!(await world.proven(period)), 'it was proven over the cap');
      await cheapAgain(lane);
    },
    { fees: { maxGwei: 20 } },
  ),
  inWindow('the pool drops the proof', async ({ lane }, _, signal) => {
    await lane.mine(3);
    const { hash } = await lane.waiting(signal);
    await lane.rpc('anvil_dropTransaction', hash);
    await lane.mine(1);
    insist((await lane.market.provider.getTransactionReceipt(hash)) === null, 'it was mined');
  }),
  inWindow("a foreign transaction takes the proof's nonce", async ({ lane, bob }, _, signal) => {
    await lane.mine(3);
    const { hash, nonce } = await lane.waiting(signal);
    const foreign = Transaction.from({
      type: 2,
      chainId: (await lane.market.provider.getNetwork()).chainId,
      to: bob.provider,
      value: 1n,
      nonce: Number(nonce),
      gasLimit: 21_000n,
      maxFeePerGas: 400n * GWEI,
      maxPriorityFeePerGas: 50n * GWEI,
    });
    foreign.signature = new SigningKey(toHex(bob.operatorKey)).sign(foreign.unsignedHash);
    await lane.rpc('eth_sendRawTransaction', foreign.serialized);
    await lane.mine(1);
    insist((await lane.market.provider.getTransactionReceipt(hash)) === null, 'the proof was mined all the same');
  }),
  {
    name: 'a second daemon has the same key',
    run: async (world, signal) => {
      await world.start();
      await world.stored();
      await world.stop();
      await using second = await world.copy();
      await world.start();
      await world.lane.until('the second serves', () => second.isReady, signal, Infinity);
      await world.proveNext();
      await world.proveNext();
    },
  },
];
