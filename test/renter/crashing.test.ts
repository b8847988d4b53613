import { expect } from 'chai';
import type { Revision } from '../../node/core/market/deal.js';
import { bytesOf } from '../support/worlds/actors.js';
import { collect } from '../support/collect.js';
import { mortal, type Death } from './mortal.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';

const letters = bytesOf('letters', 3_000);
const put = { name: 'letters', source: sourceOf(letters), k: 1, n: 2, periods: 20 };

/** Sees every revision that reaches a provider, and that it was on disk before. */
const watchRevisions = (world: RenterWorld): Map<string, Revision> => {
  const seen = new Map<string, Revision>();
  for (const name of world.providers.keys()) {
    world.bend(name, (service) => ({
      signRevision: async (peer, authorization, request, signal) => {
        const { revision } = request;
        const record = await world.catalogue.deal(revision.deal);
        expect([record?.proposed?.revision, record?.current?.revision]).to.deep.include(revision);
        const key = `${revision.deal} ${revision.number}`;
        expect(seen.get(key) ?? revision).to.deep.equal(revision);
        seen.set(key, revision);
        return service.signRevision(peer, authorization, request, signal);
      },
    }));
  }
  return seen;
};

const storeWithDeath = async (death: Death): Promise<{ world: RenterWorld; died: boolean }> => {
  const world = await createRenterWorld({ names: ['bob', 'carol'] });
  watchRevisions(world);
  const process = mortal(world.catalogue, world.chain, death);
  const outcome = await world.during(world.another(process).put(put)).catch((error: unknown) => error);
  if (process.dead()) expect(outcome).to.be.instanceOf(Error);
  await world.during(world.renter.put(put));
  return { world, died: process.dead() };
};

describe('Alice puts the same file again after her process died', () => {
  for (const when of ['before', 'after'] as const) {
    it(`${when} any of its writes to the catalogue: nothing is paid twice, nothing signed is lost, and the file is stored once`, async () => {
      let write = 1;
      for (let died = true; died; write++) {
        const run = await storeWithDeath({ write, when });
        died = run.died;
        if (!died) break;
        const { world } = run;
        const story = `${when} write ${write}`;
        expect(await world.chain.dealIdsOf('renter', world.chain.account), story).to.have.length(2);
        expect(await world.catalogue.openings(), story).to.deep.equal([]);
        const objects = await collect(world.catalogue.objects());
        expect(
          objects.filter(({ state }) => state === 'placing'),
          story,
        ).to.deep.equal([]);
        for (const deal of await world.chain.deals(await world.chain.dealIdsOf('renter', world.chain.account))) {
          expect(deal?.status, story).to.equal('active');
          const record = deal && (await world.catalogue.deal(deal.id));
          expect(record?.current?.revision.number, story).to.equal(deal?.number);
          expect(record?.proposed, story).to.equal(undefined);
        }
        const sink = createRecordedSink();
        await world.during(world.renter.get({ object: 'letters', sink }));
        expect(Buffer.compare(sink.bytes, letters), story).to.equal(0);
      }
      expect(write).to.be.greaterThan(8);
    });
  }

  it('in the very moment when the provider had signed: the lost signature is fetched', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol'] });
    let lost = false;
    world.bend('bob', (service) => ({
      signRevision: async (...call) => {
        const signature = await service.signRevision(...call);
        if (lost) return signature;
        lost = true;
        throw new Error('the connection broke');
      },
    }));
    const failed = await world.during(world.renter.put(put)).catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'PROVIDERS_TOO_FEW');
    const { object } = await world.during(world.another().put(put));
    expect(object.state).to.equal('stored');
    expect(await collect(world.catalogue.objects())).to.have.length(1);
    expect(await world.chain.dealIdsOf('renter', world.chain.account)).to.have.length(2);
  });

  it('long ago, so that what was proposed has run out', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol'] });
    const seen = watchRevisions(world);
    const process = mortal(world.catalogue, world.chain, { write: 8, when: 'after' });
    await world.during(world.another(process).put(put)).catch(() => undefined);
    await world.liveTo(world.ledger.period + 4, 25);
    const { object } = await world.during(world.renter.put(put));
    expect(object.state).to.equal('stored');
    expect(seen.size).to.be.greaterThan(1);
  });
});
