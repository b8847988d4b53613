import { pause } from '../core/tasks/waiting.js';
import type { Clock } from '../ports/world.js';

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now(), sleep: pause };
