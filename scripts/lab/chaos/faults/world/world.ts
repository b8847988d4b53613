import { join } from 'node:path';
import { createHost } from '../../../../../node/transport/host.js';
import { createDialer } from '../../../../../node/transport/dialer.js';
import { createPeerKey } from '../../../../../node/transport/peer-key.js';
import { tcpStack } from '../../../../../node/transport/tcp-stack.js';
import type { Settings } from '../../../../../node/app/settings/config.js';
import type { Settlement } from '../../../../../node/ports/settlement.js';
import type { Dialer } from '../../../../../node/ports/link.js';
import type { Chance } from '../../../staging/chance.js';
import { startRpcProxy, type RpcProxy } from '../../../staging/rpc-proxy.js';
import { startDaemon, startDaemonProcess, type Daemon, type DaemonProcessOptions, type LogLine } from './daemon.js';
import type { GuardedProcess } from '../../../../demo/devnet/guarded-process.js';
import { createProviderHome, openRenterHome, type ProviderHome } from './home.js';
import type { Lane } from './lane.js';
import { watchFollowing } from './following.js';
import { doublesOf, lostOf, missedOf } from './oath.js';
import { createTenant, type Tenant } from './tenant.js';

/** What was found wrong at the end of a fault, in words. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly missed: readonly string[];
  readonly doubles: readonly string[];
}

/** One provider with a daemon, a renter, and two RPCs between daemon and chain that can be bent. */
export interface ChaosWorld extends AsyncDisposable {
  readonly lane: Lane;
  readonly chance: Chance;
  readonly bob: ProviderHome;
  readonly proxies: readonly [RpcProxy, RpcProxy];
  /** The renter's way to the chain, which no fault touches. */
  readonly chain: Settlement;
  readonly dialer: Dialer;
  /** What the daemons of this world logged. */
  readonly lines: LogLine[];
  logged(event: string): LogLine[];
  /** What the daemon is told. */
  settings(fees?: Partial<Settings['fees']>): Promise<Settings>;
  /** Starts the daemon over the first RPC, or both; resolves once it serves. */
  start(options?: { readonly fees?: Partial<Settings['fees']> }): Promise<Daemon>;
  /** Starts the daemon in a process of its own; resolves once it serves. */
  spawn(options?: Omit<DaemonProcessOptions, 'settings' | 'log'>): Promise<GuardedProcess>;
  /** Starts another daemon, from a copy of the folder of the one that is stopped, where others reach it elsewhere. */
  copy(): Promise<CopiedDaemon>;
  /** Ends the daemon in good order. */
  stop(): Promise<void>;
  /** A renter with a deal that is open. */
  tenant(periods?: number): Promise<Tenant>;
  /** Many deals of the renter that are open. */
  crowd(count: number): Promise<Tenant[]>;
  /** A renter with data on chain: the provider owes proofs from the next period on. */
  stored(sectors?: number): Promise<Tenant>;
  proven(period: number): Promise<boolean>;
  /** Goes to the next period and has blocks come until it is proven. */
  proveNext(): Promise<number>;
  /** Holds what was promised against the daemon's folder, which is stopped, and the chain. */
  judge(): Promise<Verdict>;
}

/** A daemon that is not the world's own. Disposing of it ends it. */
export interface CopiedDaemon extends AsyncDisposable {
  readonly isReady: boolean;
}

export interface WorldOptions {
  readonly lane: Lane;
  readonly chance: Chance;
  readonly name: string;
  /** RPCs that the daemon has. */
  readonly rpcs?: 1 | 2;
  readonly signal: AbortSignal;
}

/** Milliseconds between two blocks where a window must not go by meanwhile. */
const UNHURRIED = 500;
/** Deals that one transaction opens: it stays under the gas that one may have. */
const AT_ONCE = 50;

export const createChaosWorld = async ({ lane, chance, name, rpcs = 1, signal }: WorldOptions): Promise<ChaosWorld> => {
  await using stack = new AsyncDisposableStack();
  await lane.automine(true);
  const { tick, isFollowed } = lane;
  stack.defer(() => void Object.assign(lane, { tick, isFollowed }));
  const since = { block: await lane.block(), period: (await lane.moment()).period };
  const bob = await createProviderHome(lane, join(lane.folder, name, 'bob'), signal);
  const alice = stack.use(await openRenterHome(lane, join(lane.folder, name, 'alice'), signal));
  const { settlement: chain } = alice;
  const proxies = [await startRpcProxy(lane.market.rpcUrl), await startRpcProxy(lane.market.rpcUrl)] as const;
  for (const proxy of proxies) stack.defer(() => proxy.stop());
  const host = await createHost({ stack: tcpStack, peerKey: createPeerKey(), listen: [] });
  stack.defer(() => host.stop());
  await lane.automine(false);
  const lines: LogLine[] = [];
  const tenants: Tenant[] = [];
  const dialer = createDialer(host);
  let daemon: Daemon | undefined;
  let child: GuardedProcess | undefined;
  const urls = proxies.slice(0, rpcs).map(({ url }) => url);
  const settings: ChaosWorld['settings'] = (fees) => bob.settings(urls, fees);
  const stop = async (): Promise<void> => {
    const running = daemon;
    daemon = undefined;
    for (const tenant of tenants) await tenant.hangUp();
    if (running !== undefined) await lane.during(running.stop(), signal, UNHURRIED);
    const process = child;
    child = undefined;
    if (process !== undefined) await lane.during(process.stop(), signal, UNHURRIED);
  };
  stack.defer(stop);
  const isFollowing = watchFollowing(() => proxies[0].methods.length + proxies[1].methods.length);
  lane.isFollowed = () => (daemon === undefined && child === undefined) || isFollowing();
  const proven = async (period: number): Promise<boolean> => {
    const { market } = lane.market.contracts;
    return (await market.queryFilter(market.filters.Proven(bob.provider, period), lane.firstBlock(period))).length > 0;
  };
  const newcomer = async (periods: number): Promise<Tenant> => {
    const one = await createTenant({ chain, provider: bob.provider, dialer, chance: chance.of(`tenant ${tenants.length}`), periods });
    tenants.push(one);
    return one;
  };
  const tenant: ChaosWorld['tenant'] = async (periods = 400) => {
    const one = await newcomer(periods);
    await lane.during(one.open(), signal);
    return one;
  };
  const resources = stack.move();
  return {
    lane,
    chance,
    bob,
    proxies,
    chain,
    dialer,
    lines,
    logged: (event) => lines.filter((line) => line.event === event),
    settings,
    start: async ({ fees } = {}) => {
      const started = startDaemon(await settings(fees), lines);
      daemon = started;
      const died = started.ended.then(() => Promise.reject(new Error('the daemon ended')));
      await Promise.race([died, lane.until('the daemon serves', () => started.isReady, signal, Infinity)]);
      return started;
    },
    spawn: async (options = {}) => {
      const started = await startDaemonProcess({ ...options, settings: await settings(), log: join(lane.folder, name, 'daemon.log') });
      child = started;
      // A process of its own may be slower than the blocks that this one makes.
      lane.tick = UNHURRIED;
      await started.line(/is up\.$/, signal);
      return started;
    },
    copy: async () => {
      const second = startDaemon(await bob.copy(urls), lines);
      return {
        get isReady() {
          return second.isReady;
        },
        [Symbol.asyncDispose]: () => lane.during(second.stop(), signal),
      };
    },
    stop,
    tenant,
    crowd: async (count) => {
      const crowd: Tenant[] = [];
      for (let index = 0; index < count; index++) crowd.push(await newcomer(400));
      for (let at = 0; at < count; at += AT_ONCE) {
        const requests = crowd.slice(at, at + AT_ONCE).map(({ request }) => request);
        await lane.during(chain.submit({ kind: 'open', requests }), signal);
      }
      return crowd;
    },
    stored: async (sectors = 2) => {
      const one = await tenant();
      await one.put(sectors, 4_096, signal);
      await lane.until('the revision is on chain', async () => ((await one.sheet())?.number ?? 0n) > 0n, signal);
      return one;
    },
    proven,
    proveNext: async () => {
      const period = await lane.toNext(0);
      await lane.until(`period ${period} is proven`, () => proven(period), signal);
      return period;
    },
    judge: async () => ({
      lost: await lostOf(await settings(), chain.identity, tenants),
      missed: (await missedOf(lane, bob.provider, since)).map((period) => `period ${period}`),
      doubles: await doublesOf(lane, [bob.operator, bob.provider, chain.account], since),
    }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
};
