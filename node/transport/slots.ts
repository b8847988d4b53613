import { HoldfastError } from '../core/errors/holdfast-error.js';
import { createWaiters } from '../core/tasks/waiters.js';

/** A bounded number of things in hand, in all and per peer. */
export interface Slots {
  /** Takes a place and gives back how to free it; undefined if there is none. */
  tryTake(peer: string): (() => void) | undefined;
  /** Waits for a place, first come, first served; PEER_BUSY after `milliseconds` if they are given, or the signal’s reason. */
  take(peer: string, signal: AbortSignal, milliseconds?: number): Promise<() => void>;
}

export interface SlotsOptions {
  /** What is counted, as in "uploads". */
  readonly what: string;
  readonly total: number;
  readonly perPeer: number;
}

export const createSlots = ({ what, total, perPeer }: SlotsOptions): Slots => {
  const taken = new Map<string, number>();
  const waiters = createWaiters();
  let all = 0;
  const tryTake = (peer: string): (() => void) | undefined => {
    const own = taken.get(peer) ?? 0;
    if (all >= total || own >= perPeer) return undefined;
    all++;
    taken.set(peer, own + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      all--;
      const left = (taken.get(peer) as number) - 1;
      if (left === 0) taken.delete(peer);
      else taken.set(peer, left);
      waiters.changed();
    };
  };
  return {
    tryTake,
    async take(peer, signal, milliseconds) {
      let late = false;
      const expire = (): void => {
        late = true;
        waiters.changed();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(expire, milliseconds);
      signal.addEventListener('abort', waiters.changed);
      try {
        for (;;) {
          signal.throwIfAborted();
          const free = tryTake(peer);
          if (free) return free;
          if (late) throw new HoldfastError('PEER_BUSY', { what, limit: Math.min(total, perPeer) });
          await waiters.change();
        }
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', waiters.changed);
      }
    },
  };
};
