import { createSha256 } from '#sha256';
import { toHex } from '../../core/data/bytes.js';
import type { DecodedSlab } from '../../core/data/slab.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createLookAhead } from '../../core/tasks/look-ahead.js';
import { hash, type Hash } from '../../core/units.js';
import type { SlabRecord } from '../../ports/catalogue.js';
import type { ByteSource } from '../../ports/world.js';
import type { TaskOptions } from '../context.js';
import { digestOf } from '../digest-of.js';
import { unpooled, type Slab, type SlabInHand, type SlabReader } from './slabs.js';

/** All that was read of a source. */
export interface WholeSource {
  readonly bytes: number;
  readonly slabs: number;
  readonly sha256: Hash;
}

/** Reads a source once, slab by slab. Whoever is done with it disposes of it, and so of slabs that nobody took on. */
export interface SourceReader extends SlabReader, Disposable {
  /** What was read, at the end. */
  whole(): WholeSource;
}

export interface ReadOptions extends TaskOptions {
  /** For messages. */
  readonly name: string;
  /** Bytes of a slab that is not recorded. */
  readonly slabBytes: number;
  /** How many slabs were recorded when it was read before. */
  readonly recorded: number;
  /** One of those; undefined if there is none. */
  readonly record: (index: number) => Promise<SlabRecord | undefined>;
  /** Room for so many bytes, of a pool: it may have to be waited for. */
  readonly roomFor: (length: number) => Promise<DecodedSlab>;
}

/** Bytes that are read and hashed at once: the event loop has its turn between. */
const PART_BYTES = 1 << 20;

/** SOURCE_CHANGED for what was recorded and is another now, and for a source that ends before it should. */
export const createSourceReader = (source: ByteSource, options: ReadOptions): SourceReader => {
  const { name, slabBytes, recorded, record, roomFor, signal, report } = options;
  const all = createSha256();
  /** Rooms of slabs that are still read or in hand. */
  const rooms = new Set<DecodedSlab>();
  let [index, offset, ended] = [0, 0, false];

  /** As many bytes as the source has here, and their SHA-256. Of the first slab it is that of all so far. */
  const fill = async (room: Uint8Array): Promise<readonly [bytes: Uint8Array, sha256: Hash]> => {
    const own = index === 0 ? undefined : createSha256();
    let filled = 0;
    while (filled < room.length) {
      const place = room.subarray(filled, filled + PART_BYTES);
      const part = await source.read(offset + filled, place.length, signal, place);
      if (part.buffer !== room.buffer) place.set(part);
      for (const hasher of [all, own]) hasher?.update(place.subarray(0, part.length));
      filled += part.length;
      if (part.length < place.length) break;
    }
    return [room.subarray(0, filled), hash(toHex((own ?? all.clone()).digest()))];
  };

  const read = async (): Promise<SlabInHand | undefined> => {
    const { length: total } = source;
    const before = index < recorded ? await record(index) : undefined;
    const rest = total === undefined ? Infinity : total - offset;
    const length = Math.min(before?.length ?? slabBytes, rest);
    const room = length === 0 ? unpooled(new Uint8Array()) : await roomFor(length);
    rooms.add(room);
    const dispose = (): void => void (rooms.delete(room) && room[Symbol.dispose]());
    const [bytes, sha256] = await fill(room.bytes);
    const expected = before?.length ?? (total === undefined ? bytes.length : length);
    const end = source.length ?? (bytes.length < length ? offset + bytes.length : Infinity);
    ended = offset + bytes.length >= end;
    if (expected === 0 && bytes.length === 0) return void dispose();
    const slab: Slab = { index, offset, length: bytes.length, sha256 };
    if (bytes.length !== expected || (before && before.sha256 !== slab.sha256)) throw new HoldfastError('SOURCE_CHANGED', { name });
    index += 1;
    offset += bytes.length;
    report?.({ kind: 'hashed', bytes: offset, total });
    return { slab, plaintext: { bytes, [Symbol.dispose]: dispose }, has: before?.shards ?? [] };
  };
  const next = async (): Promise<SlabInHand | undefined> => {
    const slab = ended ? undefined : await read();
    if (!slab && index < recorded) throw new HoldfastError('SOURCE_CHANGED', { name });
    return slab;
  };
  return {
    ...createLookAhead(next),
    get isLast() {
      return ended;
    },
    get bytes() {
      return offset;
    },
    whole: () => ({ bytes: offset, slabs: index, sha256: hash(toHex(all.clone().digest())) }),
    [Symbol.dispose]: () => {
      for (const room of rooms) room[Symbol.dispose]();
      rooms.clear();
    },
  };
};

/** Slabs that were read before, read again. SOURCE_CHANGED if one is another now. */
export async function* readAgain(
  source: ByteSource,
  slabs: Iterable<Slab>,
  { name, signal }: Pick<ReadOptions, 'name' | 'signal'>,
): AsyncGenerator<{ readonly slab: Slab; readonly plaintext: SlabInHand['plaintext'] }> {
  for (const slab of slabs) {
    const bytes = await source.read(slab.offset, slab.length, signal);
    if (bytes.length !== slab.length || (await digestOf(bytes)) !== slab.sha256) throw new HoldfastError('SOURCE_CHANGED', { name });
    yield { slab, plaintext: unpooled(bytes) };
  }
}
