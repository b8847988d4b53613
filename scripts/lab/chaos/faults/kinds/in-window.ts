import type { Settings } from '../../../../../node/app/settings/config.js';
import type { Fault } from '../fault.js';
import type { ChaosWorld } from '../world/world.js';

/** What a fault does in the first block of a window; what it resolves to ends it, before the next window. */
type Hurt = (world: ChaosWorld, period: number, signal: AbortSignal) => Promise<void>;

export interface InWindowOptions {
  readonly rpcs?: 1 | 2;
  readonly fees?: Partial<Settings['fees']>;
  /** Milliseconds between two blocks until it is proven. */
  readonly pace?: number;
}

/** Lets both RPCs say what is true. */
export const heal = ({ proxies }: ChaosWorld): void => {
  for (const proxy of proxies) {
    proxy.down = false;
    proxy.late = 0;
    proxy.answer = () => undefined;
    proxy.refuse = () => undefined;
    proxy.alter = (_, result) => result;
  }
};

/** A fault of the window: there is data on chain, it happens, and this window and the next are proven all the same. */
export const inWindow = (name: string, hurt: Hurt, { rpcs = 1, fees = {}, pace }: InWindowOptions = {}): Fault => ({
  name,
  rpcs,
  run: async (world, signal) => {
    const { lane } = world;
    await world.start({ fees });
    await world.stored();
    const period = await lane.toNext(0);
    try {
      await hurt(world, period, signal);
      await lane.until(`period ${period} is proven`, () => world.proven(period), signal, pace);
    } finally {
      heal(world);
    }
    await world.proveNext();
  },
});
