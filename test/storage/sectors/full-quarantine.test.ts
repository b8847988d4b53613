import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createCondemned } from '../../../node/storage/sectors/condemned.js';
import { createSerial } from '../../../node/core/tasks/serial.js';
import { rejection } from '../../support/coded-rejection.js';
import { onFailingDisk, systemError } from '../../support/failing-disk.js';
import { collect } from '../../support/collect.js';
import { realSector, realSectors, withStoreFolder } from '../small-sectors.js';

describe('a sector that is rotten in a pack, on a disk that takes no copy of it', () => {
  it('is missing from then on all the same, and can be sent again', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open();
      const [first] = realSectors(1);
      if (first === undefined) throw new Error('no sector');
      await store.put(first.sector, first.bytes);
      const pack = join(path, 'packs', '00000000.pack');
      const bytes = await readFile(pack);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(pack, bytes);
      // What is in the way of the folder does what a full disk would.
      await writeFile(join(path, 'rotten'), '');
      await store.quarantine(first.sector.root);
      expect(await store.absent([first.sector.root])).to.deep.equal([first.sector.root]);
      await store.put(first.sector, first.bytes);
      expect(Buffer.from(await store.read(first.sector.root)).equals(first.bytes)).to.equal(true);
    }));
});

describe('a sector that is rotten in a file of its own, on a full disk', () => {
  const full = (): Error => systemError('ENOSPC');
  const letter = realSector('a letter', 4_096);
  const { root } = letter.sector;

  for (const call of ['mkdir', 'rename'])
    it(`is missing from then on, is not taken in again, and can be sent again: no room to ${call}`, () =>
      withStoreFolder(async ({ path, open }) => {
        const store = await open();
        await store.put(letter.sector, letter.bytes);
        await onFailingDisk({ calls: { [call]: full } }, () => store.quarantine(root));
        expect([await store.has(root), await store.absent([root])]).to.deep.equal([false, [root]]);
        expect(await readdir(join(path, 'sectors', root.slice(2, 4)))).to.deep.equal([]);
        await store.close();
        const after = await open({ rebuild: true });
        expect(await after.absent([root])).to.deep.equal([root]);
        await after.put(letter.sector, letter.bytes);
        expect(Buffer.from(await after.read(root)).equals(letter.bytes)).to.equal(true);
      }));

  it('is missing though it cannot be removed, and the disk says so', () =>
    withStoreFolder(async ({ open }) => {
      const store = await open();
      await store.put(letter.sector, letter.bytes);
      const broken = { calls: { rename: full, rm: () => systemError('EIO') } };
      await rejection(
        onFailingDisk(broken, () => store.quarantine(root)),
        'STORE_FAILED',
      );
      expect([await store.has(root), await store.absent([root])]).to.deep.equal([false, [root]]);
      expect(await collect(store.list())).to.deep.equal([]);
      await rejection(store.read(root), 'SECTOR_MISSING');
      await rejection(store.outline(root), 'SECTOR_MISSING');
      await store.put(letter.sector, letter.bytes);
      expect(Buffer.from(await store.read(root)).equals(letter.bytes)).to.equal(true);
      expect(await store.absent([root])).to.deep.equal([]);
    }));

  it('is missing though there is no room to write that down, which is done when there is', async () => {
    let isFull = true;
    let written = 0;
    const entry = { ...letter.sector, sequence: 1, pack: undefined };
    const condemned = createCondemned({
      index: {
        find: async () => entry,
        write: async () => {
          if (isFull) throw full();
          written += 1;
        },
      },
      moveAside: async () => undefined,
      guarded: createSerial(),
    });
    await condemned.condemn(root);
    await condemned.portion();
    expect([condemned.has(root), written]).to.deep.equal([true, 0]);
    isFull = false;
    await condemned.portion();
    expect([condemned.has(root), written]).to.deep.equal([false, 1]);
    await condemned.portion();
    expect(written).to.equal(1);
  });
});
