import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createCounts } from './counts.js';
import { bestOf, isLess } from './line.js';
import type { Origin } from './origin.js';

/** One stream whose request is still to be heard. */
export interface Reading {
  readonly peer: string;
  readonly origin: Origin;
  /** Called when its place goes to another; it is free then. */
  readonly evict: (reason: HoldfastError) => void;
}

/**
 * Places in which requests are heard and looked at, cheap and many. When strangers have them all, the one that has been there longest,
 * from where the most are, goes. Acquaintances are counted per peer only, and never go.
 */
export interface Readings {
  /** How to leave. PEER_BUSY if the peer itself has too many. */
  enter(reading: Reading, isStranger: boolean): () => void;
  readonly strangers: number;
}

export interface ReadingsOptions {
  readonly total: number;
  readonly perPeer: number;
  readonly perAddress: number;
  readonly perRange: number;
}

/** The first of those whose range occurs most often, and of these whose address does. */
export const heaviestOf = <T extends { readonly origin: Origin }>(items: readonly T[]): T | undefined => {
  const [ranges, addresses] = [createCounts(), createCounts()];
  for (const { origin } of items) {
    ranges.add(origin.range);
    addresses.add(origin.address);
  }
  const weightOf = ({ origin }: T): readonly number[] => [ranges.of(origin.range), addresses.of(origin.address)];
  return bestOf(items, (one, other) => isLess(weightOf(other), weightOf(one)));
};

export const createReadings = ({ total, perPeer, perAddress, perRange }: ReadingsOptions): Readings => {
  const ofPeer = createCounts();
  /** In the order in which they came. */
  const strangers = new Set<Reading>();

  /** Whom it takes to go for a place to be free for one more from there. */
  const victimFor = ({ origin }: Reading): { readonly victim: Reading | undefined; readonly limit: number } | undefined => {
    const all = [...strangers];
    const neighbours = all.filter((other) => other.origin.address === origin.address);
    if (neighbours.length >= perAddress) return { victim: neighbours[0], limit: perAddress };
    const inRange = all.filter((other) => other.origin.range === origin.range);
    if (inRange.length >= perRange) return { victim: heaviestOf(inRange), limit: perRange };
    return all.length >= total ? { victim: heaviestOf(all), limit: total } : undefined;
  };
  const makeRoomFor = (reading: Reading): void => {
    const full = victimFor(reading);
    if (full?.victim === undefined) return;
    strangers.delete(full.victim);
    full.victim.evict(new HoldfastError('PEER_BUSY', { what: 'requests of strangers', limit: full.limit }));
  };

  return {
    get strangers() {
      return strangers.size;
    },
    enter(reading, isStranger) {
      const { peer } = reading;
      if (ofPeer.of(peer) >= perPeer) throw new HoldfastError('PEER_BUSY', { what: 'requests', limit: perPeer });
      if (isStranger) {
        makeRoomFor(reading);
        strangers.add(reading);
      }
      ofPeer.add(peer);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        strangers.delete(reading);
        ofPeer.remove(peer);
      };
    },
  };
};
