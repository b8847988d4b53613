import { mostCrowded } from './heaviest.js';
import type { Origin } from './origin.js';

/** Who is at the other end of a connection: acquaintances with data are not sent away, others only when there are no strangers. */
export type Standing = 'stranger' | 'without data' | 'with data';

/** One connection that a peer has opened to us. */
export interface Guest {
  readonly peer: string;
  readonly origin: Origin;
  readonly standing: Standing;
  /** Whether it has requests in hand. */
  readonly isBusy: boolean;
}

export interface CrowdLimits {
  readonly connections: number;
  readonly connectionsPerPeer: number;
  readonly connectionsPerAddress: number;
  readonly connectionsPerRange: number;
}

/**
 * Which connection goes now that the last of `guests` has come; undefined if there is room for all. `guests` are in the order in which
 * they came. Of strangers goes the one from where the most are, of these the oldest; only when all others may stay, the newcomer.
 */
export const decideWhoGoes = <G extends Guest>(guests: readonly G[], limits: CrowdLimits): G | undefined => {
  const newcomer = guests.at(-1);
  if (newcomer === undefined) return undefined;
  const { peer, origin } = newcomer;
  const own = guests.filter((guest) => guest.peer === peer);
  if (own.length > limits.connectionsPerPeer) return own.find(({ isBusy }) => !isBusy) ?? newcomer;
  const strangers = guests.filter(({ standing }) => standing === 'stranger');
  const neighbours = strangers.filter((guest) => guest.origin.address === origin.address);
  if (neighbours.length > limits.connectionsPerAddress) return neighbours[0];
  const inRange = strangers.filter((guest) => guest.origin.range === origin.range);
  if (inRange.length > limits.connectionsPerRange) return mostCrowded(inRange);
  if (guests.length <= limits.connections) return undefined;
  const others = strangers.filter((guest) => guest !== newcomer);
  const quiet = guests.filter(({ standing, isBusy }) => standing === 'without data' && !isBusy);
  return mostCrowded(others) ?? mostCrowded(quiet) ?? newcomer;
};
