import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { createWorkerSlabCoder } from '../../node/app/workers/slab-coder.js';
import { createThreadPool, type ThreadPool } from '../../node/app/workers/thread-pool.js';
import { createErasure } from '../../node/core/data/erasure.js';
import { createSlabCoder, createSlabRooms } from '../../node/core/data/slab-coder.js';
import { createSlabWork } from '../../node/core/data/slab-work.js';
import { SECTOR_BYTES } from '../../node/core/units.js';
import type { SlabCoder } from '../../node/ports/world.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { kept, type KeepingCoder } from '../support/kept-slabs.js';
import { codingOf, fetched, slabOf } from '../support/slab-codings.js';

const local = kept(createSlabCoder(createSlabWork(createErasure())));
const text = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251);

describe('the slab coder in worker threads', () => {
  let threaded: SlabCoder;
  let coder: KeepingCoder;
  before(() => {
    threaded = createWorkerSlabCoder({ threads: 2 });
    coder = kept(threaded);
  });
  after(() => threaded.close());

  it('gives what the same core functions give in this thread', async () => {
    const plaintext = text(5000);
    const encoded = await coder.encode(...slabOf(plaintext));
    expect(encoded).to.deep.equal(await local.encode(...slabOf(plaintext)));
    const shards = fetched(encoded, [5, 2, 4, 1]);
    expect(await coder.decode(shards, codingOf(plaintext.length))).to.deep.equal(plaintext);
  });

  it('leaves the caller its bytes, also those that are a view of more', async () => {
    const room = text(400);
    const before = room.slice();
    const encoded = await coder.encode(...slabOf(room.subarray(100, 300)));
    expect(room).to.deep.equal(before);
    const shards = fetched(encoded, [0, 1, 2, 3]);
    expect(await coder.decode(shards, codingOf(200))).to.deep.equal(before.slice(100, 300));
    expect(await coder.decode(shards, codingOf(200)), 'a second time').to.deep.equal(before.slice(100, 300));
  });

  it('codes several slabs at once, each into its own answer', async () => {
    const lengths = [1, 33, 1000, 70_000, 5, 129];
    const encoded = await Promise.all(lengths.map((length) => coder.encode(...slabOf(text(length)))));
    expect(encoded).to.deep.equal(await Promise.all(lengths.map((length) => local.encode(...slabOf(text(length))))));
  });

  it('moves a slab there and back without another buffer: the same memory serves slab after slab', async () => {
    const rooms = createSlabRooms();
    const again = createWorkerSlabCoder({ threads: 1, rooms });
    try {
      using first = await again.encode(...slabOf(text(4000)));
      for (let turn = 0; turn < 20; turn++) {
        using encoded = await again.encode(...slabOf(text(4000)));
        expect(encoded.shards).to.have.property('size', first.shards.size);
        expect(rooms.sending.held).to.deep.equal({ lent: 2, idle: 0, bytes: 2 * 6 * 1024 });
      }
      expect(rooms.sending.held).to.deep.equal({ lent: 1, idle: 1, bytes: 2 * 6 * 1024 });
    } finally {
      await again.close();
    }
    await rejectsCoded(again.encode(...slabOf(text(4000))), 'ABORTED');
    expect(rooms.sending.held, "what a lost thread has is nobody's").to.deep.include({ lent: 0 });
  });

  it('passes errors on as they were: coded, or of their kind', async () => {
    const error = await rejectsCoded(coder.encode(...slabOf(text(10), 7, 6)), 'ERASURE_SHAPE_INVALID');
    expect(error.data).to.deep.equal({ k: 7, n: 6 });
    const few = await rejectsCoded(coder.decode([], codingOf(10)), 'SHARDS_TOO_FEW');
    expect(few.data).to.deep.equal({ present: 0, needed: 4 });
    const range = await coder.encode(...slabOf(new Uint8Array())).catch((cause: unknown) => cause);
    expect(range).to.be.instanceOf(RangeError);
    expect((range as RangeError).message).to.contain(`1…${4 * SECTOR_BYTES} bytes`);
  });

  it('ends what runs and waits when it is closed, and takes nothing after', async () => {
    const closing = createWorkerSlabCoder({ threads: 1 });
    const inHand = [1, 2, 3].map((length) => rejectsCoded(closing.encode(...slabOf(text(length))), 'ABORTED'));
    await closing.close();
    await Promise.all(inHand);
    await rejectsCoded(closing.encode(...slabOf(text(1))), 'ABORTED');
    await closing.close();
  });

  it('refuses more waiting slabs than it has room for', async () => {
    const small = createWorkerSlabCoder({ threads: 1, waiting: 1 });
    try {
      const taken = [small.encode(...slabOf(text(9))), small.encode(...slabOf(text(9)))];
      const error = await rejectsCoded(small.encode(...slabOf(text(9))), 'WORKERS_BUSY');
      expect(error.data).to.deep.equal({ waiting: 1 });
      expect((await Promise.all(taken)).map(({ shards }) => shards.size)).to.deep.equal([6, 6]);
    } finally {
      await small.close();
    }
  });
});

describe('a pool of threads', () => {
  const script = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (job) => {
      if (job === 'exit') process.exit(3);
      if (job === 'throw') throw new Error('out of cheese');
      parentPort.postMessage(job);
    });`;
  const running: ThreadPool<unknown, unknown>[] = [];
  const pool = (threads: number, started: { count: number } = { count: 0 }): ThreadPool<unknown, unknown> => {
    const start = (): Worker => {
      started.count++;
      return new Worker(script, { eval: true });
    };
    const made = createThreadPool({ start, threads, waiting: 100 });
    running.push(made);
    return made;
  };
  afterEach(() => Promise.all(running.splice(0).map((one) => one.close())));

  it('starts no thread before there is work, and none too many', async () => {
    const started = { count: 0 };
    const two = pool(2, started);
    expect(started.count).to.equal(0);
    expect(await Promise.all([1, 2, 3, 4, 5].map((job) => two.run(job, [])))).to.deep.equal([1, 2, 3, 4, 5]);
    expect(started.count).to.equal(2);
  });

  it('names a thread that died, and goes on with another', async () => {
    const one = pool(1);
    const exited = rejectsCoded(one.run('exit', []), 'WORKER_LOST');
    const thrown = rejectsCoded(one.run('throw', []), 'WORKER_LOST');
    const after = one.run('hello', []);
    expect((await exited).message).to.contain('exit code 3');
    expect((await thrown).message).to.contain('out of cheese');
    expect(await after).to.equal('hello');
  });

  it('hands a job that cannot be sent back to its caller, and goes on', async () => {
    const one = pool(1);
    const failure = await one.run(() => 1, []).catch((error: unknown) => error);
    expect(failure).to.have.property('name', 'DataCloneError');
    expect(await one.run('hello', [])).to.equal('hello');
  });
});
