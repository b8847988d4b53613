import { expect } from 'chai';
import type { ProviderService } from '../../node/ports/link.js';
import type { CompactResult } from '../../node/renter/compaction/compact-crates.js';
import { leaves, wei } from '../../node/core/units.js';
import { collect } from '../support/collect.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import type { RenterWorld, RenterWorldOptions } from '../support/worlds/renter-world.js';
import { createSteppedWorld, SLAB, terms } from './in-steps.js';
import { mortal } from './mortal.js';
import { contentsOf, expectAllBack, filesOf, putAll, type Contents } from './small-files.js';

const names = ['bob', 'carol', 'dave', 'erin'];
const wide: RenterWorldOptions = {
  names,
  limits: { dealLeaves: 1_024, crateParts: 4 },
  provider: () => ({ policy: { maxPendingLeaves: leaves(1_024), confirmations: 2 } }),
};
/** Three slabs of four files. */
const twelve = contentsOf(...Array.from({ length: 12 }, () => 500));
const options = { periods: 20, budget: wei(1_000n * TOKEN), revisionWorth: wei(0n) };

const storedWorld = async (change: RenterWorldOptions = {}): Promise<RenterWorld> => {
  const world = await createSteppedWorld({ ...wide, ...change });
  await world.during(putAll(world.renter, filesOf(twelve), { room: 32 * SLAB }));
  return world;
};
const forget = async ({ catalogue }: RenterWorld, ...gone: readonly number[]): Promise<Contents> => {
  for (const number of gone) await catalogue.deleteObject((await catalogue.object(`file ${number}`))!.id);
  return new Map([...twelve].filter((_, index) => !gone.includes(index)));
};
const tidied = async (world: RenterWorld): Promise<void> => {
  for (let round = 0; round < 4; round++) {
    await world.during(world.renter.tidy());
    await world.liveTo(world.ledger.period + 1, 25);
  }
  expect(await collect(world.catalogue.freedDeals())).to.deep.equal([]);
};
/** Leaves of all deals on chain, and of all shards that the catalogue knows. */
const balance = async ({ chain, catalogue }: RenterWorld): Promise<readonly [paid: number, used: number]> => {
  const records = await collect(catalogue.deals());
  const deals = await chain.deals(records.map(({ id }) => id));
  let used = 0;
  for (const { id } of records)
    for (const { owner, slab, shard } of await collect(catalogue.placesIn(id)))
      used += (await catalogue.slab(owner, slab))!.shards.find((one) => one.shard === shard)!.sector.leaves;
  return [deals.reduce((sum, deal) => sum + (deal?.leaves ?? 0), 0), used];
};
const slabsIn = async ({ catalogue }: RenterWorld): Promise<number> => (await collect(catalogue.crateUse())).length;
const compact = (world: RenterWorld, change: Partial<typeof options & { dryRun: boolean }> = {}): Promise<CompactResult> =>
  world.during(world.renter.compact({ ...options, ...change }));

describe('Alice’s crates with holes', function () {
  this.timeout(600_000);

  it('are emptied into new ones together, and what is left costs no more than it takes', async () => {
    const world = await storedWorld();
    const living = await forget(world, 0, 1, 2, 4, 5, 8, 9, 10);
    await tidied(world);
    const before = await balance(world);
    const attempts = async (): Promise<readonly number[]> => [
      ...new Set(
        (await collect(world.catalogue.slabs((await world.catalogue.object('file 3'))!.id))).flatMap(([, { shards }]) =>
          shards.map(({ attempt }) => attempt),
        ),
      ),
    ];
    const [first = 0, ...others] = await attempts();
    expect(others).to.deep.equal([]);
    const { plan, moved, held, failures } = await compact(world);
    expect([held, failures]).to.deep.equal([undefined, []]);
    expect([plan.move.length, moved]).to.deep.equal([3, 4]);
    expect(await slabsIn(world)).to.equal(1);
    expect(await attempts(), 'keys of their own at the new place')
      .to.have.length(1)
      .and.not.include(first);
    await tidied(world);
    const [paid, used] = await balance(world);
    expect(paid).to.equal(used);
    expect(paid).to.be.below(before[0] / 2);
    await expectAllBack(world, living);
    expect((await compact(world)).plan, 'nothing more to do').to.deep.include({ move: [], wait: [] });
  });

  it('stay as they are where that does not pay, and in a dry run, which says what would move', async () => {
    const world = await storedWorld();
    await forget(world, 0, 4);
    const shown = await compact(world, { dryRun: true });
    expect([shown.performed, shown.moved, shown.plan.move.length]).to.deep.equal([false, 0, 2]);
    expect(shown.plan.saved > 2n * shown.plan.cost).to.equal(true);
    expect(await slabsIn(world)).to.equal(3);
    const { plan } = await compact(world, { revisionWorth: wei(1_000n * TOKEN) });
    expect(plan.wait.map(({ reason }) => reason)).to.deep.equal(['not-worth', 'not-worth']);
    expect(await slabsIn(world)).to.equal(3);
  });

  it('leave deleted what was deleted while it moved', async () => {
    const world = await storedWorld();
    const living = await forget(world, 0, 1, 2);
    const gone = (await world.catalogue.object('file 3'))!.id;
    let deleted = false;
    const { moved } = await world.during(
      world.renter.compact({
        ...options,
        report: ({ kind }) => {
          if (kind !== 'signed' || deleted) return;
          deleted = true;
          void world.catalogue.deleteObject(gone);
        },
      }),
    );
    expect([deleted, moved]).to.deep.equal([true, 1]);
    expect(await world.catalogue.object(gone)).to.equal(undefined);
    await world.during(world.renter.compact(options));
    await tidied(world);
    const [paid, used] = await balance(world);
    expect(paid).to.equal(used);
    await expectAllBack(world, new Map([...living].filter(([name]) => name !== 'file 3')));
  });

  it('wait where nobody has room and new deals are not in the budget, and nothing is lost or paid for ever', async () => {
    const world = await createSteppedWorld({ ...wide, limits: { ...wide.limits, dealLeaves: 128 } });
    await world.during(putAll(world.renter, filesOf(twelve), { ...terms }));
    const living = await forget(world, 0, 1, 2, 4, 5, 6);
    const { held, moved } = await compact(world, { budget: wei(1n) });
    expect([held?.code, moved]).to.deep.equal(['BUDGET_TOO_SMALL', 0]);
    await tidied(world);
    const [paid, used] = await balance(world);
    expect(paid).to.equal(used);
    await expectAllBack(world, living);
  });

  it('and a move of them that failed leaves its keys to no other', async () => {
    const attempts = new Set<number>();
    const world = await storedWorld({ onCoded: ([, , places]) => places.forEach(({ attempt }) => attempts.add(attempt)) });
    await forget(world, 0, 1, 2, 4, 5, 6);
    const full = new Error('the disk is full');
    const broken = world.another({ catalogue: { ...world.catalogue, adoptMoved: () => Promise.reject(full) } });
    expect(await world.during(broken.compact(options).catch((error: unknown) => error))).to.equal(full);
    expect((await compact(world)).moved).to.equal(2);
    expect(attempts, 'of the put and of both moves').to.have.property('size', 3);
  });

  it('keep what moved though a provider hides that it signed to take the same sectors out', async () => {
    const world = await storedWorld();
    const living = await forget(world, 0, 1, 2, 4, 5, 6);
    const full = new Error('the disk is full');
    const broken = world.another({ catalogue: { ...world.catalogue, adoptMoved: () => Promise.reject(full) } });
    expect(await world.during(broken.compact(options).catch((error: unknown) => error))).to.equal(full);
    let listing: ReturnType<ProviderService['listSectors']> | undefined;
    world.bend('bob', (service) => ({
      signRevision: async (peer, authorization, request, signal) => {
        listing ??= service.listSectors(peer, authorization, signal);
        await listing;
        await service.signRevision(peer, authorization, request, signal);
        throw new Error('not heard of');
      },
      listSectors: async (...call) => (await listing) ?? (await service.listSectors(...call)),
    }));
    expect((await world.during(world.renter.tidy())).failures.map(({ provider }) => world.nameOf(provider))).to.deep.equal(['bob']);
    await compact(world);
    world.bend('bob');
    await tidied(world);
    await compact(world);
    await tidied(world);
    const [paid, used] = await balance(world);
    expect(paid).to.equal(used);
    await expectAllBack(world, living);
  });

  for (const when of ['before', 'after'] as const)
    it(`survive a death ${when} any write: each file is there once, and what nothing uses leaves the deals`, async () => {
      let write = 1;
      for (let died = true; died; write++) {
        const world = await storedWorld();
        const living = await forget(world, 0, 1, 2, 4, 5, 6);
        const process = mortal(world.catalogue, world.chain, { write, when });
        await world.during(world.another(process).compact(options)).catch(() => undefined);
        died = process.dead();
        await compact(world);
        await tidied(world);
        const [paid, used] = await balance(world);
        expect(paid, `${when} write ${write}`).to.equal(used);
        expect(await slabsIn(world)).to.equal(2);
        await expectAllBack(world, living);
      }
      expect(write).to.be.greaterThan(8);
    });
});
