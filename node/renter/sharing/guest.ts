import type { ObjectKey } from '../../core/data/cipher.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createKeySigner } from '../../core/keys/signing.js';
import { readerKey } from '../../core/keys/reader-key.js';
import type { ShareLink } from '../../core/keys/share-link.js';
import { createSerial } from '../../core/tasks/serial.js';
import type { RenterContext, RenterWorld, TaskOptions } from '../context.js';
import { createEgress } from '../download/egress.js';
import { getObject } from '../download/get.js';
import { findNeighbours, readNeighbours } from '../download/neighbours.js';
import { createTrust } from '../homes/trust.js';
import { defaultLimits, type RenterLimits } from '../limits.js';
import { createLinks } from '../links.js';
import type { Renter } from '../renter.js';
import { openShare, readShare, type OpenedShare, type ReadableShare } from './open-share.js';
import { verifyShare, type VerifiedShare, type VerifyShareOptions } from './verify-share.js';

/** Whoever has a link, and needs nothing else: no wallet, and no memory beyond the run. */
export interface Guest extends Pick<Renter, 'object' | 'objects' | 'get' | 'neighbours' | 'read'> {
  /** Opens what the link leads to, to read it. */
  open(options?: TaskOptions): Promise<ReadableShare>;
  /** Looks at where it lies, as far as the link lets. */
  look(options?: TaskOptions): Promise<OpenedShare>;
  /** Has those who hold it show that they do; a link that only verifies is enough. */
  verify(options?: VerifyShareOptions): Promise<VerifiedShare>;
  close(): Promise<void>;
}

/** The world of a guest: an empty catalogue, and a chain that it only reads. */
export type GuestWorld = Omit<RenterWorld, 'master' | 'signer' | 'renter'>;

/** A renter's context with the keys of a link in the place of a wallet's: what it reads is what the link has, and it signs for nothing. */
export const createGuestContext = (
  world: GuestWorld,
  link: ShareLink,
  keys: ReadonlyMap<string, ObjectKey>,
  limits: Partial<RenterLimits> = {},
): RenterContext => {
  const bounds = { ...defaultLimits, ...limits };
  const signer = createKeySigner(readerKey(link.verify));
  const serial = createSerial();
  const none = (): never => {
    throw new HoldfastError('INTERNAL', { detail: 'a guest has no such key' });
  };
  return {
    ...world,
    signer,
    renter: link.owner,
    objectKey: (id) => keys.get(id) ?? none(),
    shareKey: none,
    pages: { keyOf: none, seal: none, open: none },
    catchUp: () => Promise.resolve(),
    limits: bounds,
    links: createLinks({ ...world, signer, authorizationPeriods: bounds.authorizationPeriods, grant: link.grant }),
    egress: createEgress({ ...world, signer, serial, limits: bounds }),
    trust: createTrust(world),
    inHand: new Set(),
    serial,
  };
};

/** A guest in `world` with `link`. */
export const createGuest = (world: GuestWorld, link: ShareLink, limits: Partial<RenterLimits> = {}): Guest => {
  const keys = new Map<string, ObjectKey>();
  const context = createGuestContext(world, link, keys, limits);
  const { catalogue } = world;
  return {
    open: async (options) => {
      const opened = await readShare(context, link, options);
      for (const { object, key } of opened.contents.objects) keys.set(object.id, key);
      return opened;
    },
    look: (options) => openShare(context, link, options),
    verify: (options) => verifyShare(context, link, options),
    object: (idOrName) => catalogue.object(idOrName),
    objects: () => catalogue.objects(),
    get: (options) => getObject(context, options),
    neighbours: (objects) => findNeighbours(context, objects),
    read: (neighbours, options) => readNeighbours(context, neighbours, options),
    close: async () => {
      await context.trust.settled();
      await context.links.close();
    },
  };
};
