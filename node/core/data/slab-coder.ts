import { HoldfastError } from '../errors/holdfast-error.js';
import { createBufferPool, type BufferPool, type Loan } from '../tasks/buffer-pool.js';
import { anySignal } from '../tasks/waiting.js';
import { LEAF_BYTES } from '../units.js';
import type { ShardPlace } from './cipher.js';
import { requireShape } from './erasure.js';
import { requireSlab, shardBytes, type DecodedSlab, type EncodedSlab, type PlacedShard, type ShardRoom, type SlabPart } from './slab.js';
import { placesOf, type SlabShape, type SlabWork } from './slab-work.js';

/** Where slabs are worked on. Plaintext to be sent waits for room; shards that are read never do, since a slab may wait for one before it. */
export interface SlabRooms {
  readonly sending: BufferPool;
  readonly reading: BufferPool;
}

/** Slabs of up to 64 MiB, two each way at once; of small ones more. A larger one has room of its own. Nothing is kept once the last slab is done. */
export const createSlabRooms = (): SlabRooms => {
  const pool = (): BufferPool => createBufferPool({ buffers: 8, bytes: 128 << 20, whileLent: true });
  return { sending: pool(), reading: pool() };
};

/** How a slab is coded, and what its shards are encrypted with: parts that are all of a shard together. */
export interface SlabCoding extends Pick<SlabShape, 'k' | 'n'> {
  readonly parts: readonly SlabPart[];
}

/** A slab to be decoded, or the same leaves of all its shards as one. */
export interface SlabDecoding extends SlabCoding {
  /** Bytes of plaintext. */
  readonly length: number;
  /** Data shards whose plaintext is wanted, no other being promised: they themselves are enough then. Default: all k. */
  readonly wanted?: readonly number[] | undefined;
}

/** Codes slabs; the shape of `SlabCoder` in `node/ports`. */
export interface PooledSlabCoder {
  plaintextRoom(length: number, shape: Pick<SlabShape, 'k' | 'n'>, signal?: AbortSignal): Promise<DecodedSlab>;
  shardRoom(shape: Pick<SlabShape, 'k' | 'length'>): ShardRoom;
  encode(plaintext: Uint8Array, coding: SlabCoding, places: readonly ShardPlace[]): Promise<EncodedSlab>;
  decode(shards: readonly PlacedShard[], coding: SlabDecoding): Promise<DecodedSlab>;
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

/** RangeError for a shard that is none of n. Gives back how many different ones they are. */
const requirePlaces = (places: readonly ShardPlace[], n: number): number => {
  for (const { shard } of places)
    if (!Number.isInteger(shard) || shard < 0 || shard >= n) throw new RangeError(`shard must be in 0…${n - 1}, not ${shard}`);
  return new Set(places.map(({ shard }) => shard)).size;
};

/** RangeError for what is no data shard, and for none. */
const requireWanted = (wanted: readonly number[], k: number): void => {
  if (wanted.length === 0 || wanted.some((shard) => !Number.isInteger(shard) || shard < 0 || shard >= k))
    throw new RangeError(`what is wanted must be data shards, 0…${k - 1}, not ${wanted.join()}`);
};

/**
 * Those of the shards that `wanted` takes: they alone where all are there, or else the first k. RangeError for one that is none of n or of another
 * length than `size`; SHARDS_TOO_FEW if they are not k.
 */
const requireShards = (
  shards: readonly PlacedShard[],
  { k, n, wanted }: Pick<SlabShape, 'k' | 'n'> & { readonly wanted: readonly number[] },
  size: number,
): readonly PlacedShard[] => {
  const own = shards.filter(({ place }) => wanted.includes(place.shard));
  const isDirect = own.length === wanted.length && new Set(own.map(({ place }) => place.shard)).size === wanted.length;
  const first = isDirect ? own : shards.slice(0, k);
  const present = requirePlaces(
    first.map(({ place }) => place),
    n,
  );
  for (const { place, bytes } of first)
    if (bytes.length !== size) throw new RangeError(`shard ${place.shard} must have ${size} bytes, not ${bytes.length}`);
  if (present < (isDirect ? wanted.length : k)) throw new HoldfastError('SHARDS_TOO_FEW', { present, needed: k });
  return first;
};

/** RangeError for parts that are not whole leaves, or not all of a shard of `size` bytes: what no key covers would go out as it is. */
const requireParts = (parts: readonly SlabPart[], size: number): void => {
  const sum = parts.reduce((total, { bytes }) => total + bytes, 0);
  if (sum !== size || parts.some(({ bytes }) => bytes <= 0 || bytes % LEAF_BYTES !== 0))
    throw new RangeError(`the parts of a shard must be whole leaves and ${size} bytes together, not ${sum}`);
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
  const takeNow = (pool: BufferPool, length: number): Loan => pool.takeNow(length) ?? ownRoom(length);
  /** Rooms that are being filled, by their memory. */
  const filling = new WeakMap<ArrayBufferLike, Loan>();
  /** Lets a room be filled; it goes back to its pool unless it was taken over. */
  const fill = (loan: Loan): Disposable => {
    const { buffer } = loan.bytes;
    filling.set(buffer, loan);
    return { [Symbol.dispose]: () => void (filling.delete(buffer) && loan[Symbol.dispose]()) };
  };
  const takeOver = (buffer: ArrayBufferLike): Loan | undefined => {
    const loan = filling.get(buffer);
    filling.delete(buffer);
    return loan;
  };
  /** The room that the plaintext begins, or a copy of it in one: whoever has read it elsewhere may hold what others wait for, so waits for none. */
  const roomOf = (plaintext: Uint8Array, length: number): Loan => {
    const own = takeOver(plaintext.buffer);
    if (own !== undefined) return own;
    const loan = takeNow(sending, length);
    loan.bytes.set(plaintext);
    return loan;
  };
  /** The room that the shards lie in as they should, or one that they are copied to. */
  const roomWith = (shards: readonly PlacedShard[], positions: ReadonlyMap<number, number>, k: number, size: number): Loan => {
    const startOf = ({ place }: PlacedShard): number => (positions.get(place.shard) as number) * size;
    const buffer = shards[0]?.bytes.buffer;
    const own = buffer && shards.every((shard) => shard.bytes.buffer === buffer && shard.bytes.byteOffset === startOf(shard));
    const filled = own ? takeOver(buffer) : undefined;
    if (filled !== undefined) return filled;
    const loan = takeNow(reading, k * size);
    for (const shard of shards) loan.bytes.set(shard.bytes, startOf(shard));
    return loan;
  };

  return {
    plaintextRoom: async (length, { k, n }, signal) => {
      requireShape(k, n);
      requireSlab(length, k);
      const loan = await take(n * shardBytes(length, k), signal);
      return { bytes: loan.bytes.subarray(0, length), ...fill(loan) };
    },
    shardRoom: ({ k, length }) => {
      requireSlab(length, k);
      const size = shardBytes(length, k);
      const loan = takeNow(reading, k * size);
      const { bytes } = loan;
      return { places: Array.from({ length: k }, (_, place) => bytes.subarray(place * size, (place + 1) * size)), ...fill(loan) };
    },
    encode: async (plaintext, { k, n, parts }, places) => {
      requireShape(k, n);
      requireSlab(plaintext.length, k);
      if (requirePlaces(places, n) !== places.length) throw new RangeError('no shard has two places');
      const size = shardBytes(plaintext.length, k);
      requireParts(parts, size);
      const { length } = plaintext;
      stop.signal.throwIfAborted();
      return within(roomOf(plaintext, n * size), async (loan) => {
        const made = await work.encode({ room: loan.bytes, k, n, length, parts, places });
        loan.restore(made.room.buffer);
        const { bytes } = loan;
        const shardOf = ({ shard }: ShardPlace, index: number) => {
          const root = made.roots[index];
          if (root === undefined) throw new RangeError(`no root was made for shard ${shard}`);
          return [shard, { root, bytes: bytes.subarray(shard * size, (shard + 1) * size) }] as const;
        };
        return { shards: new Map(places.map(shardOf)), [Symbol.dispose]: () => loan[Symbol.dispose]() };
      });
    },
    decode: async (shards, { k, n, length, parts, wanted = Array.from({ length: k }, (_, shard) => shard) }) => {
      requireShape(k, n);
      requireSlab(length, k);
      const size = shardBytes(length, k);
      requireParts(parts, size);
      requireWanted(wanted, k);
      const inHand = requireShards(shards, { k, n, wanted }, size);
      const places = inHand.map(({ place }) => place);
      const positions = placesOf(
        places.map(({ shard }) => shard),
        k,
      );
      return within(roomWith(inHand, positions, k, size), async (loan) => {
        const made = await work.decode({ room: loan.bytes, k, n, length, parts, places, wanted });
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
