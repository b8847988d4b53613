import { expect } from 'chai';
import fc from 'fast-check';
import { objectKey, slabKey } from '../../../node/core/data/cipher.js';
import { layOut, takeOut } from '../../../node/core/data/crate-layout.js';
import { createBufferPool } from '../../../node/core/tasks/buffer-pool.js';
import { createErasure } from '../../../node/core/data/erasure.js';
import { sectorRoot } from '../../../node/core/data/merkle.js';
import { createSlabCoder, createSlabRooms } from '../../../node/core/data/slab-coder.js';
import { createSlabWork, placesOf } from '../../../node/core/data/slab-work.js';
import { shardBytes, slabBytes, type EncodedShard, type SlabPart } from '../../../node/core/data/slab.js';
import { SECTOR_BYTES } from '../../../node/core/units.js';
import type { SlabCoder } from '../../../node/ports/world.js';
import { content } from '../../../scripts/lab/vectors/reference.js';
import { rejectsCoded, throwsCoded } from '../../support/coded-errors.js';
import { applyCipher } from '../../support/apply-cipher.js';
import { plainErasure } from '../../support/plain-erasure.js';
import { kept } from '../../support/kept-slabs.js';
import { codingOf, fetched, keyAt, placesFor, slabOf } from '../../support/slab-codings.js';

const erasure = plainErasure(createErasure());
const pooled: SlabCoder = createSlabCoder(createSlabWork(createErasure()));
const coder = kept(pooled);

describe('the slabs of a file', () => {
  it('are k sectors of 4 MiB, or of as much as leaves room for all n shards', () => {
    expect([1, 4, 16].map((k) => slabBytes(k, 16))).to.deep.equal([1, 4, 16].map((k) => k * SECTOR_BYTES));
    expect(slabBytes(6, 18)).to.equal(6 * 3.5 * (1 << 20));
    expect(slabBytes(127, 255)).to.equal(127 << 18);
    for (const [k, n, room] of [[1, 3, 3_000] as const, [2, 255, 1 << 26] as const, [4, 17, 1 << 22] as const]) {
      const sector = slabBytes(k, n, room) / k;
      expect(sector * n, 'no more than the room').to.be.at.most(room);
      expect(sector % 32, 'whole leaves').to.equal(0);
      expect((sector + (1 << 18)) * n, 'nor much less').to.be.above(room);
    }
  });

  it('are made for a real code and a room with a leaf for each shard only', () => {
    for (const [k, n] of [
      [0, 4],
      [5, 4],
      [1, 256],
      [1.5, 2],
    ] as const)
      throwsCoded(() => slabBytes(k, n), 'ERASURE_SHAPE_INVALID');
    expect(() => slabBytes(1, 4, 127)).to.throw(RangeError, 'a leaf for each of 4 shards');
    expect(slabBytes(1, 4, 128)).to.equal(32);
  });

  it('have shards of whole leaves that hold them, none more than 4 MiB', () => {
    expect([1, 32, 127, 128, 129].map((length) => shardBytes(length, 4))).to.deep.equal([32, 32, 32, 32, 64]);
    const cases = fc.integer({ min: 1, max: 40 }).chain((k) => fc.tuple(fc.constant(k), fc.integer({ min: 1, max: k * SECTOR_BYTES })));
    fc.assert(
      fc.property(cases, ([k, length]) => {
        const size = shardBytes(length, k);
        expect(size % 32).to.equal(0);
        expect(size).to.be.at.most(SECTOR_BYTES);
        expect(size * k).to.be.at.least(length);
        expect((size - 32) * k, 'no leaf too many').to.be.below(length);
      }),
    );
  });
});

describe('the slab coder', () => {
  it('gives the plaintext back from any k shards', async () => {
    const cases = fc.integer({ min: 1, max: 5 }).chain((k) => fc.tuple(fc.constant(k), fc.integer({ min: k, max: k + 3 })));
    await fc.assert(
      fc.asyncProperty(cases, fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), async ([k, n], plaintext, turn) => {
        const encoded = await coder.encode(...slabOf(plaintext, k, n));
        const indices = Array.from({ length: k }, (_, i) => (i + turn) % n);
        expect(await coder.decode(fetched(encoded, indices), codingOf(plaintext.length, k, n))).to.deep.equal(plaintext);
      }),
      { numRuns: 40 },
    );
  });

  it('works at 1, 31, 32 and 33 bytes', async () => {
    for (const length of [1, 31, 32, 33]) {
      const encoded = await coder.encode(...slabOf(content(length, length)));
      expect(new Set([...encoded.values()].map(({ bytes }) => bytes.length))).to.deep.equal(new Set([shardBytes(length, 4)]));
      expect(await coder.decode(fetched(encoded, [5, 4, 3, 2]), codingOf(length))).to.deep.equal(new Uint8Array(content(length, length)));
    }
  });

  it('codes the plaintext first and encrypts each shard under its own key after', async () => {
    const plaintext = content(9, 256);
    const encoded = await coder.encode(...slabOf(plaintext));
    const clear = erasure.encode(plaintext, 4, 6);
    for (const [i, { bytes, root }] of encoded) {
      expect(await applyCipher(keyAt(i), bytes)).to.deep.equal(clear.slice(i * 64, (i + 1) * 64));
      expect(root).to.equal(sectorRoot(bytes));
    }
    expect(new Set([...encoded.values()].map(({ root }) => root))).to.have.property('size', 6);
  });

  it('shows no plaintext and no equal shards, even for zeros', async () => {
    const encoded = await coder.encode(...slabOf(new Uint8Array(4096)));
    for (const { bytes } of encoded.values()) expect(Buffer.from(bytes).includes(Buffer.alloc(16))).to.equal(false);
    expect(new Set([...encoded.values()].map(({ root }) => root))).to.have.property('size', 6);
  });

  it('needs k different shards of the right size', async () => {
    const encoded = await coder.encode(...slabOf(content(1, 200)));
    await rejectsCoded(coder.decode(fetched(encoded, [0, 1, 2]), codingOf(200)), 'SHARDS_TOO_FEW');
    await rejectsCoded(coder.decode(fetched(encoded, [0, 1, 2, 2]), codingOf(200)), 'SHARDS_TOO_FEW');
    const short = fetched(encoded, [0, 1, 2, 3]).map((one) => ({ ...one, bytes: one.bytes.subarray(0, 32) }));
    expect(await coder.decode(short, codingOf(200)).catch((error: unknown) => error)).to.be.instanceOf(RangeError);
    const beyond = fetched(encoded, [0, 1, 2, 3]).map((one) => ({ ...one, place: { ...one.place, shard: one.place.shard + 6 } }));
    expect(await coder.decode(beyond, codingOf(200)).catch((error: unknown) => error)).to.be.instanceOf(RangeError);
  });

  it('refuses an empty or oversized slab, parts that are not all of a shard, two places of one shard, and a wrong shape', async () => {
    const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
    expect(await failure(coder.encode(...slabOf(new Uint8Array())))).to.be.instanceOf(RangeError);
    expect(await failure(coder.encode(...slabOf(new Uint8Array(SECTOR_BYTES + 1), 1, 2)))).to.be.instanceOf(RangeError);
    const [bytes, coding, places] = slabOf(new Uint8Array(9));
    const [part] = coding.parts as [SlabPart];
    for (const parts of [[], [part, part], [{ ...part, bytes: 31 }], [{ ...part, bytes: 0 }, part], [{ ...part, bytes: 64 }]])
      expect(await failure(coder.encode(bytes, { ...coding, parts }, places))).to.be.instanceOf(RangeError);
    expect(await failure(coder.encode(bytes, coding, [...places, ...places.slice(0, 1)]))).to.be.instanceOf(RangeError);
    expect(await failure(coder.encode(bytes, coding, placesFor(7)))).to.be.instanceOf(RangeError);
    await rejectsCoded(coder.encode(...slabOf(new Uint8Array(9), 4, 3)), 'ERASURE_SHAPE_INVALID');
  });
});

describe('slabs of small files that share sectors', () => {
  const contents = [content(1, 10), content(2, 700), content(3, 128), content(4, 1)];
  const keyOf = (file: number) => slabKey(objectKey(new Uint8Array(32), `${file}${file}`.repeat(16)), 0);
  const parts = contents.map(({ length }, file) => ({ key: keyOf(file), bytes: shardBytes(length, 4) }));

  it('are coded and encrypted as if each were alone, one after the other in each shard', async () => {
    const plaintext = layOut(contents, 4);
    const together = await coder.encode(plaintext, { k: 4, n: 6, parts }, placesFor(6));
    let from = 0;
    for (const [file, bytes] of contents.entries()) {
      const part = parts[file] as SlabPart;
      const alone = await coder.encode(bytes, { k: 4, n: 6, parts: [part] }, placesFor(6));
      for (const [shard, { bytes: own }] of alone) {
        const shared = (together.get(shard) as EncodedShard).bytes.subarray(from, from + part.bytes);
        expect(Buffer.compare(shared, own), `file ${file}`).to.equal(0);
      }
      from += part.bytes;
    }
    for (const { bytes, root } of together.values()) expect(root).to.equal(sectorRoot(bytes));
  });

  it('come back each for itself, with its own key alone, and all together', async () => {
    const together = await coder.encode(layOut(contents, 4), { k: 4, n: 6, parts }, placesFor(6));
    const all = fetched(together, [5, 1, 4, 2]);
    let from = 0;
    for (const [file, bytes] of contents.entries()) {
      const part = parts[file] as SlabPart;
      const own = all.map((one) => ({ ...one, bytes: one.bytes.subarray(from, from + part.bytes) }));
      expect(await coder.decode(own, { k: 4, n: 6, length: bytes.length, parts: [part] })).to.deep.equal(new Uint8Array(bytes));
      const wrong = { key: keyOf(9), bytes: part.bytes };
      expect(await coder.decode(own, { k: 4, n: 6, length: bytes.length, parts: [wrong] })).to.not.deep.equal(new Uint8Array(bytes));
      from += part.bytes;
    }
    const whole = layOut(contents, 4);
    expect(await coder.decode(all, { k: 4, n: 6, length: whole.length, parts })).to.deep.equal(whole);
    from = 0;
    for (const [file, bytes] of contents.entries()) {
      expect(takeOut(whole, 4, { from, length: bytes.length }), `file ${file}`).to.deep.equal(new Uint8Array(bytes));
      from += shardBytes(bytes.length, 4);
    }
  });

  it('are encrypted at those places alone that are asked for', async () => {
    const places = placesFor(6).filter(({ shard }) => shard === 5 || shard === 2);
    const some = await coder.encode(layOut(contents, 4), { k: 4, n: 6, parts }, places);
    const all = await coder.encode(layOut(contents, 4), { k: 4, n: 6, parts }, placesFor(6));
    expect([...some.keys()]).to.deep.equal([2, 5]);
    for (const [shard, one] of some) expect(one).to.deep.equal(all.get(shard));
  });
});

describe('the rooms that slabs are worked on in', () => {
  const plaintext = content(3, 1000);

  it('are used again while there are slabs, a hundred, up and down, and let go with the last one', async () => {
    const rooms = createSlabRooms();
    const again = createSlabCoder(createSlabWork(createErasure()), rooms);
    const first = [await again.encode(...slabOf(plaintext)), again.shardRoom(codingOf(plaintext.length))];
    const held = new Set<string>();
    for (let turn = 0; turn < 100; turn++) {
      using encoded = await again.encode(...slabOf(plaintext));
      using decoded = await again.decode(fetched(encoded.shards, [5, 0, 4, 1]), codingOf(plaintext.length));
      expect(Buffer.compare(decoded.bytes, plaintext), `turn ${turn}`).to.equal(0);
      held.add(`${rooms.sending.held.bytes} and ${rooms.reading.held.bytes}`);
    }
    expect([...held], 'bytes held').to.deep.equal([`${2 * 6 * 256} and ${2 * 4 * 256}`]);
    expect([rooms.sending.held.idle, rooms.reading.held.idle]).to.deep.equal([1, 1]);
    for (const one of first) one[Symbol.dispose]();
    for (const pool of [rooms.sending, rooms.reading]) expect(pool.held).to.deep.equal({ lent: 0, idle: 0, bytes: 0 });
  });

  it('are read into: a slab is coded where its plaintext lies, and decoded where its shards do', async () => {
    const rooms = createSlabRooms();
    const again = createSlabCoder(createSlabWork(createErasure()), rooms);
    using room = await again.plaintextRoom(plaintext.length, { k: 4, n: 6 });
    room.bytes.set(plaintext);
    const [, coding, placesOfAll] = slabOf(plaintext);
    using encoded = await again.encode(room.bytes, coding, placesOfAll);
    expect(room.bytes, 'the room is the shards’ now').to.have.length(1000);
    room[Symbol.dispose]();
    const copied = await coder.encode(...slabOf(plaintext));
    for (const [index, { bytes }] of copied)
      expect(Buffer.compare(bytes, encoded.shards.get(index)?.bytes ?? bytes.subarray(1))).to.equal(0);
    expect(rooms.sending.held).to.deep.equal({ lent: 1, idle: 0, bytes: 6 * 256 });
    for (const indices of [
      [0, 1, 2, 3],
      [5, 0, 4, 1],
      [2, 4, 5, 3],
    ]) {
      using shardRoom = again.shardRoom(codingOf(plaintext.length));
      const places = placesOf(indices, 4);
      const shards = fetched(copied, indices).map(({ place, bytes }) => {
        const own = shardRoom.places[places.get(place.shard) as number] as Uint8Array;
        own.set(bytes);
        return { place, bytes: own };
      });
      using decoded = await again.decode(shards, codingOf(plaintext.length));
      expect(Buffer.compare(decoded.bytes, plaintext), indices.join()).to.equal(0);
      expect(rooms.reading.held, indices.join()).to.deep.equal({ lent: 1, idle: 0, bytes: 4 * 256 });
    }
  });

  it('are copied to where a shard lies elsewhere than it should', async () => {
    const rooms = createSlabRooms();
    const again = createSlabCoder(createSlabWork(createErasure()), rooms);
    const all = await coder.encode(...slabOf(plaintext));
    using room = again.shardRoom(codingOf(plaintext.length));
    const shards = fetched(all, [1, 0, 2, 4]).map(({ place, bytes }, index) => {
      room.places[index]?.set(bytes);
      return { place, bytes: room.places[index] as Uint8Array };
    });
    using decoded = await again.decode(shards, codingOf(plaintext.length));
    expect(Buffer.compare(decoded.bytes, plaintext)).to.equal(0);
    expect(rooms.reading.held).to.deep.equal({ lent: 2, idle: 0, bytes: 2 * 4 * 256 });
  });

  it('hold nothing over from the slab before, however long that was', async () => {
    const rooms = createSlabRooms();
    const again = createSlabCoder(createSlabWork(createErasure()), rooms);
    (await again.encode(...slabOf(content(4, 4000))))[Symbol.dispose]();
    const encoded = await kept(again).encode(...slabOf(plaintext.subarray(0, 130)));
    expect(encoded).to.deep.equal(await coder.encode(...slabOf(plaintext.subarray(0, 130))));
  });

  it('show nothing to who gave them back', async () => {
    const encoded = await pooled.encode(...slabOf(plaintext));
    const { bytes } = encoded.shards.get(0) as EncodedShard;
    expect(bytes).to.have.length(256);
    encoded[Symbol.dispose]();
    expect(bytes).to.have.length(0);
    const decoded = await pooled.decode(fetched(await coder.encode(...slabOf(plaintext)), [0, 1, 2, 3]), codingOf(1000));
    const view = decoded.bytes;
    decoded[Symbol.dispose]();
    expect(view).to.have.length(0);
  });

  it('are waited for by plaintext to be sent, until the signal or the close, and by nothing else', async () => {
    const small = (): ReturnType<typeof createBufferPool> => createBufferPool({ buffers: 1, bytes: 1 << 16 });
    const narrow = createSlabCoder(createSlabWork(createErasure()), { sending: small(), reading: small() });
    const shape = { k: 4, n: 6 };
    const first = await narrow.encode(...slabOf(plaintext));
    const stop = new AbortController();
    const aborted = narrow.plaintextRoom(1000, shape, stop.signal).catch((error: unknown) => error);
    const second = narrow.plaintextRoom(1000, shape);
    stop.abort(new RangeError('no more'));
    expect(await aborted).to.have.property('message', 'no more');
    const copied = await narrow.encode(...slabOf(plaintext));
    expect(copied.shards).to.have.property('size', 6);
    const shards = fetched(await coder.encode(...slabOf(plaintext)), [0, 1, 2, 3]);
    const reads = await Promise.all([1, 2, 3].map(() => narrow.decode(shards, codingOf(1000))));
    for (const { bytes } of reads) expect(Buffer.compare(bytes, plaintext)).to.equal(0);
    first[Symbol.dispose]();
    expect((await second).bytes).to.have.length(1000);
    const closed = rejectsCoded(narrow.plaintextRoom(1000, shape), 'ABORTED');
    await narrow.close();
    await closed;
  });

  it('are made for one slab where that is larger than all of a pool, and after a failure are free', async () => {
    const small = (): ReturnType<typeof createBufferPool> => createBufferPool({ buffers: 1, bytes: 1500 });
    const rooms = { sending: small(), reading: small() };
    const failing = createSlabCoder({ ...createSlabWork(createErasure()), encode: () => Promise.reject(new RangeError('broken')) }, rooms);
    for (let turn = 0; turn < 3; turn++) {
      const error = await failing.encode(...slabOf(plaintext.subarray(0, 500))).catch((cause: unknown) => cause);
      expect(error).to.have.property('message', 'broken');
    }
    expect(rooms.sending.held).to.deep.include({ lent: 0 });
    const narrow = createSlabCoder(createSlabWork(createErasure()), rooms);
    const encoded = await kept(narrow).encode(...slabOf(plaintext));
    expect(encoded).to.deep.equal(await coder.encode(...slabOf(plaintext)));
  });
});
