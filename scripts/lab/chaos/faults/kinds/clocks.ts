import { join } from 'node:path';
import type { Fault } from '../fault.js';

const SHIFTED = join(import.meta.dirname, '../world/shifted-clock.ts');
const DAYS = 3 * 86_400_000;

const wrong = (name: string, shift: number): Fault => ({
  name,
  run: async (world) => {
    await world.start();
    await world.stored();
    await world.stop();
    const imports = [SHIFTED];
    const daemon = await world.spawn({ imports, env: { CHAOS_CLOCK: String(shift), CHAOS_CLOCK_JUMP: String(-2 * shift) } });
    await world.proveNext();
    // From days ahead to days behind, or the other way, within a window.
    daemon.signal('SIGUSR2');
    await world.proveNext();
  },
});

/** Clocks of the machine that are wrong. */
export const clocks: readonly Fault[] = [
  wrong('the clock is three days ahead, then three days behind', DAYS),
  wrong('the clock is three days behind, then three days ahead', -DAYS),
];
