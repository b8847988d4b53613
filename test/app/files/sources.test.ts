import { expect } from 'chai';
import { appendFile, open, readdir, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { openFileSource } from '../../../node/app/files/file-source.js';
import { createSpool } from '../../../node/app/files/spool.js';
import { createStreamSource, type StreamSource } from '../../../node/app/files/stream-source.js';
import { bytesOf } from '../../support/worlds/actors.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { withDirectory } from '../../support/temporary-directory.js';

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('a file as a source of bytes', () => {
  const withFile = (content: string, task: (path: string) => Promise<void>): Promise<void> =>
    withDirectory(async (folder) => {
      await writeFile(join(folder, 'a'), content);
      await task(join(folder, 'a'));
    });

  it('is read by position, shorter at the end, nothing behind it', () =>
    withFile('holdfast', async (path) => {
      await using source = await openFileSource(path);
      expect(source.length).to.equal(8);
      expect(textOf(await source.read(4, 4))).to.equal('fast');
      expect(textOf(await source.read(4, 400))).to.equal('fast');
      expect(textOf(await source.read(8, 4))).to.equal('');
      await source.close?.();
    }));

  it('that grows while it is read has the length that it had when it was opened', () =>
    withFile('holdfast', async (path) => {
      await using source = await openFileSource(path);
      const before = await source.origin();
      await appendFile(path, ' and more');
      expect(textOf(await source.read(0, 100))).to.equal('holdfast');
      expect(await source.origin()).to.equal(before);
    }));

  it('that shrinks, or is written to in place, has changed, and is named', () =>
    withFile('holdfast', async (path) => {
      await using source = await openFileSource(path);
      expect(textOf(await source.read(0, 4))).to.equal('hold');
      await truncate(path, 6);
      expect((await rejectsCoded(source.read(4, 4), 'SOURCE_CHANGED')).data).to.deep.equal({ name: path });
      await writeFile(path, 'HOLDFAST');
      await utimes(path, 1, 1);
      await using again = await openFileSource(path);
      const before = await again.origin();
      await utimes(path, 2, 2);
      expect(textOf(await again.read(0, 4)), 'before its end nobody looks').to.equal('HOLD');
      await rejectsCoded(again.read(4, 4), 'SOURCE_CHANGED');
      expect(await again.origin()).not.to.equal(before);
    }));

  it('has one origin as long as nobody touches it, and another one after, though size and time of writing be the same', () =>
    withFile('holdfast', async (path) => {
      const origin = async (): Promise<string> => {
        await using source = await openFileSource(path);
        return await source.origin();
      };
      const before = await origin();
      expect(await origin()).to.equal(before);
      const { atime, mtime } = await stat(path);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await writeFile(path, 'HOLDFAST');
      await utimes(path, atime, mtime);
      expect(await origin()).not.to.equal(before);
    }));

  it('of holes is zeros', () =>
    withDirectory(async (folder) => {
      const handle = await open(join(folder, 'sparse'), 'w');
      await handle.truncate(1 << 30);
      await handle.write('end', (1 << 30) - 3);
      await handle.close();
      await using source = await openFileSource(join(folder, 'sparse'));
      expect((await source.read(1 << 29, 1 << 16)).every((byte) => byte === 0)).to.equal(true);
      expect(textOf(await source.read((1 << 30) - 3, 3))).to.equal('end');
    }));

  it('is no folder, and nothing that is missing', () =>
    withDirectory(async (folder) => {
      await rejectsCoded(openFileSource(join(folder, 'none')), 'FILE_UNREADABLE');
      expect((await rejectsCoded(openFileSource(folder), 'FILE_UNREADABLE')).message).to.include('folder');
    }));
});

describe('a stream as a source of bytes', () => {
  const SEGMENT = 1_000;
  const withStream = (stream: Readable, most: number, task: (source: StreamSource, folder: string) => Promise<void>): Promise<void> =>
    withDirectory(async (folder) => {
      await using source = await createStreamSource(stream, {
        name: 'a stream',
        folder: join(folder, 'spool'),
        most,
        segmentBytes: SEGMENT,
      });
      await task(source, join(folder, 'spool'));
    });
  const inPieces = (bytes: Uint8Array, length: number): Readable =>
    Readable.from(
      (function* () {
        for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
      })(),
    );

  it('is read forwards, what is not forgotten again, and has its length at its end', () =>
    withStream(inPieces(bytesOf('a stream', 5_500), 700), 4_000, async (source) => {
      const bytes = bytesOf('a stream', 5_500);
      expect(source.length).to.equal(undefined);
      const [second, first] = await Promise.all([source.read(1_500, 1_500), source.read(0, 1_500)]);
      expect(Buffer.compare(Buffer.concat([first, second]), bytes.subarray(0, 3_000))).to.equal(0);
      expect(Buffer.compare(await source.read(900, 300), bytes.subarray(900, 1_200))).to.equal(0);
      source.forget?.(3_000);
      expect(Buffer.compare(await source.read(3_000, 4_000), bytes.subarray(3_000))).to.equal(0);
      expect(source.length).to.equal(5_500);
      expect(await source.read(5_500, 10)).to.have.length(0);
    }));

  it('takes from its writer what was asked for and little more', async () => {
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given += 1_000;
          yield new Uint8Array(1_000);
        }
      })(),
      { highWaterMark: 1 },
    );
    await withStream(endless, 20_000, async (source) => {
      await source.read(0, 5_000);
      expect(given).to.be.within(5_000, 8_000);
    });
  });

  it('lies on disk up to a bound, and says when that does not suffice', () =>
    withStream(inPieces(bytesOf('a stream', 9_000), 500), 3_000, async (source) => {
      await source.read(0, 3_000);
      const error = await rejectsCoded(source.read(3_000, 1), 'SPOOL_FULL');
      expect(error.data).to.deep.equal({ name: 'a stream', most: 3_000 });
      source.forget?.(1_000);
      expect(await source.read(3_000, 1_000)).to.have.length(1_000);
    }));

  it('leaves no name in its folder, which is for its owner alone', () =>
    withStream(inPieces(bytesOf('a stream', 2_500), 500), 3_000, async (source, folder) => {
      await source.read(0, 2_500);
      expect(await readdir(folder)).to.deep.equal([]);
      expect((await stat(folder)).mode & 0o777).to.equal(0o700);
    }));

  it('gives what it forgets back to the disk', () =>
    withDirectory(async (folder) => {
      await using spool = await createSpool(folder, SEGMENT);
      const open = async (): Promise<number> =>
        (await Promise.all((await readdir('/proc/self/fd')).map((fd) => stat(`/proc/self/fd/${fd}`).catch(() => undefined)))).filter(
          (found) => found?.isFile() && found.nlink === 0 && found.size <= SEGMENT && found.size > 0,
        ).length;
      const before = await open();
      await spool.append(bytesOf('a stream', 3_500));
      expect((await open()) - before).to.equal(4);
      spool.forget(2_999);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await open()) - before).to.equal(2);
      expect(await spool.read(2_000, 1_500)).to.have.length(1_500);
    }));

  it('whose writer says nothing is given up at once, and loses nothing by it', async () => {
    const stream = new PassThrough();
    await withStream(stream, 4_000, async (source) => {
      stream.write('hold');
      const reason = new Error('enough');
      const stop = new AbortController();
      const read = source.read(0, 8, stop.signal).catch((error: unknown) => error);
      setImmediate(() => stop.abort(reason));
      expect(await read).to.equal(reason);
      stream.end('fast');
      expect(textOf(await source.read(0, 100))).to.equal('holdfast');
    });
  });

  it('that breaks off is not taken for one that ended', async () => {
    const stream = new PassThrough();
    await withStream(stream, 4_000, async (source) => {
      stream.write('hold');
      setImmediate(() => stream.destroy(new Error('the cable is cut')));
      expect((await rejectsCoded(source.read(0, 8), 'FILE_UNREADABLE')).message).to.include('the cable is cut');
    });
  });
});
