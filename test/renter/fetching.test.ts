import { expect } from 'chai';
import { createRecordedSink, createRenterWorld, sourceOf, type Bend, type RenterWorld } from '../support/worlds/renter-world.js';
import type { GetResult } from '../../node/renter/download/get.js';
import type { RenterEvent } from '../../node/renter/events.js';
import { bytesOf, hashOf } from '../support/worlds/actors.js';
import { settle } from '../support/worlds/provider-world.js';
import { rejectsCoded } from '../support/coded-errors.js';

const letters = bytesOf('letters', 5_000);
const names = ['bob', 'carol', 'dave', 'erin'];

const stored = async (): Promise<RenterWorld> => {
  const world = await createRenterWorld({ names });
  await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 20 }));
  return world;
};

const fetch = async (world: RenterWorld, report?: (event: RenterEvent) => void): Promise<GetResult> => {
  const sink = createRecordedSink();
  const result = await world.during(world.renter.get({ object: 'letters', sink, ...(report && { report }) }));
  expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
  expect(sink.state).to.equal('finished');
  return result;
};

describe('Alice fetches a file', () => {
  it('from any k of its providers while the others are silent', async () => {
    for (const silent of [
      ['bob', 'carol'],
      ['bob', 'erin'],
      ['dave', 'erin'],
    ]) {
      const world = await stored();
      for (const name of silent) world.silence(name);
      await fetch(world);
    }
  });

  it('over a slow line from k of them alone, however long that takes', async () => {
    const world = await createRenterWorld({ names, limits: { rangeLeaves: 8 }, silence: 10_000 });
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 20 }));
    const [asked, ranges, sleeps] = [new Set<string>(), [] as (() => void)[], [] as (() => void)[]];
    for (const name of names)
      world.bend(name, (service) => ({
        readLeaves: async (...call) => {
          asked.add(name);
          await new Promise<void>((resolve) => void ranges.push(resolve));
          return service.readLeaves(...call);
        },
      }));
    const sleep = (): Promise<void> => new Promise((resolve) => void sleeps.push(resolve));
    const sink = createRecordedSink();
    const got = world.another({ clock: { now: Date.now, sleep } }).get({ object: 'letters', sink });
    let rounds = 0;
    for (; sink.state === 'open' && rounds < 100; rounds++)
      for (const waiting of [ranges, sleeps]) {
        await settle();
        for (const end of waiting.splice(0)) end();
        await settle();
      }
    await got;
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
    expect(rounds, 'sleeps while it came').to.be.above(8);
    expect(asked.size).to.equal(2);
  });

  const lies: [string, Bend, string][] = [
    [
      'wrong bytes',
      (service) => ({ readLeaves: async (...call) => ({ ...(await service.readLeaves(...call)), bytes: new Uint8Array(79 * 32) }) }),
      'RANGE_PROOF_INVALID',
    ],
    [
      'one bit flipped',
      (service) => ({
        readLeaves: async (...call) => {
          const range = await service.readLeaves(...call);
          const bytes = range.bytes.slice();
          bytes[100] = (bytes[100] ?? 0) ^ 1;
          return { ...range, bytes };
        },
      }),
      'RANGE_PROOF_INVALID',
    ],
    [
      'fewer bytes',
      (service) => ({
        readLeaves: async (peer, authorization, request, signal) =>
          service.readLeaves(peer, authorization, { ...request, count: 1 as never }, signal),
      }),
      '',
    ],
    [
      'wrong proofs',
      (service) => ({ readLeaves: async (...call) => ({ ...(await service.readLeaves(...call)), proof: [new Uint8Array(32)] }) }),
      'RANGE_PROOF_INVALID',
    ],
    ['refusals', () => ({ readLeaves: () => Promise.reject(new Error('no')) }), 'PEER_REFUSED'],
  ];
  for (const [story, lie, code] of lies) {
    it(`though two of its providers send ${story}, and names them`, async () => {
      const world = await stored();
      for (const name of ['bob', 'carol']) world.bend(name, lie);
      let named = 0;
      let tellDave = (): void => undefined;
      const bothNamed = new Promise<void>((resolve) => (tellDave = resolve));
      world.bend('dave', (service) => ({
        readLeaves: async (...call) => {
          await bothNamed;
          return service.readLeaves(...call);
        },
      }));
      const { failures } = await fetch(world, ({ kind }) => kind === 'failed' && ++named === 2 && tellDave());
      for (const { provider, error } of failures) {
        expect(['bob', 'carol']).to.include(world.nameOf(provider));
        if (code !== '') expect(error).to.have.property('code', code);
      }
      expect(failures).to.have.length(2);
    });
  }

  it('never: with fewer than k left it names all who failed, and nothing is written', async () => {
    const world = await stored();
    for (const name of ['bob', 'carol', 'dave']) world.bend(name, () => ({ readLeaves: () => Promise.reject(new Error('no')) }));
    const sink = createRecordedSink();
    const error = await rejectsCoded(world.during(world.renter.get({ object: 'letters', sink })), 'OBJECT_UNAVAILABLE');
    expect(error.data).to.include({ name: 'letters', slab: 0, present: 1, needed: 2 });
    for (const name of ['bob', 'carol', 'dave']) expect(error.message).to.contain(world.addressOf(name));
    expect(sink.state).to.equal('abandoned');
    expect(sink.bytes).to.have.length(0);
  });

  it('and learns it when what came back is not what she stored', async () => {
    const world = await stored();
    const object = await world.catalogue.object('letters');
    if (!object) throw new Error('the object is gone');
    await world.catalogue.putObject({ ...object, state: 'stored', sha256: hashOf('something else') });
    const sink = createRecordedSink();
    await rejectsCoded(world.during(world.renter.get({ object: 'letters', sink })), 'OBJECT_CORRUPT');
    expect(sink.state).to.equal('abandoned');
  });

  it('in another process with the same keys and a copy of the catalogue', async () => {
    const world = await stored();
    const sink = createRecordedSink();
    await world.during(world.another().get({ object: 'letters', sink }));
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
  });

  it('can be stopped', async () => {
    const world = await stored();
    const sink = createRecordedSink();
    const stopped = await world.renter
      .get({ object: 'letters', sink, signal: AbortSignal.abort(new Error('enough')) })
      .catch((error: unknown) => error);
    expect(stopped).to.have.property('message', 'enough');
    expect(sink.state).to.equal('abandoned');
  });
});
