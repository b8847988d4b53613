import { expect } from 'chai';
import { linkText, parseLink, type ShareLink } from '../../node/core/keys/share-link.js';
import { MAX_PERIOD, period } from '../../node/core/units.js';
import type { Guest } from '../../node/renter/sharing/guest.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';

export const letters = bytesOf('letters', 5_000);
export const terms = { k: 2, n: 4, periods: 20 };
export const forEver = period(MAX_PERIOD);

/** Stores letters under a name in a folder, and shares them. */
export const shareLetters = async (world: RenterWorld, until = forEver): Promise<ShareLink> => {
  await world.during(world.renter.put({ name: 'private/letters', source: sourceOf(letters), ...terms }));
  const object = await world.catalogue.object('private/letters');
  const { link, held, deals } = await world.during(world.renter.share({ name: 'private/letters', object: object?.id, until }));
  expect([held, deals]).to.deep.equal([4, 4]);
  return parseLink(linkText(link));
};

/** Opens a link on a machine without a wallet. */
export const openAsGuest = async (world: RenterWorld, link: ShareLink) => {
  const guest = world.guest(link);
  return { guest, opened: await world.during(guest.open()) };
};

export const expectRead = async (world: RenterWorld, guest: Guest, name: string, bytes: Uint8Array): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(guest.get({ object: name, sink }));
  expect(Buffer.compare(sink.bytes, bytes), name).to.equal(0);
};
