import type { Admission } from '../../ports/link.js';
import { claimantOf } from './claimant.js';

/**
 * Peers that lately proved to speak for a deal. Each deal has room for a few, so that nobody turns one deal into a crowd of
 * acquaintances, and for a few more who only read in it.
 */
export interface Acquaintances {
  /** The deal that the peer spoke for last; undefined for a stranger. */
  of(peer: string): Admission | undefined;
  meet(peer: string, admission: Admission): void;
  /** The peer said what does not hold: it is a stranger again. */
  forget(peer: string): void;
}

export interface AcquaintancesOptions {
  /** Deals remembered at once; over it, those that spoke longest ago are forgotten. */
  readonly deals: number;
  /** Peers of one deal remembered at once. */
  readonly peersPerDeal: number;
  /** Milliseconds after which a peer that asks nothing is a stranger again. */
  readonly milliseconds: number;
  readonly now?: () => number;
}

export const createAcquaintances = (options: AcquaintancesOptions): Acquaintances => {
  const { deals: mostDeals, peersPerDeal, milliseconds, now = () => performance.now() } = options;
  const peers = new Map<string, { readonly admission: Admission; readonly until: number }>();
  /** In the order in which they spoke last, and so are the peers of each. */
  const deals = new Map<string, Set<string>>();

  const forget = (peer: string): void => {
    const known = peers.get(peer);
    peers.delete(peer);
    if (known === undefined) return;
    const deal = claimantOf(known.admission);
    deals.get(deal)?.delete(peer);
    if (deals.get(deal)?.size === 0) deals.delete(deal);
  };
  const forgetDeal = (deal: string): void => {
    for (const peer of deals.get(deal) ?? []) peers.delete(peer);
    deals.delete(deal);
  };

  return {
    forget,
    of(peer) {
      const entry = peers.get(peer);
      if (entry === undefined || now() < entry.until) return entry?.admission;
      forget(peer);
      return undefined;
    },
    meet(peer, admission) {
      forget(peer);
      const deal = claimantOf(admission);
      const own = deals.get(deal) ?? new Set();
      const [oldestPeer] = own;
      if (own.size >= peersPerDeal && oldestPeer !== undefined) {
        own.delete(oldestPeer);
        peers.delete(oldestPeer);
      }
      own.add(peer);
      peers.set(peer, { admission, until: now() + milliseconds });
      deals.delete(deal);
      deals.set(deal, own);
      const [oldestDeal] = deals.keys();
      if (deals.size > mostDeals && oldestDeal !== undefined) forgetDeal(oldestDeal);
    },
  };
};
