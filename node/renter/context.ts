import type { ObjectKey } from '../core/data/cipher.js';
import type { ShareKey } from '../core/keys/share-keys.js';
import type { Serial } from '../core/tasks/serial.js';
import type { Address } from '../core/units.js';
import type { Dialer } from '../ports/link.js';
import type { Settlement } from '../ports/settlement.js';
import type { Catalogue } from '../ports/catalogue.js';
import type { Metrics } from '../ports/metrics.js';
import type { Clock, Log, Signer, SlabCoder } from '../ports/world.js';
import type { Egress } from './download/egress.js';
import type { FailureList } from './failure-list.js';
import type { Trust } from './homes/trust.js';
import type { RenterLimits } from './limits.js';
import type { Links } from './links.js';
import type { RenterEvent } from './events.js';
import type { PageKeys } from './pages/page-keys.js';

/** What a renter needs of the world. */
export interface RenterWorld {
  readonly settlement: Settlement;
  readonly dialer: Dialer;
  /** This renter's alone while it runs. */
  readonly catalogue: Catalogue;
  readonly coder: SlabCoder;
  /** Whose deals these are, where another account pays for gas and deposits. Default: the account of `settlement`. */
  readonly renter?: Address | undefined;
  /** Session key: signs revisions and authorizations, and is named in deals as their signer. */
  readonly signer: Signer;
  /** 32 secret bytes that the keys of all objects derive from. */
  readonly master: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds between two blocks, as measured; for dates and prices per month. */
  readonly blockMilliseconds: number;
}

/** The world of one renter and what its parts share. */
export interface RenterContext extends Omit<RenterWorld, 'master'> {
  /** The key of an object: who reads or writes one gets no more than that. */
  readonly objectKey: (id: string) => ObjectKey;
  /** The key of a share, which opens what is shared by it. */
  readonly shareKey: (id: string) => ShareKey;
  /** Keys of the catalogue's pages in the deals. */
  readonly pages: PageKeys;
  readonly renter: Address;
  readonly limits: RenterLimits;
  readonly links: Links;
  /** Pays for reads. */
  readonly egress: Egress;
  /** Which providers failed lately. */
  readonly trust: Trust;
  /** Takes in what other machines of this wallet have changed, before something is written, moved or taken out. */
  readonly catchUp: (failures: FailureList, signal?: AbortSignal) => Promise<void>;
  /** Ids of the objects that a put is making now. */
  readonly inHand: Set<string>;
  /** One after the other per deal: revisions of a deal never overlap. */
  readonly serial: Serial;
}

/** How one task is watched and stopped. */
export interface TaskOptions {
  readonly signal?: AbortSignal;
  /** Hears what happens, for progress bars. */
  readonly report?: (event: RenterEvent) => void;
}
