import { expect } from 'chai';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileSink } from '../../node/app/files/file-sink.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { GetOptions } from '../../node/renter/download/get.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { onFailingDisk, systemError } from '../support/failing-disk.js';
import { withDirectory } from '../support/temporary-directory.js';
import { createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';

const SLAB = 1 << 22;
const film = Uint8Array.from({ length: 3 * SLAB + 5 }, (_, index) => (index * index) >> 7);

describe('Alice fetches a file, and is interrupted', function () {
  this.timeout(120_000);
  let world: RenterWorld;
  before(async () => {
    world = await createRenterWorld({ names: ['bob', 'carol'], silence: 20_000, limits: { spareShards: 0, hedgeMilliseconds: 60_000 } });
    await world.during(world.renter.put({ name: 'film', source: sourceOf(film), k: 1, n: 2, periods: 20, room: 0 }));
  });

  const fetched = (): number => world.metrics.value('holdfast_downloaded_bytes_total');
  const get = async (path: string, options: Partial<GetOptions> = {}): Promise<unknown> => {
    const sink = await createFileSink(path, { content: 'film' });
    return await world.during(world.renter.get({ object: 'film', sink, ...options }));
  };
  /** Fetches half of it and is stopped. */
  const half = async (path: string): Promise<void> => {
    const stop = new AbortController();
    const reason = new HoldfastError('ABORTED', { what: 'the command' });
    const report: GetOptions['report'] = (event) => event.kind === 'downloaded' && event.bytes >= 2 * SLAB && stop.abort(reason);
    await rejectsCoded(get(path, { signal: stop.signal, report }), 'ABORTED');
  };
  const isWhole = async (path: string): Promise<boolean> => Buffer.compare(await readFile(path), film) === 0;

  it('in the middle: what came is not fetched again', () =>
    withDirectory(async (folder) => {
      const path = join(folder, 'film');
      await half(path);
      expect(await readdir(folder))
        .to.have.length(1)
        .and.not.include('film');
      const before = fetched();
      const seen: number[] = [];
      await get(path, { report: (event) => event.kind === 'downloaded' && seen.push(event.bytes) });
      expect(fetched() - before).to.be.lessThan(0.55 * film.length);
      expect(seen.at(-1)).to.equal(film.length);
      expect(seen.every((bytes) => bytes > 2 * SLAB)).to.equal(true);
      expect(await isWhole(path)).to.equal(true);
      expect(await readdir(folder)).to.deep.equal(['film']);
    }));

  it('and what lies there is no more what was written: it is fetched again from there on, whatever follows', () =>
    withDirectory(async (folder) => {
      const path = join(folder, 'film');
      await half(path);
      const [part = ''] = await readdir(folder);
      const bytes = await readFile(join(folder, part));
      bytes[SLAB + 7] = (bytes[SLAB + 7] ?? 0) ^ 1;
      await writeFile(join(folder, part), Buffer.concat([bytes, Buffer.alloc(2 * film.length, 7)]));
      const before = fetched();
      await get(path);
      expect(fetched() - before).to.be.within(2 * SLAB, 2 * SLAB + 64);
      expect(await isWhole(path)).to.equal(true);
    }));

  it('by a full disk: what was written stays, and the rest follows when there is room', () =>
    withDirectory(async (folder) => {
      const path = join(folder, 'film');
      const full = (_bytes: unknown, _offset: unknown, _length: unknown, position: unknown): Error | undefined =>
        Number(position) >= 2 * SLAB ? systemError('ENOSPC') : undefined;
      const error = await onFailingDisk({ onHandles: { write: full } }, () => rejectsCoded(get(path), 'DISK_FULL'));
      expect(error.data).to.deep.equal({ path });
      const before = fetched();
      await get(path);
      expect(fetched() - before).to.be.within(SLAB, SLAB + 64);
      expect(await isWhole(path)).to.equal(true);
    }));

  it('after all of it came: nothing is fetched', () =>
    withDirectory(async (folder) => {
      const path = join(folder, 'film');
      const full = (): Error => systemError('ENOSPC');
      await onFailingDisk({ onHandles: { sync: full } }, () => rejectsCoded(get(path), 'DISK_FULL'));
      const before = fetched();
      await get(path);
      expect(fetched() - before).to.equal(0);
      expect(await isWhole(path)).to.equal(true);
    }));
});
