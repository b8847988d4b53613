import { createSha256 } from '#sha256';
import { toHex } from '../../core/data/bytes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createLookAhead } from '../../core/tasks/look-ahead.js';
import { hash, type Hash } from '../../core/units.js';
import type { SlabRecord } from '../../ports/catalogue.js';
import type { ByteSource } from '../../ports/world.js';
import type { TaskOptions } from '../context.js';
import { digestOf, unpooled, type Slab, type SlabInHand, type SlabReader } from './slabs.js';

/** All that was read of a source. */
export interface WholeSource {
  readonly bytes: number;
  readonly slabs: number;
  readonly sha256: Hash;
}

/** Reads a source once, slab by slab. */
export interface SourceReader extends SlabReader {
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
}

/** SOURCE_CHANGED for what was recorded and is another now, and for a source that ends before it should. */
export const createSourceReader = (source: ByteSource, options: ReadOptions): SourceReader => {
  const { name, slabBytes, recorded, record, signal, report } = options;
  const all = createSha256();
  let [index, offset, ended] = [0, 0, false];
  let sha: Hash | undefined;

  const read = async (): Promise<SlabInHand | undefined> => {
    const { length: total } = source;
    const before = index < recorded ? await record(index) : undefined;
    const rest = total === undefined ? Infinity : total - offset;
    const length = Math.min(before?.length ?? slabBytes, rest);
    const bytes = length === 0 ? new Uint8Array() : await source.read(offset, length, signal);
    const expected = before?.length ?? (total === undefined ? bytes.length : length);
    const end = source.length ?? (bytes.length < length ? offset + bytes.length : Infinity);
    ended = offset + bytes.length >= end;
    if (expected === 0 && bytes.length === 0) return undefined;
    const slab: Slab = { index, offset, length: bytes.length, sha256: await digestOf(bytes) };
    if (bytes.length !== expected || (before && before.sha256 !== slab.sha256)) throw new HoldfastError('SOURCE_CHANGED', { name });
    // Of a source of one slab the digest is there already.
    if (index === 0 && ended) sha = slab.sha256;
    else all.update(bytes);
    index += 1;
    offset += bytes.length;
    report?.({ kind: 'hashed', bytes: offset, total });
    return { slab, plaintext: unpooled(bytes), has: before?.shards ?? [] };
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
    whole: () => {
      sha ??= hash(toHex(all.digest()));
      return { bytes: offset, slabs: index, sha256: sha };
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
