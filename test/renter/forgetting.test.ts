import { expect } from 'chai';
import type { DealId } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import type { Renter } from '../../node/renter/renter.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { bytesOf } from '../support/worlds/actors.js';
import { settle } from '../support/worlds/provider-world.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';

const expectBack = async ({ renter, during }: RenterWorld, object: string, bytes: Uint8Array): Promise<void> => {
  const sink = createRecordedSink();
  await during(renter.get({ object, sink }));
  expect(Buffer.compare(sink.bytes, bytes)).to.equal(0);
};

/** A chain that shows no new blocks until it is woken. */
const asleep = (chain: Settlement, woken: Promise<void>): Settlement =>
  Object.assign(Object.create(chain) as Settlement, {
    async *heads(signal: AbortSignal) {
      await woken;
      yield* chain.heads(signal);
    },
  });

describe('Alice sleeps while a revision runs out unposted, and her providers forget it:', () => {
  const stored = { k: 1, n: 2, periods: 10 };
  const photo = { ...stored, name: 'photo', source: sourceOf(bytesOf('photo', 300)) };
  const film = { ...stored, name: 'film', source: sourceOf(bytesOf('film', 300)) };
  let world: RenterWorld;
  let alice: Renter;
  let deals: DealId[];
  let wake: () => void;

  const untilSigned = async (wanted: bigint): Promise<void> => {
    const signed = () => Promise.all(deals.map(async (id) => (await world.catalogue.deal(id))?.current?.revision.number));
    for (let turn = 0; turn < 500 && (await signed()).some((number) => number !== wanted); turn++) await settle();
    expect(await signed()).to.deep.equal([wanted, wanted]);
  };
  const heard = <Result>(task: Promise<Result>): Promise<Result> => {
    task.catch(() => undefined);
    return task;
  };
  /** Nobody posts the photo's revision until it is too late. */
  const sleepOver = async (): Promise<{ readonly putting: Promise<unknown> }> => {
    const putting = heard(alice.put(photo));
    await untilSigned(2n);
    for (const passed = world.ledger.period + 3; world.ledger.period < passed;) world.ledger.mine();
    await world.liveTo(world.ledger.period + 8, 25);
    return { putting };
  };
  const expectStoredNow = async (): Promise<void> => {
    expect((await world.catalogue.object('photo'))?.state).to.equal('placing');
    await world.during(world.renter.put(photo));
    await expectBack(world, 'photo', bytesOf('photo', 300));
  };

  beforeEach(async () => {
    world = await createRenterWorld({ names: ['bob', 'carol'], provider: () => ({ policy: { confirmations: 2 } }) });
    const letters = sourceOf(bytesOf('letters', 3_000));
    await world.during(world.renter.put({ ...stored, periods: 60, name: 'letters', source: letters }));
    deals = [...(await world.chain.dealIdsOf('renter', world.chain.account))];
    const woken = Promise.withResolvers<void>();
    wake = woken.resolve;
    alice = world.another({ settlement: asleep(world.chain, woken.promise) });
  });

  it('what it named does not count as stored, and the same put stores it', async () => {
    const { putting } = await sleepOver();
    wake();
    await rejectsCoded(world.during(putting), 'PROVIDERS_TOO_FEW');
    await expectStoredNow();
  });

  it('nor where the chain holds a later number, which another file was signed for under', async () => {
    const { putting } = await sleepOver();
    const filming = heard(alice.put(film));
    await untilSigned(4n);
    wake();
    await rejectsCoded(world.during(putting), 'PROVIDERS_TOO_FEW');
    await world.during(filming);
    await expectBack(world, 'film', bytesOf('film', 300));
    await expectStoredNow();
  });
});
