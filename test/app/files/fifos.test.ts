import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createStreamSink } from '../../../node/app/files/stream-sink.js';
import { startChild, type ChildProcess } from '../../support/child-process.js';
import { withDirectory } from '../../support/temporary-directory.js';

const MILLISECONDS = 30_000;

describe('a FIFO is read by a process', () => {
  const reading = (task: (child: ChildProcess, fifo: string) => Promise<void>): Promise<void> =>
    withDirectory(async (folder) => {
      const fifo = join(folder, 'fifo');
      execFileSync('mkfifo', [fifo]);
      const child = await startChild(process.execPath, [
        '--conditions=holdfast-source',
        '--import=tsx',
        'test/app/files/reading-process.ts',
        fifo,
        join(folder, 'spool'),
      ]);
      try {
        await child.printed(/opened/, MILLISECONDS);
        await task(child, fifo);
      } finally {
        await child.stop();
      }
    });

  it('that waits for a writer and reads all it writes', () =>
    reading(async (child, fifo) => {
      const writer = await open(fifo, constants.O_WRONLY);
      await writer.writeFile('holdfast');
      await writer.close();
      await child.printed(/read 8 bytes/, MILLISECONDS);
      await child.ended;
    }));

  it('that ends at SIGTERM though nobody ever writes', () =>
    reading(async (child) => {
      process.kill(child.pid, 'SIGTERM');
      await child.printed(/stopped/, MILLISECONDS);
      const late = new Promise<string>((resolve) => setTimeout(resolve, MILLISECONDS, 'late').unref());
      expect(await Promise.race([child.ended, late])).to.equal(undefined);
    }));
});

describe('a stream is written to', () => {
  it('no faster than it is read, and as long as anybody waits', async () => {
    const stream = new PassThrough({ highWaterMark: 1_000 });
    const stop = new AbortController();
    const sink = createStreamSink(stream, stop.signal);
    await sink.write(new Uint8Array(500));
    let taken = false;
    const written = sink.write(new Uint8Array(1_000)).then(() => sink.write(new Uint8Array(1_000)).then(() => (taken = true)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(taken).to.equal(false);
    stream.resume();
    await written;
    expect(taken).to.equal(true);

    stream.pause();
    const reason = new Error('enough');
    const held = Promise.all([sink.write(new Uint8Array(5_000)), sink.write(new Uint8Array(5_000))]).catch((error: unknown) => error);
    setImmediate(() => stop.abort(reason));
    expect(await held).to.equal(reason);
  });

  it('until nobody reads any more', async () => {
    const stream = new PassThrough();
    const failed = once(stream, 'error');
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await failed;
    const error: unknown = await createStreamSink(stream)
      .write(new Uint8Array(1))
      .catch((reason: unknown) => reason);
    expect(error).to.be.an('error');
  });
});
