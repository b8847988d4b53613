import { expect } from 'chai';
import type { RecoverOptions, RecoverResult } from '../../node/renter/recover/recover.js';
import type { Catalogue, ObjectRecord } from '../../node/ports/catalogue.js';
import type { Renter } from '../../node/renter/renter.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { collect } from '../support/collect.js';
import { createRecordedSink, createRenterWorld, type RenterWorld, type RenterWorldOptions } from '../support/worlds/renter-world.js';

/** A world in which the catalogue is kept in the deals, as it is outside of tests. */
export const createKeptWorld = (options: RenterWorldOptions = {}): Promise<RenterWorld> =>
  createRenterWorld({ silence: 2_000, ...options, limits: { pageLeaves: 2_048, ...options.limits } });

/** Alice on an empty machine, with nothing but her wallet. */
export interface Machine {
  readonly catalogue: Catalogue;
  readonly renter: Renter;
}

export const emptyMachine = ({ ledger, another }: RenterWorld, change: Parameters<RenterWorld['another']>[0] = {}): Machine => {
  const catalogue = createMemoryCatalogue(ledger.identity);
  return { catalogue, renter: another({ catalogue, ...change }) };
};

/** Recovers on an empty machine. */
export const recover = async (
  world: RenterWorld,
  options: RecoverOptions & { readonly on?: Machine } = {},
): Promise<Machine & { readonly result: RecoverResult }> => {
  const { on = emptyMachine(world), ...rest } = options;
  return { ...on, result: await world.during(on.renter.recover(rest)) };
};

/** Objects by name, without what only the machine knows that stored them. */
export const objectsIn = async (catalogue: Catalogue): Promise<ReadonlyMap<string, Partial<ObjectRecord>>> => {
  const objects = await collect(catalogue.objects());
  return new Map(objects.map(({ storedAt: _, ...object }) => [object.name, object]));
};

export const expectBack = async (world: RenterWorld, renter: Renter, name: string, bytes: Uint8Array): Promise<void> => {
  const sink = createRecordedSink();
  await world.during(renter.get({ object: name, sink }));
  expect(Buffer.compare(sink.bytes, bytes), name).to.equal(0);
};
