import { HoldfastError } from '../errors/holdfast-error.js';
import { createBufferPool, type BufferPool, type Loan } from '../tasks/buffer-pool.js';
import { anySignal } from '../tasks/waiting.js';
import type { ShardKey } from './cipher.js';
import { requireShape } from './erasure.js';
import { requireSlab, shardBytes, type DecodedSlab, type EncodedSlab, type KeyedShard } from './slab.js';
import { placesOf, type SlabWork } from './slab-work.js';

/** Where slabs are worked on. What is sent waits for room; what is read never does, since a slab may wait for one before it. */
export interface SlabRooms {
  readonly sending: BufferPool;
  readonly reading: BufferPool;
}

/** Slabs of up to 64 MiB, two each way at once; of small ones more. A larger one has room of its own, which is not kept. */
export const createSlabRooms = (): SlabRooms => {
  const pool = (): BufferPool => createBufferPool({ buffers: 8, bytes: 128 << 20 });
  return { sending: pool(), reading: pool() };
};

/** Codes slabs; the shape of `SlabCoder` in `node/ports`. */
export interface PooledSlabCoder {
  encode(plaintext: Uint8Array, k: number, n: number, keys: readonly ShardKey[], signal?: AbortSignal): Promise<EncodedSlab>;
  decode(shards: readonly KeyedShard[], k: number, n: number, length: number): Promise<DecodedSlab>;
  close(): Promise<void>;
}

/** Room that no pool knows. */
const ownRoom = (length: number): Loan => {
  let bytes = new Uint8Array(length);
  return {
    get bytes() {
      return bytes;
    },
    restore: (buffer) => void (bytes = new Uint8Array(buffer)),
    [Symbol.dispose]: () => {},
  };
};

/** The first k of the shards. RangeError for one that is none of n or of another length than `size`; SHARDS_TOO_FEW if they are not k. */
const requireShards = (shards: readonly KeyedShard[], k: number, n: number, size: number): readonly KeyedShard[] => {
  const first = shards.slice(0, k);
  for (const { shard, bytes } of first) {
    if (!Number.isInteger(shard) || shard < 0 || shard >= n) throw new RangeError(`shard must be in 0…${n - 1}, not ${shard}`);
    if (bytes.length !== size) throw new RangeError(`shard ${shard} must have ${size} bytes, not ${bytes.length}`);
  }
  const present = new Set(first.map(({ shard }) => shard)).size;
  if (present < k) throw new HoldfastError('SHARDS_TOO_FEW', { present, needed: k });
  return first;
};

/** Lets `work` run on a loan's bytes, which are given back if it fails. */
const within = async <Result>(room: Loan, run: (room: Loan) => Promise<Result>): Promise<Result> => {
  try {
    return await run(room);
  } catch (error) {
    room[Symbol.dispose]();
    throw error;
  }
};

/** A coder whose slabs lie in rooms that are used again: in this thread or, by its work, in others. ABORTED for what waits at `close`. */
export const createSlabCoder = (work: SlabWork, { sending, reading }: SlabRooms = createSlabRooms()): PooledSlabCoder => {
  const stop = new AbortController();
  const take = async (length: number, signal?: AbortSignal): Promise<Loan> =>
    length > sending.most ? ownRoom(length) : sending.take(length, anySignal(stop.signal, signal));
  const takeNow = (length: number): Loan => reading.takeNow(length) ?? ownRoom(length);

  return {
    encode: async (plaintext, k, n, keys, signal) => {
      requireShape(k, n);
      requireSlab(plaintext.length, k);
      if (keys.length !== n) throw new RangeError(`keys must be ${n}, not ${keys.length}`);
      const size = shardBytes(plaintext.length, k);
      return within(await take(n * size, signal), async (loan) => {
        const room = loan.bytes;
        room.set(plaintext);
        const made = await work.encode({ room, k, n, length: plaintext.length, keys });
        loan.restore(made.room.buffer);
        const { bytes } = loan;
        const shards = made.roots.map((root, i) => ({ root, bytes: bytes.subarray(i * size, (i + 1) * size) }));
        return { shards, [Symbol.dispose]: () => loan[Symbol.dispose]() };
      });
    },
    decode: async (shards, k, n, length) => {
      requireShape(k, n);
      requireSlab(length, k);
      const size = shardBytes(length, k);
      const inHand = requireShards(shards, k, n, size);
      const places = placesOf(
        inHand.map(({ shard }) => shard),
        k,
      );
      const last = Math.max(k - 1, ...places.values());
      return within(takeNow((last + 1) * size), async (loan) => {
        const room = loan.bytes;
        for (const { shard, bytes } of inHand) room.set(bytes, (places.get(shard) as number) * size);
        const keyed = inHand.map(({ shard, key, nonce }) => ({ shard, key, nonce }));
        const made = await work.decode({ room, k, n, length, shards: keyed });
        loan.restore(made.room.buffer);
        return { bytes: loan.bytes.subarray(0, length), [Symbol.dispose]: () => loan[Symbol.dispose]() };
      });
    },
    close: async () => {
      stop.abort(new HoldfastError('ABORTED', { what: 'the coding of slabs' }));
      await work.close();
    },
  };
};
