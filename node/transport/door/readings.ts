import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createCounts } from './counts.js';
import { heaviestOf } from './heaviest.js';
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

export const createReadings = ({ total, perPeer, perAddress, perRange }: ReadingsOptions): Readings => {
  const ofPeer = createCounts();
  /** In the order in which they came. */
  const strangers = new Set<Reading>();
  const [ofAddress, ofRange] = [createCounts(), createCounts()];
  const add = (reading: Reading): void => {
    strangers.add(reading);
    ofAddress.add(reading.origin.address);
    ofRange.add(reading.origin.range);
  };
  const remove = (reading: Reading): void => {
    if (!strangers.delete(reading)) return;
    ofAddress.remove(reading.origin.address);
    ofRange.remove(reading.origin.range);
  };
  /** Of those that `may` go the first from where the most are. */
  const heaviest = (may: (origin: Origin) => boolean): Reading | undefined =>
    heaviestOf(strangers, ({ origin }) => (may(origin) ? ofRange.of(origin.range) * (total + 1) + ofAddress.of(origin.address) : 0));

  /** Whom it takes to go for a place to be free for one more from there. */
  const victimFor = ({ origin }: Reading): { readonly victim: Reading | undefined; readonly limit: number } | undefined => {
    const { address, range } = origin;
    if (ofAddress.of(address) >= perAddress) return { victim: heaviest((other) => other.address === address), limit: perAddress };
    if (ofRange.of(range) >= perRange) return { victim: heaviest((other) => other.range === range), limit: perRange };
    return strangers.size >= total ? { victim: heaviest(() => true), limit: total } : undefined;
  };
  const makeRoomFor = (reading: Reading): void => {
    const full = victimFor(reading);
    if (full?.victim === undefined) return;
    remove(full.victim);
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
        add(reading);
      }
      ofPeer.add(peer);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        remove(reading);
        ofPeer.remove(peer);
      };
    },
  };
};
