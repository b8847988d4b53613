import { expect } from 'chai';
import type { Catalogue, RenterDeal, ShardPlacement } from '../../../node/ports/catalogue.js';
import { address, hash, leaves, period, wei } from '../../../node/core/units.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';
import { content, crate, crateShards, crateSlab, halfDone, object, packing, parts, placed, shard, slab } from './sample-objects.js';
import { sectorsOf } from '../../support/whole-lists.js';

/** What every {@link Catalogue} must do. `use` opens a fresh one; `reopen` gives the same again, as after a restart. */
export const catalogueCompliance = (
  use: (story: (catalogue: Catalogue, reopen: () => Promise<Catalogue>) => Promise<void>) => Promise<void>,
): void => {
  it('names its market and starts empty', () =>
    use(async (catalogue) => {
      expect(catalogue.identity).to.deep.equal(testIdentity);
      for (const rows of [
        catalogue.objects(),
        catalogue.placing(),
        catalogue.slabs('nothing'),
        catalogue.usedDeals(),
        catalogue.changes(0),
      ])
        expect(await collect<unknown>(rows)).to.deep.equal([]);
      expect(await catalogue.slab('nothing', 0)).to.equal(undefined);
      expect(await collect(catalogue.deals())).to.deep.equal([]);
      expect(await catalogue.openings()).to.deep.equal([]);
      expect(await catalogue.object('nothing')).to.equal(undefined);
    }));

  it('finds an object by id and by name, the newest of that name: one that was only begun hides none that is stored', () =>
    use(async (catalogue, reopen) => {
      await catalogue.putObject(halfDone('dd', { name: 'begun', storedAt: 2_000_000_000_000 }));
      expect((await catalogue.object('begun'))?.id).to.equal(halfDone('dd').id);
      await catalogue.putObject(object('ee', { name: 'begun', storedAt: 1_000 }));
      expect((await catalogue.object('begun'))?.id).to.equal(object('ee').id);
      expect((await collect(catalogue.named('begun'))).map(({ state }) => state)).to.deep.equal(['stored', 'placing']);
      expect(await collect(catalogue.named('beg'))).to.deep.equal([]);
      for (const id of ['dd', 'ee']) await catalogue.deleteObject(object(id).id);
      await catalogue.putObject(object('aa'));
      await catalogue.putObject(object('bb', { storedAt: 900_000_000_000 }));
      await catalogue.putObject(object('cc', { name: 'letters/märz.txt2', slabs: 0, bytes: 0 }));
      const again = await reopen();
      expect(await again.object('bb')).to.deep.equal(object('bb', { storedAt: 900_000_000_000 }));
      expect(await again.object('letters/märz.txt')).to.deep.equal(object('aa'));
      expect(await again.object('letters/märz')).to.equal(undefined);
      expect(await collect(again.objects())).to.have.length(3);
    }));

  it('replaces an object under its id, and its old name with it', () =>
    use(async (catalogue, reopen) => {
      await catalogue.putObject(halfDone('aa'));
      await catalogue.putObject(object('aa', { name: 'renamed' }));
      const again = await reopen();
      expect(await again.object('letters/märz.txt')).to.equal(undefined);
      expect((await again.object('renamed'))?.state).to.equal('stored');
      await again.deleteObject('aa');
      await again.deleteObject('aa');
      expect(await again.object('renamed')).to.equal(undefined);
      expect(await collect(again.objects())).to.deep.equal([]);
    }));

  it('keeps slabs apart from their object, and gives them back in order', () =>
    use(async (catalogue, reopen) => {
      const many = Array.from({ length: 300 }, (_, index) => [index, slab(`slab ${index}`)] as const);
      await catalogue.putObject(object('aa', { slabs: 300 }), new Map(many.toReversed()));
      await catalogue.putObject(object('a', { name: 'another' }), new Map([[0, slab('of another')]]));
      await catalogue.putObject(object('aa', { slabs: 300, name: 'renamed' }));
      const again = await reopen();
      expect(await collect(again.slabs('aa'))).to.deep.equal(many);
      expect(await collect(again.slabs('aa', 298))).to.deep.equal(many.slice(298));
      expect(await collect(again.slabs('aa', 300))).to.deep.equal([]);
      expect(await again.slab('aa', 257)).to.deep.equal(many[257]?.[1]);
      expect(await again.slab('aa', 300)).to.equal(undefined);
      await again.putObject(object('aa', { slabs: 299 }), new Map([[299, undefined]]));
      expect(await again.slab('aa', 299)).to.equal(undefined);
      expect(await collect(again.slabs('a'))).to.deep.equal([[0, slab('of another')]]);
    }));

  it('knows what is being placed from what is stored', () =>
    use(async (catalogue, reopen) => {
      const begun = halfDone('aa', { origin: 'size 7, changed 5', bytes: 0, slabs: 0 });
      await catalogue.putObject(begun);
      await catalogue.putObject(object('bb'));
      const again = await reopen();
      expect(await collect(again.placing())).to.deep.equal([begun]);
      expect(await again.object('aa')).to.deep.equal(begun);
      const stored = object('aa', { origin: 'size 7, changed 5' });
      await again.putObject(stored);
      expect(await collect(again.placing())).to.deep.equal([]);
      expect(await (await reopen()).object('aa'), 'of which it still knows what it was made of').to.deep.equal(stored);
    }));

  it('forgets an object with all its slabs, however many', () =>
    use(async (catalogue, reopen) => {
      const many = new Map(Array.from({ length: 600 }, (_, index) => [index, slab(`slab ${index}`)]));
      await catalogue.putObject(object('aa', { slabs: 600 }), many);
      await catalogue.putObject(object('bb'), new Map([[0, slab('of another', [shard(dealNamed('Carol'), sectorNamed('c'), 0)])]]));
      await catalogue.deleteObject('aa');
      const again = await reopen();
      expect(await collect(again.slabs('aa'))).to.deep.equal([]);
      expect(await collect(again.usedDeals())).to.deep.equal([dealNamed('Carol')]);
      expect((await collect(again.objects())).map(({ id }) => id)).to.deep.equal(['bb']);
    }));

  it('says which shard a sector of a deal is, as placed last, and nothing of another deal', () =>
    use(async (catalogue, reopen) => {
      const [bob, carol] = [dealNamed('Bob'), dealNamed('Carol')];
      const [one, two] = [sectorNamed('one', 4), sectorNamed('two', 4)];
      const placed = (...shards: readonly ShardPlacement[]) => new Map([[1, slab('placed', shards)]]);
      const place = { owner: 'aa', slab: 1, shard: 3 };
      expect(await catalogue.sectorPlace(bob, one.root)).to.equal(undefined);
      await catalogue.putObject(object('aa'), placed(shard(bob, one, 3)));
      await catalogue.putObject(object('aa'), placed(shard(bob, one, 3), shard(carol, two, 0)));
      let again = await reopen();
      expect(await again.sectorPlace(bob, one.root)).to.deep.equal(place);
      expect(await again.sectorPlace(carol, two.root)).to.deep.equal({ ...place, shard: 0 });
      expect(await again.sectorPlace(carol, one.root)).to.equal(undefined);
      await again.putObject(object('aa'), placed(shard(carol, one, 3), shard(carol, two, 0)));
      again = await reopen();
      expect(await again.sectorPlace(bob, one.root)).to.equal(undefined);
      expect(await again.sectorPlace(carol, one.root)).to.deep.equal(place);
      expect(await collect(again.placesIn(carol))).to.have.deep.members([place, { ...place, shard: 0 }]);
      expect(await collect(again.placesIn(bob))).to.deep.equal([]);
      await again.deleteObject('aa');
      expect(await again.sectorPlace(carol, one.root)).to.equal(undefined);
      expect(await again.sectorPlace(carol, two.root)).to.equal(undefined);
    }));

  it('finds objects by their content, and by no other', () =>
    use(async (catalogue, reopen) => {
      const sha256 = content('aa');
      await catalogue.putObject(object('aa'));
      await catalogue.putObject(halfDone('dd'));
      await catalogue.putObject(object('bb', { sha256 }));
      await catalogue.putObject(object('cc'));
      const again = await reopen();
      const found = async (): Promise<string[]> => (await collect(again.withContent(sha256))).map(({ id }) => id);
      expect(await found()).to.have.members(['aa', 'bb']);
      await again.putObject(object('bb', { name: 'rewritten' }));
      expect(await found()).to.deep.equal(['aa']);
      await again.deleteObject('aa');
      expect(await found()).to.deep.equal([]);
    }));

  it('says whether anything lies in a deal', () =>
    use(async (catalogue, reopen) => {
      const [bob, carol] = [dealNamed('Bob'), dealNamed('Carol')];
      expect(await catalogue.isUsed(bob)).to.equal(false);
      await catalogue.putObject(object('aa'), new Map([[0, slab('shard')]]));
      const again = await reopen();
      expect([await again.isUsed(bob), await again.isUsed(carol)]).to.deep.equal([true, false]);
      expect(await collect(again.usedDeals())).to.deep.equal([bob]);
      await again.deleteObject('aa');
      expect(await again.isUsed(bob)).to.equal(false);
    }));

  it('tells what changed since a number: of each object, slab and deal the newest change alone', () =>
    use(async (catalogue, reopen) => {
      const deal: RenterDeal = { id: dealNamed('Bob'), provider: address(`0x${'0b'.repeat(20)}`) };
      const told = async (from: Catalogue, after: number): Promise<readonly unknown[]> =>
        (await collect(from.changes(after))).map(({ number, ...change }) => [number, change]);
      await catalogue.putObject(halfDone('aa', { slabs: 1 }), new Map([[0, slab('first')]]));
      await catalogue.putObject(halfDone('aa', { slabs: 2 }), new Map([[1, slab('second')]]));
      await catalogue.putDeal(deal);
      expect(await told(catalogue, 0)).to.deep.equal([
        [1, { kind: 'slab', owner: 'aa', index: 0, slab: slab('first') }],
        [3, { kind: 'slab', owner: 'aa', index: 1, slab: slab('second') }],
        [4, { kind: 'object', object: halfDone('aa', { slabs: 2 }) }],
        [5, { kind: 'deal', deal }],
      ]);
      await catalogue.putObject(object('aa', { slabs: 2 }), new Map([[0, slab('first', [])]]));
      await catalogue.putDeal({ ...deal, spent: 3n });
      const again = await reopen();
      const later = [
        [6, { kind: 'slab', owner: 'aa', index: 0, slab: slab('first', []) }],
        [7, { kind: 'object', object: object('aa', { slabs: 2 }) }],
        [8, { kind: 'deal', deal: { ...deal, spent: 3n } }],
      ];
      expect(await told(again, 5)).to.deep.equal(later);
      expect(await told(again, 0)).to.deep.equal([[3, { kind: 'slab', owner: 'aa', index: 1, slab: slab('second') }], ...later]);
      await again.deleteObject('aa');
      expect(await told(again, 7)).to.deep.equal([later[2], [9, { kind: 'deleted', owner: 'aa' }]]);
      expect(await told(again, 0), 'nothing is left of its slabs').to.have.length(2);
      await again.putObject(object('aa', { slabs: 0 }));
      expect(await told(await reopen(), 9), 'no number is given twice').to.deep.equal([
        [10, { kind: 'object', object: object('aa', { slabs: 0 }) }],
      ]);
    }));

  it('keeps small objects in a crate: where its shards lie is where theirs lie, and no list names the crate', () =>
    use(async (catalogue, reopen) => {
      await packing(catalogue);
      const within = { crate: 'c0', slab: 0, from: leaves(4) };
      expect(await catalogue.slab('bb', 0)).to.deep.equal({ length: 100, sha256: content('bb'), shards: [], within });
      await catalogue.putCrate(crate, new Map([[0, placed]]));
      await catalogue.putObjects(parts.map(({ object: { id, name } }) => object(id, { name })));
      const again = await reopen();
      expect(await collect(again.slabs('bb'))).to.deep.equal([[0, { length: 100, sha256: content('bb'), shards: crateShards, within }]]);
      expect(await again.slab('c0', 0)).to.deep.equal(placed);
      expect(await again.crate('c0')).to.deep.equal(crate);
      expect((await collect(again.objects())).map(({ id, state }) => [id, state])).to.have.deep.members([
        ['aa', 'stored'],
        ['bb', 'stored'],
        ['cc', 'stored'],
      ]);
      expect(await collect(again.placing())).to.deep.equal([]);
      expect(await again.object('c0')).to.equal(undefined);
      expect(await again.object(crate.name)).to.equal(undefined);
      expect(await again.sectorPlace(dealNamed('Carol'), sectorNamed('other').root)).to.deep.equal({ owner: 'c0', slab: 0, shard: 1 });
      expect(await collect(again.placesIn(dealNamed('Bob')))).to.have.length(1);
      expect(await collect(again.parts('c0', 0))).to.deep.equal(
        parts.map(({ from, length }, i) => ({ from, length, object: ['aa', 'bb', 'cc'][i] })),
      );
      expect(await collect(again.crateUse())).to.deep.equal([{ crate: 'c0', slab: 0, leaves: 12 }]);
    }));

  it('forgets a crate with the last of what lies in it, and what is deleted of it before stays told', () =>
    use(async (catalogue, reopen) => {
      await packing(catalogue);
      await catalogue.putCrate(
        { ...crate, slabs: 2 },
        new Map([[1, { ...crateSlab, sha256: content('second') }]]),
        new Map([[1, [{ ...parts[0]!, object: halfDone('dd') }]]]),
      );
      await catalogue.putCrate({ ...crate, slabs: 2 }, new Map([[0, placed]]));
      await catalogue.deleteObject('bb');
      await catalogue.putObject(object('aa'), new Map([[0, slab('alone now')]]));
      const again = await reopen();
      expect(await collect(again.crateUse())).to.have.deep.members([
        { crate: 'c0', slab: 0, leaves: 4 },
        { crate: 'c0', slab: 1, leaves: 4 },
      ]);
      expect(await collect(again.parts('c0', 0))).to.have.length(3);
      await again.putObject(object('cc', { slabs: 0 }), new Map([[0, undefined]]));
      expect(await again.slab('c0', 0)).to.equal(undefined);
      expect(await collect(again.parts('c0', 0))).to.deep.equal([]);
      expect(await again.sectorPlace(dealNamed('Bob'), sectorNamed('crate').root)).to.equal(undefined);
      expect(await again.crate('c0')).to.have.property('slabs', 2);
      await again.deleteObject('dd');
      const last = await reopen();
      expect(await last.crate('c0')).to.equal(undefined);
      expect(await collect(last.crateUse())).to.deep.equal([]);
      expect(
        (await collect(last.changes(0))).filter(({ kind }) => kind === 'deleted').map((change) => 'owner' in change && change.owner),
      ).to.have.members(['bb', 'dd', 'c0']);
      expect((await collect(last.changes(0))).some(({ kind }) => kind === 'crate')).to.equal(false);
    }));

  it('tells of a crate what changed, and of what lies in it where', () =>
    use(async (catalogue) => {
      await packing(catalogue);
      const before = (await collect(catalogue.changes(0))).at(-1)!.number;
      expect((await collect(catalogue.changes(0))).map(({ kind }) => kind)).to.have.members([
        'crate',
        'slab',
        ...Array.from({ length: 6 }, (_, i) => (i % 2 ? 'slab' : 'object')),
      ]);
      await catalogue.putCrate(crate, new Map([[0, placed]]));
      expect((await collect(catalogue.changes(before))).map(({ number: _, ...change }) => change)).to.have.deep.members([
        { kind: 'crate', crate },
        { kind: 'slab', owner: 'c0', index: 0, slab: placed },
      ]);
    }));

  it('remembers what was paid for a deal that ended so, each amount once, until it is told otherwise', () =>
    use(async (catalogue, reopen) => {
      const payment = {
        deal: dealNamed('Bob'),
        from: period(30),
        amount: wei(2n ** 100n),
        at: 1_800_000_000_000,
        account: address(`0x${'5'.repeat(40)}`),
        open: false,
      };
      await catalogue.putPayment({ ...payment, open: true });
      await catalogue.putPayment(payment);
      await catalogue.putPayment({ ...payment, amount: wei(1n) });
      await catalogue.putPayment({ ...payment, from: period(60) });
      const again = await reopen();
      expect(await collect(again.payments())).to.have.deep.members([payment, { ...payment, amount: 1n }, { ...payment, from: 60 }]);
      await again.dropPayment(payment);
      expect(await collect(again.payments())).to.have.deep.members([
        { ...payment, amount: 1n },
        { ...payment, from: 60 },
      ]);
    }));

  it('remembers what was made anew for a deal', () =>
    use(async (catalogue, reopen) => {
      const healing = { deal: dealNamed('Bob'), after: sectorNamed('twelfth').root, since: 1_800_000_000_000, bytes: 2 ** 40 };
      await catalogue.putHealing({ ...healing, bytes: 1 });
      await catalogue.putHealing(healing);
      const again = await reopen();
      expect(await again.healing(healing.deal)).to.deep.equal(healing);
      expect(await again.healing(dealNamed('Carol'))).to.equal(undefined);
    }));

  it('gives back a deal whole, with what was proposed and not answered', () =>
    use(async (catalogue, reopen) => {
      const id = dealNamed('Bob');
      const provider = address(`0x${'0b'.repeat(20)}`);
      const fresh: RenterDeal = { id, provider };
      const first = signedRevision(id, 1n, [sectorNamed('a')]);
      const second = signedRevision(id, 2n, [sectorNamed('a'), sectorNamed('b')]);
      const { sectors, ...current } = first;
      const proposed = { revision: second.revision, renterSignature: second.renterSignature, base: 1n };
      const busy: RenterDeal = { id, provider, current, proposed, spent: 7n };
      await catalogue.putDeal(fresh);
      expect(await catalogue.deal(id)).to.deep.equal(fresh);
      await catalogue.putDeal({ id, provider, current }, { number: 1n, sectors });
      await catalogue.putDeal(busy, { number: 2n, sectors: second.sectors });
      const again = await reopen();
      expect(await sectorsOf(again, id, 1n)).to.deep.equal(sectors);
      expect(await sectorsOf(again, id, 2n)).to.deep.equal(second.sectors);
      expect(await again.deal(id)).to.deep.equal(busy);
      expect(await collect(again.deals())).to.deep.equal([busy]);
      expect(await again.deal(dealNamed('Carol'))).to.equal(undefined);
    }));

  it('remembers deals that were asked for until it is told otherwise', () =>
    use(async (catalogue, reopen) => {
      const request = {
        provider: address(`0x${'0b'.repeat(20)}`),
        salt: hash(`0x${'51'.repeat(32)}`),
        signer: address(`0x${'0c'.repeat(20)}`),
        maxPrice: wei(2n ** 127n),
        maxEgressPrice: wei(0n),
        maxEgress: wei(0n),
        maxEnd: period(100),
        maxLeaves: leaves(2 ** 40),
        escrow: wei(10n ** 20n),
      };
      await catalogue.putOpenings([request]);
      const again = await reopen();
      expect(await again.openings()).to.deep.equal([request]);
      await again.putOpenings([]);
      expect(await again.openings()).to.deep.equal([]);
    }));
};
