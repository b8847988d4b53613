import { expect } from 'chai';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../../node/disk/durable-file.js';
import { openReserve, withReserve, type Reserve } from '../../node/disk/reserve.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { withDirectory } from '../support/temporary-directory.js';

const full = (): Error => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const BYTES = 3_000_000;

/** A disk of `free` bytes with a reserve on it. */
const withDisk = (
  story: (disk: { free: number; readonly path: string; readonly reserve: Reserve }) => Promise<void>,
  start = 10 * BYTES,
): Promise<void> =>
  withDirectory(async (path) => {
    const disk = { free: start, path };
    const reserve = await openReserve({ path: join(path, 'reserve'), bytes: BYTES, floor: BYTES, free: async () => disk.free });
    try {
      await story(Object.assign(disk, { reserve }));
    } finally {
      reserve.close();
    }
  });

/** Writes durably on a disk that is full until the reserve is given up. */
const writeOnFull = (path: string, content: string, bulk = false): Promise<void> =>
  writeDurably(join(path, 'letter'), content, {
    bulk,
    onStep: async (step) => {
      if (step === 'written' && (await readdir(path)).includes('reserve')) throw full();
    },
  });

describe('a reserve on the disk', () => {
  it('takes the room that it keeps, and is found again', () =>
    withDisk(async ({ path, reserve }) => {
      expect(reserve.whole).to.equal(true);
      const { size, blocks } = await stat(join(path, 'reserve'));
      expect(size).to.equal(BYTES);
      expect(blocks * 512).to.be.at.least(BYTES);
      const again = await openReserve({ path: join(path, 'reserve'), bytes: BYTES, floor: 0, free: async () => 0 });
      expect(again.whole).to.equal(true);
      again.close();
    }));

  it('is given up for a write that meets a full disk, and made again once there is room beside', () =>
    withDisk(async (disk) => {
      await writeOnFull(disk.path, 'a proof');
      expect(await readFile(join(disk.path, 'letter'), 'utf8')).to.equal('a proof');
      expect(disk.reserve.whole).to.equal(false);
      expect(await readdir(disk.path)).to.deep.equal(['letter']);
      disk.free = 2 * BYTES - 1;
      expect(await disk.reserve.restore()).to.equal(false);
      disk.free = 2 * BYTES;
      expect(await disk.reserve.restore()).to.equal(true);
      expect((await stat(join(disk.path, 'reserve'))).size).to.equal(BYTES);
    }));

  it('is not given up for bulk', () =>
    withDisk(async ({ path, reserve }) => {
      expect(await writeOnFull(path, 'bulk', true).catch((error: unknown) => error)).to.have.property('code', 'ENOSPC');
      expect(reserve.whole).to.equal(true);
    }));

  it('serves everybody who met the full disk before it was given up', () =>
    withDisk(async ({ path, reserve }) => {
      await Promise.all([1, 2, 3].map((n) => withReserve(path, async () => (reserve.whole ? Promise.reject(full()) : n))));
      expect(reserve.whole).to.equal(false);
    }));

  it('helps once: the next full disk is an error', () =>
    withDisk(async ({ path }) => {
      let tried = 0;
      const outcome = withReserve(path, () => {
        tried += 1;
        return Promise.reject(full());
      });
      expect((await rejectsCoded(outcome, 'DISK_FULL')).data).to.deep.equal({ path });
      expect(tried).to.equal(2);
      await rejectsCoded(
        withReserve(path, () => Promise.reject(full())),
        'DISK_FULL',
      );
      expect(tried).to.equal(2);
    }));

  it('is nobody else’s: another failure gives nothing up', () =>
    withDisk(async ({ path, reserve }) => {
      await withReserve(path, () => Promise.reject(new Error('EIO'))).catch(() => undefined);
      expect(reserve.whole).to.equal(true);
    }));

  it('waits for room where there is none at the start', () =>
    withDisk(async ({ path, reserve }) => {
      expect(reserve.whole).to.equal(false);
      expect(await readdir(path)).to.deep.equal([]);
    }, 0));
});
