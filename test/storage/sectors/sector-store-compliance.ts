import { expect } from 'chai';
import type { SectorStore } from '../../../node/ports/sector-store.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { tendAll } from '../tend-all.js';
import { bytesOf } from '../../support/worlds/actors.js';
import { contentOf, sectorNamed } from '../sample-sectors.js';

/** What every {@link SectorStore} must do. `use` opens a fresh store of `capacity` bytes for one story; `cost` is what sectors of so many leaves take. */
export const sectorStoreCompliance = (
  use: (story: (store: SectorStore) => Promise<void>, capacity?: number) => Promise<void>,
  cost: (leaves: number) => number,
): void => {
  const [first, second] = [sectorNamed('first', 3), sectorNamed('second', 5)];
  /** Of three stretches. */
  const [wide, broad] = [sectorNamed('wide', 4_100), sectorNamed('broad', 4_100)];

  it('gives back the bytes that were put, and lists them', () =>
    use(async (store) => {
      await store.put(first, contentOf(first));
      await store.put(second, contentOf(second));
      expect(Buffer.from(await store.read(first.root))).to.deep.equal(Buffer.from(contentOf(first)));
      expect(await store.has(first.root)).to.equal(true);
      expect(await collect(store.list())).to.have.deep.members([first, second]);
      expect(store.bytesUsed).to.equal(8 * 32);
    }));

  it('takes a root once, also when it comes many times at once', () =>
    use(async (store) => {
      await Promise.all(Array.from({ length: 8 }, () => store.put(first, contentOf(first))));
      expect(store.bytesUsed).to.equal(3 * 32);
      expect(await collect(store.list())).to.deep.equal([first]);
    }));

  it('refuses one root with two lengths', () =>
    use(async (store) => {
      await store.put(first, contentOf(first));
      const longer = { ...first, leaves: second.leaves };
      const { data } = await rejection(store.put(longer, contentOf(longer)), 'SECTOR_CONFLICT');
      expect(data).to.deep.equal({ root: first.root, kept: 3, offered: 5 });
      expect((await store.read(first.root)).length).to.equal(3 * 32);
    }));

  it('refuses bytes that are not the length of the sector', () =>
    use(async (store) => {
      const outcome = await store.put(first, new Uint8Array(64)).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(RangeError);
      expect(store.bytesUsed).to.equal(0);
    }));

  it('says what a sector takes of the room', () =>
    use(
      async (store) => {
        const room = await store.room();
        await store.put(first, contentOf(first));
        expect(store.cost(first.leaves)).to.equal(cost(3));
        expect(room - (await store.room())).to.equal(cost(3));
      },
      10 * cost(5),
    ));

  it('says which of many sectors are absent', () =>
    use(async (store) => {
      const third = sectorNamed('third', 4);
      for (const each of [first, second, third]) await store.put(each, contentOf(each));
      await store.delete(second.root);
      await store.quarantine(third.root);
      const never = sectorNamed('never', 1);
      expect(await store.absent([never, first, second, third].map(({ root }) => root))).to.deep.equal([
        never.root,
        second.root,
        third.root,
      ]);
      expect(await store.absent([])).to.deep.equal([]);
    }));

  it('lists sectors in the order in which they came, also after it was tended', () =>
    use(async (store) => {
      const many = Array.from({ length: 40 }, (_, index) => sectorNamed(`many ${index}`, 1 + index));
      for (const each of many) await store.put(each, contentOf(each));
      for (const each of many.slice(0, 30)) if (each.leaves % 3 > 0) await store.delete(each.root);
      await tendAll(store);
      const left = many.filter((each, index) => index >= 30 || each.leaves % 3 === 0);
      expect(await collect(store.list())).to.deep.equal(left);
      for (const each of left) expect(Buffer.from(await store.read(each.root))).to.deep.equal(Buffer.from(contentOf(each)));
    }));

  it('gives any part of a sector, and no part outside of it', () =>
    use(async (store) => {
      const bytes = bytesOf('parts', wide.leaves * 32);
      await store.put(wide, bytes);
      for (const [offset, length] of [
        [0, 1],
        [31, 33],
        [65_536, 65_536],
        [bytes.length - 5, 5],
        [0, bytes.length],
      ] as const)
        expect(Buffer.from(await store.read(wide.root, { offset, length })).equals(bytes.subarray(offset, offset + length))).to.equal(true);
      for (const [offset, length] of [
        [-1, 2],
        [0, 0],
        [bytes.length - 5, 6],
        [0.5, 1],
      ] as const) {
        const outcome = await store.read(wide.root, { offset, length }).catch((error: unknown) => error);
        expect(outcome, `${offset} + ${length}`).to.be.instanceOf(RangeError);
      }
      await rejection(store.read(first.root, { offset: 0, length: 1 }), 'SECTOR_MISSING');
    }));

  it('keeps the crown that came with a sector, or after it, or in the place of another', () =>
    use(async (store) => {
      const crowns = [1, 2, 3].map((fill) => new Uint8Array(3 * 32).fill(fill)) as [Uint8Array, Uint8Array, Uint8Array];
      const other = { ...sectorNamed('other', wide.leaves) };
      await store.put(wide, contentOf(wide), undefined, crowns[0]);
      await store.put(other, contentOf(other));
      expect(await store.outline(wide.root)).to.deep.equal({ leaves: wide.leaves, crown: crowns[0] });
      expect(await store.outline(other.root)).to.deep.equal({ leaves: wide.leaves, crown: undefined });
      await store.keepCrown(wide.root, crowns[1]);
      await store.keepCrown(other.root, crowns[2]);
      expect((await store.outline(wide.root)).crown).to.deep.equal(crowns[1]);
      expect((await store.outline(other.root)).crown).to.deep.equal(crowns[2]);
      expect(Buffer.from(await store.read(wide.root)).equals(contentOf(wide))).to.equal(true);
      expect(await store.has(wide.root)).to.equal(true);
      expect(store.bytesUsed).to.equal(2 * wide.leaves * 32);
    }));

  it('keeps no crown of one stretch, of the wrong size, or of nothing', () =>
    use(async (store) => {
      await store.put(first, contentOf(first), undefined, new Uint8Array(32));
      await store.keepCrown(first.root, new Uint8Array(32));
      expect(await store.outline(first.root)).to.deep.equal({ leaves: first.leaves, crown: undefined });
      await store.put(wide, contentOf(wide));
      const outcomes = await Promise.allSettled([
        store.keepCrown(wide.root, new Uint8Array(32)),
        store.put(broad, contentOf(broad), undefined, new Uint8Array(64)),
      ]);
      for (const outcome of outcomes) expect(outcome).to.have.property('reason').that.is.instanceOf(RangeError);
      expect(await store.has(broad.root)).to.equal(false);
      await store.keepCrown(second.root, new Uint8Array(32));
      await rejection(store.outline(second.root), 'SECTOR_MISSING');
      expect(await store.has(second.root)).to.equal(false);
    }));

  it('says that a sector is missing, before it came and after it went', () =>
    use(async (store) => {
      await rejection(store.read(first.root), 'SECTOR_MISSING');
      await store.put(first, contentOf(first));
      await store.delete(first.root);
      await store.delete(first.root);
      await rejection(store.read(first.root), 'SECTOR_MISSING');
      expect(await store.has(first.root)).to.equal(false);
      expect(store.bytesUsed).to.equal(0);
      expect(await collect(store.list())).to.deep.equal([]);
    }));

  it('moves a sector aside: it is missing then, and is taken whole again', () =>
    use(async (store) => {
      await store.put(first, contentOf(first));
      await store.quarantine(first.root);
      await store.quarantine(second.root);
      expect(await store.has(first.root)).to.equal(false);
      await rejection(store.read(first.root), 'SECTOR_MISSING');
      expect(store.bytesUsed).to.equal(0);
      expect(await collect(store.list())).to.deep.equal([]);
      await store.put(first, contentOf(first));
      expect(Buffer.from(await store.read(first.root))).to.deep.equal(Buffer.from(contentOf(first)));
      expect(store.bytesUsed).to.equal(3 * 32);
    }));

  it('refuses what goes over its capacity, keeps nothing of it, and takes the next that fits', () =>
    use(
      async (store) => {
        await store.put(second, contentOf(second));
        const { data } = await rejection(store.put(first, contentOf(first)), 'STORE_FULL');
        expect(data).to.deep.equal({ capacity: cost(5) + cost(1), used: cost(5), needed: cost(3) });
        expect(await store.room()).to.equal(cost(1));
        expect(store.bytesUsed).to.equal(5 * 32);
        expect(await store.has(first.root)).to.equal(false);
        const small = sectorNamed('small', 1);
        await store.put(small, contentOf(small));
        expect(store.bytesUsed).to.equal(6 * 32);
        expect(await store.room()).to.equal(0);
      },
      cost(5) + cost(1),
    ));

  it('never goes over its capacity when sectors come at once', () =>
    use(
      async (store) => {
        const many = Array.from({ length: 10 }, (_, index) => sectorNamed(`many ${index}`, 2));
        const outcomes = await Promise.allSettled(many.map((sector) => store.put(sector, contentOf(sector))));
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(3);
        expect(store.bytesUsed).to.equal(6 * 32);
      },
      3 * cost(2) + 32,
    ));

  it('keeps nothing of a put that was stopped', () =>
    use(async (store) => {
      const stopped = await store
        .put(first, contentOf(first), AbortSignal.abort(new Error('Alice went home')))
        .catch((error: unknown) => error);
      expect(stopped).to.have.property('message', 'Alice went home');
      expect(store.bytesUsed).to.equal(0);
    }));

  it('answers nothing after it was closed', () =>
    use(async (store) => {
      await store.close();
      await rejection(store.read(first.root), 'STORE_CLOSED');
      await rejection(store.put(first, contentOf(first)), 'STORE_CLOSED');
      await rejection(store.absent([first.root]), 'STORE_CLOSED');
      await rejection(store.tend(), 'STORE_CLOSED');
    }));
};
