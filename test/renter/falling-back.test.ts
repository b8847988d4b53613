import { expect } from 'chai';
import type { DealId } from '../../node/core/units.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { settle } from '../support/worlds/provider-world.js';

const letters = bytesOf('letters', 3_000);
const stored = { k: 1, n: 2, periods: 10 };
const photo = bytesOf('photo', 300);

describe('Alice goes on where a revision that both signed was never posted', () => {
  let world: RenterWorld;
  let deals: DealId[];

  const signedNumbers = async (): Promise<(bigint | undefined)[]> =>
    Promise.all(deals.map(async (id) => (await world.catalogue.deal(id))?.current?.revision.number));

  /** A second object is signed for and not posted: nobody steps, and Alice gives up. */
  const signUnposted = async (): Promise<void> => {
    const stop = new AbortController();
    const failed = world.renter
      .put({ ...stored, name: 'photo', source: sourceOf(photo), signal: stop.signal })
      .catch((error: unknown) => error);
    for (let turn = 0; turn < 500 && (await signedNumbers()).some((number) => number !== 2n); turn++) await settle();
    expect(await signedNumbers()).to.deep.equal(deals.map(() => 2n));
    stop.abort();
    await failed;
    for (let passed = world.ledger.period + 3; world.ledger.period < passed;) world.ledger.mine();
  };
  const putAgain = async () => {
    const { object } = await world.during(world.renter.put({ ...stored, name: 'photo again', source: sourceOf(photo) }));
    expect(object.state).to.equal('stored');
    const sink = createRecordedSink();
    await world.during(world.renter.get({ object: 'photo again', sink }));
    expect(Buffer.compare(sink.bytes, photo)).to.equal(0);
    return Promise.all(deals.map(async (id) => (await world.chain.deal(id))?.number));
  };

  beforeEach(async () => {
    world = await createRenterWorld({ names: ['bob', 'carol'], provider: () => ({ policy: { confirmations: 2 } }) });
    await world.during(world.renter.put({ ...stored, periods: 60, name: 'letters', source: sourceOf(letters) }));
    deals = [...(await world.chain.dealIdsOf('renter', world.chain.account))];
  });

  it('so long ago that her providers have forgotten it: on what the chain holds, with a number of its own', async () => {
    await signUnposted();
    await world.liveTo(world.ledger.period + 8, 25);
    for (const name of ['bob', 'carol']) {
      for await (const { revisions } of world.providers.get(name)!.journal.deals())
        expect(revisions.map(({ revision }) => revision.number)).to.deep.equal([1n]);
    }
    for (const number of await putAgain()) expect(number! > 2n).to.equal(true);
    const sink = createRecordedSink();
    await world.during(world.renter.get({ object: 'letters', sink }));
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
  });

  it('but not while it may still be posted: her providers say no, and nothing that was signed is given up', async () => {
    const stop = new AbortController();
    const waiting = world.renter
      .put({ ...stored, name: 'photo', source: sourceOf(photo), signal: stop.signal })
      .catch((error: unknown) => error);
    for (let turn = 0; turn < 500 && (await signedNumbers()).some((number) => number !== 2n); turn++) await settle();
    stop.abort();
    await waiting;
    for (const { journal } of world.providers.values()) for (const id of deals) await journal.dropRevisions(id, [2n]);
    const film = bytesOf('film', 300);
    const failed = await world
      .during(world.renter.put({ ...stored, name: 'film', source: sourceOf(film) }))
      .catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(await signedNumbers()).to.deep.equal(deals.map(() => 2n));
  });
});
