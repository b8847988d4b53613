import type { Fault } from '../fault.js';
import { inWindow } from './in-window.js';

/** Blocks that come when nobody expects them, or not at all. */
export const blocks: readonly Fault[] = [
  inWindow('no block comes for long', async ({ lane }, _, signal) => {
    await lane.mine(3);
    await lane.still(6_000, signal);
  }),
  inWindow('two thirds of the window come at once', async ({ lane }) => {
    await lane.mine(Math.floor((lane.windowBlocks * 2) / 3));
  }),
  inWindow('the chain skips hours between empty blocks', async ({ lane }, _, signal) => {
    for (let block = 0; block < 4; block++) {
      await lane.rpc('evm_increaseTime', 7_200);
      await lane.mine(1);
      await lane.still(150, signal);
    }
  }),
];
