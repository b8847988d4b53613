import { expect } from 'chai';
import type { Catalogue, ObjectRecord, RenterDeal } from '../../../node/ports/catalogue.js';
import { address, hash, leaves, period, wei } from '../../../node/core/units.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';
import { sectorsOf } from '../../support/whole-lists.js';

/** What every {@link Catalogue} must do. `use` opens a fresh one; `reopen` gives the same again, as after a restart. */
export const catalogueCompliance = (
  use: (story: (catalogue: Catalogue, reopen: () => Promise<Catalogue>) => Promise<void>) => Promise<void>,
): void => {
  const object = (id: string, change: Partial<ObjectRecord> = {}): ObjectRecord => ({
    id,
    name: 'letters/märz.txt',
    bytes: 100,
    sha256: sectorNamed(id).root,
    storedAt: 1_700_000_000_000,
    k: 1,
    n: 2,
    state: 'placing',
    slabs: [{ length: 100, shards: [{ shard: 1, deal: dealNamed('Bob'), sector: sectorNamed('shard', 4), attempt: 0 }] }],
    ...change,
  });

  it('names its market and starts empty', () =>
    use(async (catalogue) => {
      expect(catalogue.identity).to.deep.equal(testIdentity);
      expect(await collect(catalogue.objects())).to.deep.equal([]);
      expect(await collect(catalogue.deals())).to.deep.equal([]);
      expect(await catalogue.openings()).to.deep.equal([]);
      expect(await catalogue.object('nothing')).to.equal(undefined);
    }));

  it('finds an object by id and by name, the newest of that name', () =>
    use(async (catalogue, reopen) => {
      await catalogue.putObject(object('aa'));
      await catalogue.putObject(object('bb', { storedAt: 900_000_000_000 }));
      await catalogue.putObject(object('cc', { name: 'letters/märz.txt2', slabs: [], bytes: 0 }));
      const again = await reopen();
      expect(await again.object('bb')).to.deep.equal(object('bb', { storedAt: 900_000_000_000 }));
      expect(await again.object('letters/märz.txt')).to.deep.equal(object('aa'));
      expect(await again.object('letters/märz')).to.equal(undefined);
      expect(await collect(again.objects())).to.have.length(3);
    }));

  it('replaces an object under its id, and its old name with it', () =>
    use(async (catalogue, reopen) => {
      await catalogue.putObject(object('aa'));
      await catalogue.putObject(object('aa', { name: 'renamed', state: 'stored' }));
      const again = await reopen();
      expect(await again.object('letters/märz.txt')).to.equal(undefined);
      expect((await again.object('renamed'))?.state).to.equal('stored');
      await again.deleteObject('aa');
      await again.deleteObject('aa');
      expect(await again.object('renamed')).to.equal(undefined);
      expect(await collect(again.objects())).to.deep.equal([]);
    }));

  it('says which shard a sector of a deal is, as placed last, and nothing of another deal', () =>
    use(async (catalogue, reopen) => {
      const [bob, carol] = [dealNamed('Bob'), dealNamed('Carol')];
      const [one, two] = [sectorNamed('one', 4), sectorNamed('two', 4)];
      const shard = (deal: typeof bob, sector: typeof one, index: number) => ({ shard: index, deal, sector, attempt: 0 });
      const placed = (...shards: ReturnType<typeof shard>[]) => [
        { length: 100, shards: [] },
        { length: 100, shards },
      ];
      const place = { object: 'aa', slab: 1, shard: 3 };
      expect(await catalogue.sectorPlace(bob, one.root)).to.equal(undefined);
      await catalogue.putObject(object('aa', { slabs: placed(shard(bob, one, 3)) }));
      await catalogue.putObject(object('aa', { slabs: placed(shard(bob, one, 3), shard(carol, two, 0)) }));
      let again = await reopen();
      expect(await again.sectorPlace(bob, one.root)).to.deep.equal(place);
      expect(await again.sectorPlace(carol, two.root)).to.deep.equal({ ...place, shard: 0 });
      expect(await again.sectorPlace(carol, one.root)).to.equal(undefined);
      await again.putObject(object('aa', { slabs: placed(shard(carol, one, 3), shard(carol, two, 0)) }));
      again = await reopen();
      expect(await again.sectorPlace(bob, one.root)).to.equal(undefined);
      expect(await again.sectorPlace(carol, one.root)).to.deep.equal(place);
      await again.deleteObject('aa');
      expect(await again.sectorPlace(carol, one.root)).to.equal(undefined);
      expect(await again.sectorPlace(carol, two.root)).to.equal(undefined);
    }));

  it('finds objects by their content, and by no other', () =>
    use(async (catalogue, reopen) => {
      const { sha256 } = object('aa');
      await catalogue.putObject(object('aa'));
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
      await catalogue.putObject(object('aa'));
      const again = await reopen();
      expect([await again.isUsed(bob), await again.isUsed(carol)]).to.deep.equal([true, false]);
      await again.deleteObject('aa');
      expect(await again.isUsed(bob)).to.equal(false);
    }));

  it('remembers what was paid for a deal that ended so, each amount once, until it is told otherwise', () =>
    use(async (catalogue, reopen) => {
      const payment = { deal: dealNamed('Bob'), from: period(30), amount: wei(2n ** 100n), at: 1_800_000_000_000, open: false };
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
