import { expect } from 'chai';
import { dealId } from '../../../node/core/units.js';
import type { Admission } from '../../../node/ports/link.js';
import { createPlaces, type Place, type PlacesOptions } from '../../../node/transport/door/places.js';
import { rejection } from '../../support/coded-rejection.js';

const never = new AbortController().signal;
const deal = (n: number, hasData = true): Admission => ({ deal: dealId(`0x${n.toString(16).padStart(64, '0')}`), hasData });
const [alice, bob, carol] = [deal(0xa1), deal(0xb0), deal(0xca)];
const openPlaces = (options: Partial<PlacesOptions> = {}) =>
  createPlaces({
    what: 'uploads',
    total: 2,
    perDeal: 2,
    reserved: 0,
    waiting: 16,
    waitingPerDeal: 8,
    holdMilliseconds: 60_000,
    ...options,
  });
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Scarce places', () => {
  /** Ends what a test leaves waiting. */
  let over: AbortController;
  beforeEach(() => void (over = new AbortController()));
  afterEach(() => over.abort(new Error('the test is over')));

  it('are bounded per deal and in all', async () => {
    const places = openPlaces({ total: 3 });
    for (const admission of [alice, alice, alice, bob, carol]) void places.take(admission, over.signal, 60_000).catch(() => undefined);
    await turn();
    expect([places.inHand, places.waiting]).to.deep.equal([3, 2]);
  });

  it('go from deal to deal, however many requests one of them has waiting', async () => {
    const places = openPlaces({ total: 1, perDeal: 1 });
    const first = await places.take(alice, never, 1_000);
    const order: Admission[] = [];
    const wait = async (admission: Admission): Promise<void> => {
      const place = await places.take(admission, never, 1_000);
      order.push(admission);
      place.free();
    };
    const waiting = [alice, alice, alice, alice, bob, bob, carol].map(wait);
    first.free();
    await Promise.all(waiting);
    expect(order).to.deep.equal([bob, carol, alice, bob, alice, alice, alice]);
  });

  it('are kept in part for deals with data', async () => {
    const places = openPlaces({ total: 4, reserved: 2 });
    const empty = [1, 2, 3, 4].map((n) => places.take(deal(n, false), over.signal, 10).catch((error: unknown) => error));
    await turn();
    expect(places.inHand).to.equal(2);
    await places.take(alice, never, 1_000);
    await places.take(bob, never, 1_000);
    expect(places.inHand).to.equal(4);
    await Promise.all(empty);
  });

  it('are kept from nobody by those who only have a link into the same deal, however slow these are', async () => {
    const places = openPlaces({ total: 8, reserved: 4, waitingPerDeal: 2 });
    const reader = { ...alice, hasData: false };
    const hold = (): void => void places.take(reader, over.signal, 60_000).catch(() => undefined);
    for (let count = 0; count < 8; count++) hold();
    await turn();
    expect([places.inHand, places.waiting]).to.deep.equal([2, 2]);
    const own = await places.take(alice, AbortSignal.timeout(1_000), 500);
    expect(places.inHand).to.equal(3);
    own.free();
  });

  it('are waited for by few of one deal, and by so many in all; a deal with data pushes one without out of the line', async () => {
    const places = openPlaces({ total: 1, waiting: 3, waitingPerDeal: 2 });
    await places.take(alice, never, 1_000);
    const refused: string[] = [];
    const wait = (name: string, admission: Admission): void =>
      void places.take(admission, over.signal, 60_000).catch(() => void refused.push(name));
    for (const name of ['bob 1', 'bob 2', 'bob 3']) wait(name, bob);
    wait('an empty deal', deal(1, false));
    await turn();
    expect(refused).to.deep.equal(['bob 3']);
    wait('carol', carol);
    await turn();
    expect(refused).to.deep.equal(['bob 3', 'an empty deal']);
  });

  it('are lost by whoever is slow while others wait, who then goes last', async () => {
    const places = openPlaces({ total: 1, holdMilliseconds: 20 });
    const slow = await places.take(alice, never, 1_000);
    const lost = new Promise((resolve) => slow.lost.addEventListener('abort', () => resolve(slow.lost.reason)));
    const next = await places.take(bob, never, 1_000);
    expect(await lost).to.have.property('code', 'PEER_TOO_SLOW');
    slow.free();
    const order: Admission[] = [];
    const waiting = [alice, carol].map(async (admission) => {
      const place: Place = await places.take(admission, never, 1_000);
      order.push(admission);
      place.free();
    });
    next.free();
    await Promise.all(waiting);
    expect(order).to.deep.equal([carol, alice]);
    expect(places.inHand).to.equal(0);
  });

  it('come last to whoever wasted one, though it was quick', async () => {
    const places = openPlaces({ total: 1 });
    const wasted = await places.take(alice, never, 1_000);
    wasted.strike();
    wasted.free();
    const next = await places.take(bob, never, 1_000);
    const order: Admission[] = [];
    const waiting = [alice, carol].map(async (admission) => {
      const place: Place = await places.take(admission, never, 1_000);
      order.push(admission);
      place.free();
    });
    next.free();
    await Promise.all(waiting);
    expect(order).to.deep.equal([carol, alice]);
  });

  it('are safe while nobody waits, and from one’s own deal, and from deals without data', async () => {
    const places = openPlaces({ total: 2, holdMilliseconds: 10 });
    const own = [await places.take(alice, never, 1_000), await places.take(alice, never, 1_000)];
    for (const admission of [alice, deal(1, false)]) await rejection(places.take(admission, never, 40), 'PEER_BUSY');
    expect(own.map(({ lost }) => lost.aborted)).to.deep.equal([false, false]);
  });

  it('are freed once, and not waited for after the signal aborts', async () => {
    const places = openPlaces({ total: 1 });
    const place = await places.take(alice, never, 1_000);
    const reason = new Error('enough');
    const controller = new AbortController();
    const waiting = places.take(bob, controller.signal, 1_000).catch((error: unknown) => error);
    controller.abort(reason);
    expect(await waiting).to.equal(reason);
    place.free();
    place.free();
    expect([places.inHand, places.waiting]).to.deep.equal([0, 0]);
  });
});
