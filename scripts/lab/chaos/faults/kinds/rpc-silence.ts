import { insist, type Fault } from '../fault.js';
import { heal, inWindow } from './in-window.js';

/** RPCs that say nothing, too little, or too late. */
export const rpcSilence: readonly Fault[] = [
  inWindow('the RPC hangs for a while', async (world, _, signal) => {
    const { lane, proxies } = world;
    let hung = 0;
    proxies[0].answer = () => {
      hung++;
      return 'hang';
    };
    await lane.mine(5);
    await lane.still(2_000, signal);
    insist(hung > 0, 'nobody asked');
    heal(world);
    await lane.until('the proof is on its way', () => world.logged('proof-sent').length > 0, signal, 1_000);
  }),
  inWindow(
    'one of two RPCs hangs for good',
    async ({ lane, proxies }, _, signal) => {
      let hung = 0;
      proxies[0].answer = () => {
        hung++;
        return 'hang';
      };
      await lane.until('it was asked', () => hung > 0, signal, 1_000);
    },
    { rpcs: 2, pace: 1_000 },
  ),
  inWindow('the RPC drops every other request', async ({ lane, proxies }, _, signal) => {
    let requests = 0;
    proxies[0].refuse = () => {
      requests++;
      return undefined;
    };
    proxies[0].answer = () => (requests % 2 === 0 ? 'drop' : undefined);
    await lane.until('many were dropped', () => requests > 10, signal, 500);
  }),
  inWindow('the RPC is gone for a third of the window', async (world, _, signal) => {
    const { lane, proxies } = world;
    proxies[0].down = true;
    await lane.still(1_000, signal);
    await lane.mine(20);
    await lane.still(1_000, signal);
    heal(world);
  }),
  inWindow('the RPC limits requests: 429 with Retry-After', async (world, _, signal) => {
    const { lane, proxies } = world;
    let early = 0;
    const until = Date.now() + 2_000;
    proxies[0].refuse = () => {
      if (Date.now() >= until) return undefined;
      early++;
      return { status: 429, headers: { 'retry-after': '2' } };
    };
    await lane.mine(5);
    await lane.still(2_500, signal);
    // What was on its way already, and no more.
    insist(early > 0 && early < 12, `${early} requests came before the time that the RPC named`);
  }),
  inWindow(
    'every answer is two seconds late',
    async ({ proxies }) => {
      proxies[0].late = 2_000;
      await Promise.resolve();
    },
    { pace: 2_000 },
  ),
  inWindow(
    'receipts are five seconds late',
    async ({ lane, proxies }, period, signal) => {
      const since = new Map<unknown, number>();
      let held = 0;
      proxies[0].alter = ({ method, params }, result) => {
        if (method !== 'eth_getTransactionReceipt' || result === null) return result;
        if (!since.has(params[0])) since.set(params[0], Date.now());
        if (Date.now() >= (since.get(params[0]) ?? 0) + 5_000) return result;
        held++;
        return null;
      };
      await lane.until(`period ${period} is proven and nobody says so`, () => held > 3, signal, 400);
      await lane.still(5_000, signal);
    },
    { pace: 400 },
  ),
  inWindow('an RPC that prunes logs is all there is after a restart', async (world, _, signal) => {
    const { proxies } = world;
    await world.stop();
    proxies[0].alter = ({ method }, result) => (method === 'eth_getLogs' ? [] : result);
    await world.start();
    await world.lane.still(100, signal);
  }),
];
