import { cp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SectorStore } from '../../../node/ports/sector-store.js';
import type { Packed } from '../../../node/storage/packs/pack-appender.js';
import type { StoreStep } from '../../../node/storage/sectors/sector-store.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { onFailingDisk, systemError } from '../../support/failing-disk.js';
import { realSector, realSectors, withStoreFolder } from '../small-sectors.js';
import { tendAll } from '../tend-all.js';

const packOf = (path: string, number = 0): string => join(path, 'packs', `0000000${number}.pack`);
const HEAD = 32;
const ENTRY = 64 + 96;

const put = (store: SectorStore, { sector, bytes }: Packed): Promise<void> => store.put(sector, bytes);
const putAll = async (store: SectorStore, all: readonly Packed[]): Promise<void> => {
  for (const each of all) await put(store, each);
};
const flip = async (path: string, at: number): Promise<void> => {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  await writeFile(path, bytes);
};
const requireWhole = async (store: SectorStore, all: readonly Packed[], why = ''): Promise<void> => {
  expect(await store.absent(all.map(({ sector }) => sector.root)), why).to.deep.equal([]);
  for (const { sector, bytes } of all) {
    expect(await store.has(sector.root), why).to.equal(true);
    expect(Buffer.from(await store.read(sector.root)).equals(bytes), why).to.equal(true);
  }
};
const refs = (all: readonly Packed[]) => all.map(({ sector }) => sector);
const bytesOf = (all: readonly Packed[]): number => all.reduce((sum, { bytes }) => sum + bytes.length, 0);
const without = (all: readonly Packed[], ...gone: readonly Packed[]): Packed[] => all.filter((each) => !gone.includes(each));
const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

describe('small sectors in packs', () => {
  const sectors = realSectors(8);
  const [first, second, third] = sectors as [Packed, Packed, Packed];

  it('share a file: one of a leaf costs a few of them, not a block', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open({ capacity: 1 << 20 });
      const many = realSectors(200, 1);
      await Promise.all(many.map((each) => put(store, each)));
      expect((await readdir(join(path, 'sectors'))).length).to.equal(0);
      expect((await stat(packOf(path))).size).to.equal(HEAD + 200 * 96);
      expect((1 << 20) - (await store.room())).to.equal(200 * store.cost(first.sector.leaves) - 200 * 64);
      await requireWhole(store, many);
    }));

  it('that come at once share what makes them durable', () =>
    withStoreFolder(async ({ open }) => {
      const steps: StoreStep[] = [];
      const store = await open({ onStep: (step) => void steps.push(step) });
      await Promise.all(realSectors(64).map((each) => put(store, each)));
      const syncs = steps.filter((step) => step === 'pack-synced').length;
      expect(syncs).to.be.within(1, 4);
      expect(steps.filter((step) => step === 'indexed')).to.have.lengthOf(syncs);
    }));

  it('are whole or gone after a kill at any step of storing one, and can be stored then', () =>
    withStoreFolder(async ({ open, copy, with: withCopy }) => {
      const copies = new Map<StoreStep, string>();
      let copying = false;
      const store = await open({ onStep: async (step) => void (copying && copies.set(step, await copy())) });
      await putAll(store, [first, second]);
      copying = true;
      await put(store, third);
      expect([...copies.keys()]).to.deep.equal(['packed', 'pack-synced', 'indexed']);
      for (const [step, path] of copies)
        await withCopy(path, async (after) => {
          expect(after.faults, step).to.deep.equal([]);
          await requireWhole(after, sectors.slice(0, 3), step);
          expect(after.bytesUsed, step).to.equal(3 * 96);
          expect(await collect(after.list()), step).to.deep.equal(refs(sectors.slice(0, 3)));
          await putAll(after, sectors);
          expect((await stat(packOf(path))).size, step).to.equal(HEAD + 8 * ENTRY);
        });
    }));

  it('lose but what was not promised where power fails: a torn tail is cut off, wherever it is torn', () =>
    withStoreFolder(async ({ open, copy, with: withCopy }) => {
      let torn = '';
      const store = await open({ onStep: async (step) => void (step === 'packed' && (torn = await copy())) });
      await putAll(store, [first, second]);
      const tail = HEAD + ENTRY;
      const whole = await readFile(packOf(torn));
      expect(whole.length).to.equal(HEAD + 2 * ENTRY);
      const cut = (at: number): Buffer => whole.subarray(0, tail + at);
      const zeroed = (from: number, to: number): Buffer => Buffer.from(whole).fill(0, tail + from, tail + to);
      const tears = [cut(0), cut(1), cut(63), cut(64), cut(159), zeroed(0, 64), zeroed(64, 160), zeroed(100, 132), zeroed(0, 160)];
      for (const [index, tear] of tears.entries()) {
        const path = await copy(torn);
        await writeFile(packOf(path), tear);
        await withCopy(path, async (after) => {
          expect(after.faults, `tear ${index}`).to.deep.equal([]);
          await requireWhole(after, [first], `tear ${index}`);
          expect(await after.absent([second.sector.root])).to.deep.equal([second.sector.root]);
          await rejection(after.read(second.sector.root), 'SECTOR_MISSING');
          expect(after.bytesUsed).to.equal(96);
          await put(after, realSector('shorter', 1));
          expect((await stat(packOf(path))).size, `tear ${index} is cut off`).to.equal(HEAD + ENTRY + 96);
        });
      }
    }));

  it('are put behind the others when power failed while a pack was begun: what is left of that goes, without an alarm', () =>
    withStoreFolder(async ({ path, open, copy, with: withCopy }) => {
      const store = await open();
      await putAll(store, [first, second]);
      await store.close();
      const begun = await readFile(packOf(path));
      const lefts = [Buffer.alloc(0), begun.subarray(0, HEAD - 1), Buffer.alloc(HEAD)];
      for (const [left, rebuild] of lefts.flatMap((each) => [[each, false] as const, [each, true] as const])) {
        const torn = await copy();
        await writeFile(packOf(torn, 1), left);
        const tell = async (after: SectorStore): Promise<void> => {
          expect(after.faults, `${left.length} bytes`).to.deep.equal([]);
          expect(await readdir(join(torn, 'packs'))).to.deep.equal(['00000000.pack']);
          await putAll(after, sectors);
          await requireWhole(after, sectors);
          expect((await stat(packOf(torn))).size).to.equal(HEAD + 8 * ENTRY);
        };
        await withCopy(torn, tell, { rebuild });
      }
      const damaged = await copy();
      await writeFile(packOf(damaged, 1), Buffer.alloc(HEAD + 1));
      await withCopy(damaged, async ({ faults }) => {
        expect(faults.map(({ kind }) => kind)).to.deep.equal(['pack-unreadable']);
        expect(await readdir(join(damaged, 'packs'))).to.have.lengthOf(2);
      });
    }));

  it('are found again in packs and files when the index is gone, damaged, of yesterday, or half made', () =>
    withStoreFolder(async ({ path, open, copy, with: withCopy }) => {
      const large = realSector('large', 2048);
      const all = [...sectors, large];
      const store = await open({ packBytes: 2 * ENTRY });
      await putAll(store, sectors.slice(0, 3));
      const yesterday = await copy();
      await putAll(store, all);
      await store.close();
      expect(await readdir(join(path, 'packs'))).to.have.lengthOf(4);

      const gone = await copy();
      await rm(join(gone, 'index'), { recursive: true });
      const damaged = await copy();
      await writeFile(join(damaged, 'index', 'CURRENT'), 'MANIFEST-999999\n');
      const half = await copy();
      for (const name of await readdir(join(half, 'index'))) if (/ldb|log/.test(name)) await rm(join(half, 'index', name));
      for (const each of [gone, damaged, half])
        await withCopy(each, async (after) => {
          expect(after.faults.map(({ kind }) => kind)).to.deep.equal(['index-rebuilt']);
          await requireWhole(after, all);
          expect(after.bytesUsed).to.equal(bytesOf(all));
          expect(await collect(after.list())).to.have.deep.members(refs(all));
          expect(await tendAll(after)).to.deep.equal([]);
        });

      await rm(join(path, 'index'), { recursive: true });
      await cp(join(yesterday, 'index'), join(path, 'index'), { recursive: true });
      const after = await open();
      await requireWhole(after, sectors);
      expect(await after.absent([large.sector.root])).to.deep.equal([large.sector.root]);
      await tendAll(after);
      await requireWhole(after, all);
      expect(after.bytesUsed).to.equal(bytesOf(all));
    }));

  it('of a pack that is gone or cut short are absent, alarmed, and taken again', () =>
    withStoreFolder(async ({ path, open }) => {
      const before = await open({ packBytes: 4 * ENTRY });
      await putAll(before, sectors);
      await before.close();
      await rm(packOf(path, 0));
      await truncate(packOf(path, 1), HEAD + 2 * ENTRY + 70);
      const store = await open();
      expect(store.faults).to.deep.equal([
        { kind: 'pack-short', pack: packOf(path, 0), bytes: HEAD + 4 * ENTRY, found: 0 },
        { kind: 'pack-short', pack: packOf(path, 1), bytes: HEAD + 4 * ENTRY, found: HEAD + 2 * ENTRY + 70 },
      ]);
      const [kept, lost] = [sectors.slice(4, 6), without(sectors, ...sectors.slice(4, 6))];
      await requireWhole(store, kept);
      expect(await store.absent(refs(sectors).map(({ root }) => root))).to.deep.equal(refs(lost).map(({ root }) => root));
      expect(await collect(store.list())).to.deep.equal(refs(kept));
      await rejection(store.read((lost[0] as Packed).sector.root), 'SECTOR_MISSING');
      await rejection(store.read((lost[4] as Packed).sector.root), 'SECTOR_CORRUPT');
      expect(await tendAll(store)).to.have.members(refs(lost).map(({ root }) => root));
      await putAll(store, lost);
      await requireWhole(store, sectors);
      expect(store.bytesUsed).to.equal(bytesOf(sectors));
    }));
});

describe('rot in a pack', () => {
  const sectors = realSectors(4);
  const [first, second, third] = sectors as [Packed, Packed, Packed];

  it('of the bytes of a sector is moved aside, and takes no other with it', () =>
    withStoreFolder(async ({ path, open, copy, with: withCopy }) => {
      const store = await open();
      await putAll(store, sectors);
      await flip(packOf(path), HEAD + ENTRY + 64 + 5);
      expect(Buffer.from(await store.read(second.sector.root)).equals(second.bytes), 'whose root says so').to.equal(false);
      const lost = await copy();
      await rm(join(lost, 'index'), { recursive: true });
      await withCopy(lost, async (after) => {
        await requireWhole(after, without(sectors, second));
        expect(await after.absent([second.sector.root])).to.deep.equal([second.sector.root]);
      });
      await store.quarantine(second.sector.root);
      expect(await store.has(second.sector.root)).to.equal(false);
      expect((await readFile(join(path, 'rotten', second.sector.root.slice(2)))).length).to.equal(96);
      await put(store, second);
      await requireWhole(store, sectors);
      expect(await readdir(join(path, 'rotten'))).to.deep.equal([]);
    }));

  for (const [what, at, harmed] of [
    ['before the bytes of a sector', HEAD + ENTRY + 50, 1],
    ['of the root there', HEAD + ENTRY + 3, 1],
    ['at the beginning of the pack', 3, 4],
    ['of its salt', 20, 4],
  ] as const)
    it(`${what} is noticed with the next reading, and mended from the bytes`, () =>
      withStoreFolder(async ({ path, open, copy, with: withCopy }) => {
        const before = await open();
        await putAll(before, sectors);
        await before.close();
        await flip(packOf(path), at);
        const store = await open();
        await requireWhole(store, sectors);
        await tendAll(store);
        await requireWhole(store, sectors);
        expect(await collect(store.list())).to.deep.equal(refs(sectors));
        expect(store.bytesUsed).to.equal(4 * 96);
        const packed = (await Promise.all((await readdir(join(path, 'packs'))).map((name) => stat(join(path, 'packs', name))))).map(
          ({ size }) => size,
        );
        expect(Math.max(...packed) >= HEAD + harmed * ENTRY, 'written anew').to.equal(true);
        const lost = await copy();
        await rm(join(lost, 'index'), { recursive: true });
        await withCopy(lost, (after) => requireWhole(after, sectors));
      }));

  it('keeps a pack from being removed, until what is rotten was moved aside', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open({ packBytes: 3 * ENTRY });
      await putAll(store, sectors);
      await flip(packOf(path), HEAD + ENTRY + 64);
      await store.delete(first.sector.root);
      await store.delete(third.sector.root);
      await tendAll(store);
      expect(await readdir(join(path, 'packs'))).to.have.lengthOf(2);
      expect((await store.read(second.sector.root)).length).to.equal(96);
      await store.quarantine(second.sector.root);
      await tendAll(store);
      expect(await readdir(join(path, 'packs'))).to.deep.equal(['00000001.pack']);
      await requireWhole(store, sectors.slice(3));
    }));
});

describe('holes in packs', () => {
  const sectors = realSectors(16);
  const kept = sectors.filter((_, index) => index % 4 === 1 || index > 13);
  const dropped = without(sectors, ...kept);

  /** A store of four packs, most of whose sectors are deleted. */
  const withHoles = (
    story: (parts: Parameters<Parameters<typeof withStoreFolder>[0]>[0] & { readonly store: SectorStore }) => Promise<void>,
    onStep?: (step: StoreStep) => void | Promise<void>,
  ): Promise<void> =>
    withStoreFolder(async (folder) => {
      const store = await folder.open({ packBytes: 4 * ENTRY, capacity: 1 << 20, ...(onStep && { onStep }) });
      await putAll(store, sectors);
      for (const { sector } of dropped) await store.delete(sector.root);
      await story({ ...folder, store });
    });

  it('count as taken until they are filled; then the room is back, and all that is named is there', () =>
    withHoles(async ({ path, store, open }) => {
      const ROWS = 192;
      const free = (1 << 20) - 16 * ENTRY - kept.length * ROWS;
      expect(await store.room()).to.equal(free);
      await tendAll(store);
      const sizes = await Promise.all(
        (await readdir(join(path, 'packs'))).map(async (name) => (await stat(join(path, 'packs', name))).size),
      );
      const onDisk = sizes.reduce((sum, size) => sum + size - HEAD, 0);
      expect(onDisk).to.be.at.most(2 * kept.length * ENTRY);
      expect(await store.room()).to.equal((1 << 20) - onDisk - kept.length * ROWS);
      expect(store.bytesUsed).to.equal(bytesOf(kept));
      await requireWhole(store, kept);
      expect(await collect(store.list())).to.deep.equal(refs(kept));
      await store.close();
      const after = await open();
      expect(after.faults).to.deep.equal([]);
      await requireWhole(after, kept);
      expect(await after.absent(refs(dropped).map(({ root }) => root))).to.have.lengthOf(dropped.length);
    }));

  it('lose nothing to a kill at any step of filling them', async () => {
    const copies: [StoreStep, string][] = [];
    let watching = false;
    let copy: () => Promise<string> = async () => '';
    await withHoles(
      async (folder) => {
        ({ copy } = folder);
        watching = true;
        await tendAll(folder.store);
        watching = false;
        for (const step of ['packed', 'pack-synced', 'indexed', 'pack-emptied', 'pack-removed'])
          expect(
            copies.map(([each]) => each),
            'steps',
          ).to.include(step);
        for (const [step, path] of copies)
          await folder.with(path, async (after) => {
            expect(after.faults, step).to.deep.equal([]);
            await requireWhole(after, kept, step);
            expect(await collect(after.list()), step).to.deep.equal(refs(kept));
            expect(after.bytesUsed, step).to.equal(bytesOf(kept));
            await tendAll(after);
            await requireWhole(after, kept, step);
          });
      },
      async (step) => {
        if (watching) copies.push([step, await copy()]);
      },
    );
  });

  it('wait where the disk is full, and nothing is lost', async () => {
    let isFull = false;
    await withHoles(
      async ({ store }) => {
        isFull = true;
        await rejection(store.tend(), 'DISK_FULL');
        await requireWhole(store, kept);
        isFull = false;
        await tendAll(store);
        await requireWhole(store, kept);
        expect(await store.room()).to.be.above((1 << 20) - 16 * ENTRY);
      },
      (step) => {
        if (isFull && step === 'packed') throw full;
      },
    );
  });

  it('are filled though the disk cannot read a part: all else is kept, what lies there is told, once, and goes with its pack', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open({ packBytes: 12 * ENTRY, capacity: 1 << 20 });
      const all = realSectors(24);
      await putAll(store, all);
      const [victim, others] = [all[11] as Packed, [3, 7, 13].map((index) => all[index] as Packed)];
      for (const each of without(all, victim, ...others)) await store.delete(each.sector.root);
      const at = HEAD + 11 * ENTRY + 64;
      const read = (_buffer: unknown, _into: unknown, length: unknown, from: unknown): Error | undefined =>
        Number(from) < at + 32 && Number(from) + Number(length) > at ? systemError('EIO') : undefined;
      const unreadable: string[] = [];
      await onFailingDisk({ onHandles: { read } }, async () => {
        for (let filling = true; filling;) {
          const tended = await store.tend('fill');
          for (const root of tended.unreadable) await store.quarantine(root);
          unreadable.push(...tended.unreadable);
          filling = tended.filling;
        }
        expect(unreadable).to.deep.equal([victim.sector.root]);
        await requireWhole(store, others);
        expect(await store.absent([victim.sector.root])).to.deep.equal([victim.sector.root]);
        expect(await readdir(join(path, 'packs'))).to.deep.equal(['00000002.pack']);
        await store.close();
      });
      await requireWhole(await open(), others);
    }));

  it('of a pack whose head the disk cannot read hold up no other pack', () =>
    withHoles(async ({ path, store, open }) => {
      let failures = 1;
      const read = (_buffer: unknown, _into: unknown, _length: unknown, from: unknown): Error | undefined =>
        from === 0 && failures-- > 0 ? systemError('EIO') : undefined;
      await onFailingDisk({ onHandles: { read } }, () => tendAll(store));
      const packs = await readdir(join(path, 'packs'));
      expect([packs.includes('00000000.pack'), packs.includes('00000001.pack')]).to.deep.equal([true, false]);
      await store.close();
      const after = await open({ packBytes: 4 * ENTRY });
      await tendAll(after);
      await requireWhole(after, kept);
      expect(await readdir(join(path, 'packs'))).not.to.include('00000000.pack');
    }));

  it('are filled while sectors are stored, read and deleted', () =>
    withHoles(async ({ store }) => {
      const more = Array.from({ length: 16 }, (_, index) => realSector(`more ${index}`));
      await Promise.all([
        tendAll(store),
        putAll(store, more),
        ...kept.map(async ({ sector }) => store.read(sector.root)),
        ...kept.slice(0, 2).map(({ sector }) => store.delete(sector.root)),
      ]);
      await tendAll(store);
      await requireWhole(store, [...kept.slice(2), ...more]);
      expect(store.bytesUsed).to.equal(bytesOf([...kept.slice(2), ...more]));
    }));
});
