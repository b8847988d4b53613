import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { realSectors, withStoreFolder } from './small-sectors.js';

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
