import { expect } from 'chai';
import type { Hash } from '../../node/core/units.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const SAMPLES = 5;
/** The smallest p for which honest luck over p periods, 2^(−5p), is under 10^−9. */
const PERIODS = Array.from({ length: 64 }, (_, p) => p).find((p) => 2 ** (-SAMPLES * p) < 1e-9) as number;
const FIRST = 2;
const contents = Array.from({ length: 16 }, (_, i) => contentOf(bytesOf(`sector ${i}`, 1600)));

/** Mallory provides, with all sectors or with those that `keeps` lets her keep: she signs for all of them first. */
const createMallory = async (keeps: (index: number) => boolean): Promise<ProviderWorld> => {
  const store = createMemorySectors();
  const world = await createProviderWorld({ name: 'mallory', store });
  const alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
  await alice.put(world.provider.service, contents);
  await liveTo(world.ledger, world.provider, 1, 30);
  const dropped = new Set<Hash>(contents.filter((_, i) => !keeps(i)).map(({ sector }) => sector.root));
  const read = store.read.bind(store);
  store.read = async (root, ...rest) => {
    if (dropped.has(root)) throw new HoldfastError('SECTOR_MISSING', { root });
    return read(root, ...rest);
  };
  return world;
};

/** Periods from the first audited one on, up to and including the one in which she was first caught; undefined if never. */
const caughtAfter = async (world: ProviderWorld, periods: number): Promise<number | undefined> => {
  for (let audited = 1; audited <= periods; audited++) {
    const period = FIRST + audited - 1;
    await liveTo(world.ledger, world.provider, period, world.ledger.parameters.windowBlocks);
    await world.ownerChain.submit({ kind: 'sync', provider: world.address });
    if ((await world.ownerChain.missesThrough(world.address, period as never)) > 0) return audited;
  }
  return undefined;
};

describe('Mallory provides', () => {
  it('and is caught within so few periods that luck cannot explain more, when she keeps half of the data', async () => {
    expect(PERIODS).to.equal(6);
    const world = await createMallory((index) => index % 2 === 0);
    const caught = await caughtAfter(world, PERIODS);
    expect(caught, 'periods until she was caught').to.be.a('number');
    const [missed] = (await world.ownerChain.events(0 as never, world.ledger.block)).filter(({ name }) => name === 'Missed');
    expect(missed?.args['burnt']).to.satisfy((burnt: bigint) => burnt > 0n);
  });

  it('and is never caught when she keeps all of it', async () => {
    const world = await createMallory(() => true);
    expect(await caughtAfter(world, PERIODS)).to.equal(undefined);
  });

  it('and is caught in the first period when she keeps nothing', async () => {
    const world = await createMallory(() => false);
    expect(await caughtAfter(world, PERIODS)).to.equal(1);
  });
});
