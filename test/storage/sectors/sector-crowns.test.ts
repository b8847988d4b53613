import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SectorStore } from '../../../node/ports/sector-store.js';
import { createSectorFiles, openSectorFiles, type SectorFilesOptions } from '../../../node/storage/sector-files.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { testIdentity } from '../../support/memory-market/market-identity.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { contentOf, sectorNamed } from '../sample-sectors.js';
import { tendAll } from '../tend-all.js';

/** Of 64 stretches. */
const sector = sectorNamed('film', 1 << 17);
const BYTES = sector.leaves * 32;
const crown = new Uint8Array(64 * 32).fill(7);

describe('the file of a large sector', () => {
  const withStore = (story: (file: string, open: (options?: Partial<SectorFilesOptions>) => Promise<SectorStore>) => Promise<void>) =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store');
      await createSectorFiles(path, testIdentity);
      let opened: SectorStore | undefined;
      const open = async (options: Partial<SectorFilesOptions> = {}): Promise<SectorStore> => {
        await opened?.close();
        return (opened = await openSectorFiles({ path, identity: testIdentity, ...options }));
      };
      try {
        await story(join(path, 'sectors', sector.root.slice(2, 4), `${sector.root.slice(2)}-${sector.leaves}`), open);
      } finally {
        await opened?.close();
      }
    });

  it('is its bytes and its crown, in one write', () =>
    withStore(async (file, open) => {
      const steps: string[] = [];
      const store = await open({ onStep: (step) => void steps.push(step) });
      await store.put(sector, contentOf(sector), undefined, crown);
      expect(steps.slice(0, 4)).to.deep.equal(['written', 'synced', 'renamed', 'durable']);
      expect((await readFile(file)).equals(Buffer.concat([contentOf(sector), crown]))).to.equal(true);
      expect((await (await open()).outline(sector.root)).crown).to.deep.equal(crown);
    }));

  it('is a whole sector at whatever byte of its crown it was cut, and can be given the crown again', () =>
    withStore(async (file, open) => {
      await (await open()).put(sector, contentOf(sector), undefined, crown);
      for (const left of [0, 1, 31, 1024, crown.length - 1]) {
        await truncate(file, BYTES + left);
        const store = await open();
        expect(await store.has(sector.root), `${left} bytes`).to.equal(true);
        expect(store.bytesUsed).to.equal(BYTES);
        expect(await tendAll(store)).to.deep.equal([]);
        expect(await store.outline(sector.root)).to.deep.equal({ leaves: sector.leaves, crown: undefined });
        expect((await store.read(sector.root)).length).to.equal(BYTES);
        await store.keepCrown(sector.root, crown);
        expect((await store.outline(sector.root)).crown).to.deep.equal(crown);
        expect((await stat(file)).size).to.equal(BYTES + crown.length);
        expect(await tendAll(store)).to.deep.equal([]);
        expect(await collect(store.list())).to.deep.equal([sector]);
      }
    }));

  it('that lost its end is not made whole by a crown', () =>
    withStore(async (file, open) => {
      const store = await open();
      await store.put(sector, contentOf(sector));
      await truncate(file, BYTES - 32);
      await store.keepCrown(sector.root, crown);
      expect(await store.has(sector.root)).to.equal(false);
      expect((await stat(file)).size).to.equal(BYTES - 32);
      expect(Buffer.from(await store.read(sector.root, { offset: 0, length: 64 })).equals(contentOf(sector).subarray(0, 64))).to.equal(
        true,
      );
      const { data } = await rejection(store.read(sector.root, { offset: BYTES - 64, length: 64 }), 'SECTOR_CORRUPT');
      expect(data).to.deep.equal({ root: sector.root, expected: BYTES, found: BYTES - 32 });
    }));

  it('gets no crown under the floor of the disk', () =>
    withStore(async (file, open) => {
      await (await open()).put(sector, contentOf(sector));
      const store = await open({ floor: 1_000, free: async () => 999 });
      await rejection(store.keepCrown(sector.root, crown), 'DISK_LOW');
      expect((await stat(file)).size).to.equal(BYTES);
    }));
});

describe('a store of before there were crowns', () => {
  it('opens, and its files are whole', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'store');
      await createSectorFiles(path, testIdentity);
      const before = await openSectorFiles({ path, identity: testIdentity });
      await before.put(sector, contentOf(sector));
      await before.close();
      const file = join(path, 'sectors', sector.root.slice(2, 4), `${sector.root.slice(2)}-${sector.leaves}`);
      await writeFile(file, contentOf(sector));
      const store = await openSectorFiles({ path, identity: testIdentity });
      expect(await store.has(sector.root)).to.equal(true);
      expect(await store.outline(sector.root)).to.deep.equal({ leaves: sector.leaves, crown: undefined });
      await store.close();
    }));
});
