import { expect } from 'chai';
import type { Catalogue, Crate } from '../../../node/ports/catalogue.js';
import { leaves, type DealId } from '../../../node/core/units.js';
import { collect } from '../../support/collect.js';
import { dealNamed, sectorNamed } from '../sample-sectors.js';
import { content, crate, crateSlab, object, packing, parts, placed, shard, slab } from './sample-objects.js';

/** What every {@link Catalogue} must do with what nothing uses any more. `use` and `reopen` as in `catalogueCompliance`. */
export const freeingCompliance = (
  use: (story: (catalogue: Catalogue, reopen: () => Promise<Catalogue>) => Promise<void>) => Promise<void>,
): void => {
  it('knows which sectors nothing uses any more, from the write on that freed them', () =>
    use(async (catalogue, reopen) => {
      const [bob, carol] = [dealNamed('Bob'), dealNamed('Carol')];
      const freedIn = async (from: Catalogue, deal: DealId) =>
        (await collect(from.freed(deal))).map(({ root, leaves: count }) => [root, count]);
      const moved = [shard(bob, sectorNamed('one', 4), 0), shard(carol, sectorNamed('two', 8), 1)];
      await catalogue.putObject(object('aa'), new Map([[0, slab('first', moved)]]));
      expect(await collect(catalogue.freedDeals())).to.deep.equal([]);
      await catalogue.moveSlabs(
        'aa',
        new Map([[0, slab('first', [shard(bob, sectorNamed('one', 4), 0), shard(bob, sectorNamed('three'), 1)])]]),
      );
      expect(await freedIn(catalogue, carol)).to.deep.equal([[sectorNamed('two').root, 8]]);
      expect(await collect(catalogue.freedDeals())).to.deep.equal([carol]);
      await catalogue.deleteObject('aa');
      const again = await reopen();
      expect(await collect(again.freedDeals())).to.have.members([bob, carol]);
      expect((await freedIn(again, bob)).map(([root]) => root)).to.have.members([sectorNamed('one').root, sectorNamed('three').root]);
      expect(await again.isFreed(bob, sectorNamed('one').root)).to.equal(true);
      await again.putObject(object('bb'), new Map([[0, slab('first', [shard(bob, sectorNamed('one', 4), 0)])]]));
      expect(await again.isFreed(bob, sectorNamed('one').root), 'it is used again').to.equal(false);
      await again.putFreed([shard(bob, sectorNamed('one', 4), 0), shard(carol, sectorNamed('four', 2), 0)]);
      expect(await again.isFreed(bob, sectorNamed('one').root), 'it is used').to.equal(false);
      expect(await again.isFreed(carol, sectorNamed('four').root)).to.equal(true);
      await again.forgetFreed(carol, [sectorNamed('four').root]);
      await again.forgetFreed(bob, [sectorNamed('three').root]);
      const last = await reopen();
      expect(await collect(last.freedDeals())).to.deep.equal([carol]);
      expect(await freedIn(last, bob)).to.deep.equal([]);
    }));

  it('knows which slabs of crates have holes, and none other', () =>
    use(async (catalogue, reopen) => {
      await packing(catalogue);
      await catalogue.putCrate(crate, new Map([[0, placed]]));
      expect(await collect(catalogue.holedSlabs())).to.deep.equal([]);
      await catalogue.deleteObject('bb');
      const again = await reopen();
      expect(await collect(again.holedSlabs())).to.deep.equal([{ crate: 'c0', slab: 0 }]);
      expect([await again.useOf('c0', 0), await again.useOf('c0', 1)]).to.deep.equal([8, 0]);
      for (const id of ['aa', 'cc']) await again.deleteObject(id);
      expect(await collect((await reopen()).holedSlabs())).to.deep.equal([]);
    }));

  it('moves small objects to another crate: until it is adopted nothing lies there, and the last one frees what was there before', () =>
    use(async (catalogue, reopen) => {
      await packing(catalogue);
      await catalogue.putCrate(crate, new Map([[0, placed]]));
      await catalogue.putObjects(parts.map(({ object: { id, name } }) => object(id, { name })));
      const next: Crate = { ...crate, id: 'c1', slabs: 1 };
      const moved = ['aa', 'cc'].map((id, index) => ({
        object: id,
        from: leaves(4 * index),
        former: { crate: 'c0', slab: 0, from: leaves(8 * index) },
      }));
      const moving = moved.map(({ object: id, from }) => ({ object: id, from, length: 100 }));
      await catalogue.beginMove(next, 0, { ...crateSlab, sha256: content('next') }, moving);
      const begun = await reopen();
      expect((await begun.slab('aa', 0))?.within).to.deep.equal({ crate: 'c0', slab: 0, from: leaves(0) });
      expect(await begun.useOf('c1', 0)).to.equal(0);
      expect(await collect(begun.holedSlabs())).to.deep.equal([{ crate: 'c1', slab: 0 }]);
      expect(await collect(begun.parts('c1', 0))).to.deep.equal(moving);
      const nextShards = [
        shard(dealNamed('Bob'), sectorNamed('next', 8), 0, 1),
        shard(dealNamed('Carol'), sectorNamed('next other', 8), 1, 1),
      ];
      await begun.putCrate(next, new Map([[0, { ...crateSlab, sha256: content('next'), shards: nextShards }]]));
      await begun.deleteObject('bb');
      await begun.adoptMoved('c1', 0, moved);
      const again = await reopen();
      expect(await again.slab('cc', 0)).to.deep.include({ shards: nextShards, within: { crate: 'c1', slab: 0, from: leaves(4) } });
      expect(await collect(again.crateUse())).to.deep.equal([{ crate: 'c1', slab: 0, leaves: 8 }]);
      expect(await collect(again.holedSlabs())).to.deep.equal([]);
      expect(await again.crate('c0')).to.equal(undefined);
      expect((await collect(again.freed(dealNamed('Bob')))).map(({ root }) => root)).to.deep.equal([sectorNamed('crate').root]);
      await again.dropUnused('c1', 0);
      expect(await again.useOf('c1', 0), 'something lies there').to.equal(8);
    }));

  it('leaves deleted what was deleted while it moved, and forgets what was begun and nobody adopts', () =>
    use(async (catalogue, reopen) => {
      await packing(catalogue);
      await catalogue.putCrate(crate, new Map([[0, placed]]));
      const next: Crate = { ...crate, id: 'c1', slabs: 1 };
      const former = (from: number) => ({ crate: 'c0', slab: 0, from: leaves(from) });
      const moving = ['aa', 'bb'].map((id, index) => ({ object: id, from: leaves(4 * index), length: 100 }));
      await catalogue.beginMove(next, 0, crateSlab, moving);
      const nextShards = [shard(dealNamed('Bob'), sectorNamed('next', 8), 0, 1)];
      await catalogue.putCrate(next, new Map([[0, { ...crateSlab, shards: nextShards }]]));
      await catalogue.deleteObject('bb');
      await catalogue.adoptMoved('c1', 0, [
        { object: 'aa', from: leaves(0), former: former(0) },
        { object: 'bb', from: leaves(4), former: former(4) },
        { object: 'cc', from: leaves(8), former: former(4) },
      ]);
      expect(await catalogue.slab('bb', 0)).to.equal(undefined);
      expect((await catalogue.slab('cc', 0))?.within, 'it lies elsewhere than that says').to.deep.equal(former(8));
      expect(await collect(catalogue.crateUse())).to.have.deep.members([
        { crate: 'c0', slab: 0, leaves: 4 },
        { crate: 'c1', slab: 0, leaves: 4 },
      ]);
      expect(await collect(catalogue.holedSlabs())).to.have.length(2);
      await catalogue.beginMove(
        { ...crate, id: 'c2' },
        0,
        { ...crateSlab, shards: [shard(dealNamed('Bob'), sectorNamed('lost', 8), 0, 2)] },
        moving,
      );
      await catalogue.dropUnused('c2', 0);
      const again = await reopen();
      expect([await again.crate('c2'), await again.slab('c2', 0), await collect(again.parts('c2', 0))]).to.deep.equal([
        undefined,
        undefined,
        [],
      ]);
      expect(await again.isFreed(dealNamed('Bob'), sectorNamed('lost').root)).to.equal(true);
      expect(await again.slab('aa', 0))
        .to.have.property('shards')
        .that.deep.equals(nextShards);
    }));
};
