import { isHoldfastError } from '../../../../../node/core/errors/holdfast-error.js';
import { pause } from '../../../../../node/core/tasks/waiting.js';
import { insist, type Fault } from '../fault.js';
import type { ChaosWorld } from '../world/world.js';
import type { Tenant } from '../world/tenant.js';

/** Milliseconds of killing in the long form. */
const LONG = 600_000;
/** Fewest kills. */
const KILLS = 3;
/** Most milliseconds that a process lives before it is killed, beside its start. */
const LIFE = 1_500;

/** Kills the daemon's process at random, starts it again, and has it sign in between, a few times and for `milliseconds`. */
const killAtRandom = async (world: ChaosWorld, milliseconds: number, signal: AbortSignal): Promise<void> => {
  const { lane, chance } = world;
  await world.start();
  const tenant: Tenant = await world.stored();
  const stored = (await lane.moment()).period;
  await world.stop();
  const over = Date.now() + milliseconds;
  for (let kills = 0; Date.now() < over || kills < KILLS; kills++) {
    const daemon = await world.spawn();
    const { offset } = await lane.moment();
    if (kills === 0 || (chance.hit(0.5) && offset >= lane.windowBlocks)) await lane.toNext(0);
    const life = new AbortController();
    const alive = AbortSignal.any([signal, life.signal]);
    const busy = tenant
      .refresh(alive)
      .then(() => tenant.put(1, 4_096, alive))
      .catch(() => undefined);
    const end = Date.now() + chance.below(LIFE);
    await lane.until('its time has come', () => Date.now() >= end, signal);
    daemon.signal('SIGKILL');
    await daemon.ended;
    life.abort(new Error('the provider was killed'));
    await busy;
    await tenant.hangUp();
  }
  await world.spawn();
  const { period, offset } = await lane.moment();
  insist(period > stored, 'no proof was owed yet');
  if (offset < lane.windowBlocks - 20 && !(await world.proven(period)))
    await lane.until(`period ${period} is proven`, () => world.proven(period), signal);
  await tenant.refresh(signal);
  // It may have signed as much before the kills as may be unposted: that takes blocks.
  const signsAgain = (): Promise<boolean> =>
    tenant.put(1, 4_096, signal).then(
      () => true,
      (error: unknown) => {
        if (isHoldfastError(error, 'PEER_REFUSED') && error.data.code === 'REVISIONS_UNPOSTED') return false;
        throw error;
      },
    );
  await lane.until('the provider signs again', signsAgain, signal);
  await world.proveNext();
};

/** Processes that are stopped, killed and started again. */
export const processes: readonly Fault[] = [
  {
    name: 'the daemon is stopped for half of a window (SIGSTOP)',
    run: async (world, signal) => {
      const { lane } = world;
      await world.start();
      await world.stored();
      await world.stop();
      const daemon = await world.spawn();
      const period = await lane.toNext(0);
      daemon.signal('SIGSTOP');
      for (let block = 0; block < lane.windowBlocks / 2; block++) {
        await lane.mine(1);
        await pause(30, signal);
      }
      insist(!(await world.proven(period)), 'it was proven by a process that stands still');
      daemon.signal('SIGCONT');
      await lane.until(`period ${period} is proven`, () => world.proven(period), signal);
    },
  },
  {
    name: 'the daemon is told to end while its proof is on its way, and started again',
    run: async (world, signal) => {
      const { lane } = world;
      await world.start();
      await world.stored();
      const period = await lane.toNext(3);
      await lane.waiting(signal);
      await world.stop();
      await world.start();
      await lane.until(`period ${period} is proven`, () => world.proven(period), signal);
    },
  },
  {
    name: 'the daemon is killed at random, again and again (SIGKILL)',
    run: (world, signal) => killAtRandom(world, 0, signal),
  },
  {
    name: 'the daemon is killed at random for ten minutes (SIGKILL)',
    long: true,
    run: (world, signal) => killAtRandom(world, LONG, signal),
  },
];
