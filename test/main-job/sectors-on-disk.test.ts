import { expect } from 'chai';
import { sectorBytesIn } from '../../scripts/demo/main-job/sector-files.js';
import { leakComplaints, readSectors, surplusComplaints } from '../../scripts/demo/summary-check/disks.js';
import { realSector, withStoreFolder } from '../storage/small-sectors.js';

describe('the sectors on a disk, as the main job and its check count them', () => {
  const sectors = [realSector('one', 1), realSector('two', 2_047), realSector('three', 2_048)];
  const leaves = sectors.reduce((sum, { sector }) => sum + sector.leaves, 0);

  it('are those with files of their own and those in packs, byte for byte', () =>
    withStoreFolder(async ({ path, open }) => {
      const store = await open();
      for (const { sector, bytes } of sectors) await store.put(sector, bytes);
      expect(await sectorBytesIn(path)).to.equal(leaves * 32);
      const bob = { provider: 'bob', pid: 1, dir: path, bytesOnDisk: leaves * 32 };
      const found = await readSectors([bob]);
      const hex = (all: readonly { readonly bytes: Uint8Array }[]) => all.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
      expect(hex(found)).to.have.members(hex(sectors));
      expect(surplusComplaints(bob, found, BigInt(leaves))).to.deep.equal([]);
      expect(surplusComplaints(bob, found, BigInt(leaves) - 100n)).to.have.lengthOf(2);
      const plaintext = (sectors[1] as (typeof sectors)[0]).bytes.slice(0, 128);
      expect(leakComplaints(found, new Map([['letter.txt', plaintext]]))[0]).to.contain('00000000.pack holds plaintext');
    }));
});
