import { blockNumber } from '../../../node/core/units.js';
import type { MarketEvent, SettlementReader } from '../../../node/ports/settlement.js';
import { rpcTo } from './anvil.js';

/** Who looks at the chain, and until when. */
interface Watching {
  readonly reader: SettlementReader;
  readonly signal: AbortSignal;
}

/**
 * Waits for the `count`-th event called `name` from now on, and at once replaces its block and all after it by empty ones, whose
 * transactions nobody keeps. Resolves to the event that is gone. `control` is anvil's own JSON-RPC address.
 */
export const undoOnce = async ({ reader, signal }: Watching, control: string, name: string, count: number): Promise<MarketEvent> => {
  let read = (await reader.head(signal)).block;
  let seen = 0;
  for await (const head of reader.heads(signal)) {
    if (head.block <= read) continue;
    const events = await reader.events(blockNumber(read + 1), head.block, signal);
    read = head.block;
    for (const event of events) {
      if (event.name !== name || ++seen < count) continue;
      // A block that comes between the two calls leaves the event where it was.
      const rpc = rpcTo(control);
      const isThere = async (): Promise<boolean> => {
        const block = await rpc<{ hash: string } | null>('eth_getBlockByNumber', `0x${event.block.toString(16)}`, false);
        return block?.hash === event.blockHash;
      };
      while (await isThere()) await rpc('anvil_reorg', Number(await rpc<string>('eth_blockNumber')) - event.block + 1, []);
      return event;
    }
  }
  throw new Error(`the chain ended before ${count} times ${name}`);
};
