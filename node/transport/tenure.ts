import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Admission } from '../ports/link.js';
import { createPlaces, type Place, type Places } from './door/places.js';
import type { PlaceKind } from './exchanges/exchange.js';
import type { ServerLimits } from './limits.js';

/** The scarce place that one request has, if any. */
export interface Tenure {
  /** Gives up the place it has and waits for one of that kind. */
  enter(kind: PlaceKind): Promise<void>;
  /** Has the deal go after the others for places of the kind that it has. */
  strike(): void;
  leave(): void;
}

export interface Tenures {
  /** For one request; calls `onLost` with the reason if its place is given to others. */
  begin(admission: Admission | undefined, signal: AbortSignal, onLost: (reason: HoldfastError) => void): Tenure;
  taken(): Readonly<Record<PlaceKind, number>>;
}

export const createTenures = (limits: ServerLimits): Tenures => {
  const placesFor = (what: string, total: number, perDeal: number): Places =>
    createPlaces({ ...limits, what, total, perDeal, reserved: Math.floor(total * limits.reservedShare) });
  const places: Readonly<Record<PlaceKind, Places>> = {
    requests: placesFor('requests', limits.requests, limits.requestsPerDeal),
    uploads: placesFor('uploads', limits.uploads, limits.uploadsPerDeal),
    listings: placesFor('revisions and listings', limits.listings, limits.listingsPerDeal),
  };
  return {
    taken: () => ({ requests: places.requests.inHand, uploads: places.uploads.inHand, listings: places.listings.inHand }),
    begin(admission, signal, onLost) {
      let place: Place | undefined;
      const leave = (): void => {
        place?.free();
        place = undefined;
      };
      return {
        leave,
        strike: () => place?.strike(),
        async enter(kind) {
          leave();
          if (admission === undefined) throw new HoldfastError('INTERNAL', { detail: `a stranger was led to a place for ${kind}` });
          place = await places[kind].take(admission, signal, limits.turnMilliseconds);
          const { lost } = place;
          lost.addEventListener('abort', () => onLost(lost.reason as HoldfastError));
        },
      };
    },
  };
};
