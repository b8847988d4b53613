import type { Call, RpcProxy } from '../../../staging/rpc-proxy.js';
import { insist, type Fault } from '../fault.js';
import type { Lane } from '../world/lane.js';
import { heal, inWindow } from './in-window.js';

/** From now on the head stays what it is; older and newer blocks can be asked for. */
const freeze = async ({ rpc }: Lane, proxy: RpcProxy): Promise<{ readonly asked: number }> => {
  const head = await rpc<{ number: string }>('eth_getBlockByNumber', 'latest', false);
  const told = { asked: 0 };
  proxy.answer = ({ method, params }: Call) => {
    const isHead = method === 'eth_blockNumber' || (method === 'eth_getBlockByNumber' && params[0] === 'latest');
    if (!isHead) return undefined;
    told.asked++;
    return { result: method === 'eth_blockNumber' ? head.number : head };
  };
  return told;
};

/** From now on it serves another chain, on which nothing of ours is. */
const moveAway = (proxy: RpcProxy): { readonly asked: number } => {
  const told = { asked: 0 };
  proxy.answer = ({ method }: Call) => {
    told.asked++;
    if (method === 'eth_chainId' || method === 'net_version') return { result: '0x1' };
    if (method === 'eth_call') return { result: '0x' };
    if (method === 'eth_getLogs') return { result: [] };
    if (method === 'eth_getTransactionCount') return { result: '0x0' };
    return { result: null };
  };
  return told;
};

/** RPCs that say what is not so. */
export const rpcLies: readonly Fault[] = [
  inWindow('the RPC repeats one head for a third of the window', async (world, _, signal) => {
    const { lane, proxies } = world;
    const told = await freeze(lane, proxies[0]);
    for (let block = 0; block < 20; block++) {
      await lane.mine(1);
      await lane.still(100, signal);
    }
    insist(told.asked > 3, 'nobody asked');
    heal(world);
  }),
  inWindow(
    'one of two RPCs stays at an old head for good',
    async ({ lane, proxies }, _, signal) => {
      const told = await freeze(lane, proxies[0]);
      await lane.mine(10);
      await lane.until('it was asked', () => told.asked > 0, signal, 500);
    },
    { rpcs: 2, pace: 1_000 },
  ),
  inWindow('the RPC serves another chain for a while', async (world, _, signal) => {
    const { lane, proxies } = world;
    const told = moveAway(proxies[0]);
    await lane.mine(10);
    await lane.still(2_000, signal);
    insist(told.asked > 0, 'nobody asked');
    heal(world);
  }),
  inWindow(
    'one of two RPCs serves another chain for good',
    async ({ lane, proxies }, _, signal) => {
      const told = moveAway(proxies[0]);
      await lane.until('it was asked', () => told.asked > 0, signal, 500);
    },
    { rpcs: 2 },
  ),
  inWindow('the RPC answers an error to what it passes on', async ({ lane, proxies }, period, signal) => {
    let passed = 0;
    proxies[0].answer = ({ method, params }: Call) => {
      if (method !== 'eth_sendRawTransaction') return undefined;
      passed++;
      lane.rpc(method, ...params).catch(() => undefined);
      return { error: { code: -32_603, message: 'Internal error' } };
    };
    await lane.until(`period ${period} is proven`, () => passed > 0, signal, 500);
  }),
  inWindow('the connection breaks once a transaction was passed on', async ({ lane, proxies }, period, signal) => {
    let passed = 0;
    proxies[0].answer = ({ method }: Call) => {
      if (method !== 'eth_sendRawTransaction') return undefined;
      passed++;
      return 'cut';
    };
    await lane.until(`period ${period} is proven`, () => passed > 0, signal, 500);
  }),
  inWindow(
    'one of two RPCs says that the proof reverted',
    async ({ lane, proxies }, _, signal) => {
      let lies = 0;
      proxies[0].alter = ({ method }, result) => {
        if (method !== 'eth_getTransactionReceipt' || result === null) return result;
        lies++;
        return { ...(result as object), status: '0x0', logs: [] };
      };
      await lane.until('it lied', () => lies > 0, signal, 300);
    },
    { rpcs: 2, pace: 300 },
  ),
  inWindow(
    'one of two RPCs says that the proof is mined when it is not',
    async ({ lane, proxies }, _, signal) => {
      let lies = 0;
      const receipts = new Map<unknown, object>();
      proxies[0].answer = ({ method, params }: Call) => {
        if (method !== 'eth_getTransactionReceipt') return undefined;
        const made = receipts.get(params[0]);
        if (made !== undefined) lies++;
        return made === undefined ? undefined : { result: made };
      };
      const head = await lane.rpc<{ number: string; hash: string }>('eth_getBlockByNumber', 'latest', false);
      await lane.mine(3);
      const waiting = await lane.waiting(signal);
      const zero = `0x${'00'.repeat(256)}`;
      receipts.set(waiting.hash, {
        transactionHash: waiting.hash,
        transactionIndex: '0x0',
        blockNumber: head.number,
        blockHash: head.hash,
        from: waiting.from,
        to: waiting.to,
        cumulativeGasUsed: '0x5208',
        gasUsed: '0x5208',
        effectiveGasPrice: '0x1',
        contractAddress: null,
        logs: [],
        logsBloom: zero,
        status: '0x1',
        type: '0x2',
      });
      await lane.rpc('anvil_dropTransaction', waiting.hash);
      await lane.until('it lied', () => lies > 0, signal, 500);
    },
    { rpcs: 2, pace: 300 },
  ),
  ...([-1, 3] as const).map((by) =>
    inWindow(
      `one of two RPCs tells a nonce that is ${by < 0 ? 'too low' : 'too high'}`,
      async ({ proxies, lane }, _, signal) => {
        let lies = 0;
        proxies[0].alter = ({ method }, result) => {
          if (method !== 'eth_getTransactionCount') return result;
          lies++;
          return `0x${Math.max(0, Number(result) + by).toString(16)}`;
        };
        await lane.until('it lied', () => lies > 0, signal, 500);
      },
      { rpcs: 2, pace: 300 },
    ),
  ),
];
