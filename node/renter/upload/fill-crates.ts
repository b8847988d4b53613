import { sha256 } from '#sha256';
import { toHex } from '../../core/data/bytes.js';
import { bytesInCrate, layOut } from '../../core/data/crate-layout.js';
import { shardLeaves } from '../../core/data/slab.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { hash, leaves, type Hash } from '../../core/units.js';
import type { HalfDoneObject, PackedObject, SlabRecord } from '../../ports/catalogue.js';
import type { ByteSource } from '../../ports/world.js';
import type { SlabReader } from './read-slabs.js';
import type { Slab, SlabInHand } from './slabs.js';

/** A file that shares sectors with others. */
export interface SmallFile {
  readonly name: string;
  /** Bytes that are stored of it, 1 at least and no more than a slab has: what is added to it later is left. */
  readonly bytes: number;
  /** As of its source, before that is opened. */
  readonly origin?: string | undefined;
  /** Opens it, to be read and closed at once. */
  readonly open: () => Promise<ByteSource & AsyncDisposable>;
}

/** A small file in a crate's slab. */
export interface PackedFile<File extends SmallFile> extends PackedObject {
  readonly file: File;
  readonly object: HalfDoneObject;
}

/** A slab of a crate on its way, and what lies in it. */
export interface CrateInHand<File extends SmallFile> extends SlabInHand {
  readonly packed: readonly PackedFile<File>[];
}

/** A slab of a crate that was begun before, of files that are all there. */
export interface BegunSlab<File extends SmallFile> {
  readonly index: number;
  readonly record: SlabRecord;
  readonly files: readonly (readonly [File, HalfDoneObject])[];
}

export interface CrateFilling<File extends SmallFile> {
  readonly k: number;
  readonly n: number;
  /** Plaintext bytes of a slab at most. */
  readonly slabBytes: number;
  /** Files in a slab at most. */
  readonly mostParts: number;
  readonly files: readonly File[];
  /** Index of the first slab that was not begun before. */
  readonly next: number;
  readonly begun: readonly BegunSlab<File>[];
  /** A record for a file, without its content. */
  readonly fresh: (file: File) => HalfDoneObject;
  /** Hears of a file that cannot be read; throws what ends the run. */
  readonly failed: (file: File, error: unknown) => void;
  /** Hears of a slab that cannot be gone on with. */
  readonly dropped: (slab: BegunSlab<File>) => Promise<void>;
  readonly onFile?: ((file: File) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads small files and lays them out as slabs of a crate. */
export interface CrateReader<File extends SmallFile> extends Pick<SlabReader, 'peek' | 'take' | 'isLast' | 'bytes'> {
  peek(): Promise<CrateInHand<File> | undefined>;
  take(count: number): AsyncGenerator<CrateInHand<File>>;
}

/** A file's bytes and what is recorded of it. */
interface ReadFile<File extends SmallFile> {
  readonly file: File;
  readonly object: HalfDoneObject;
  readonly bytes: Uint8Array;
  readonly sha256: Hash;
}

const digest = async (bytes: Uint8Array): Promise<Hash> => hash(toHex(await sha256(bytes)));

/** SOURCE_CHANGED for a file that is shorter than it was. */
export const readSmall = async (file: SmallFile, signal?: AbortSignal) => {
  await using source = await file.open();
  const bytes = await source.read(0, file.bytes, signal);
  if (bytes.length !== file.bytes) throw new HoldfastError('SOURCE_CHANGED', { name: file.name });
  return { bytes, sha256: await digest(bytes), origin: await source.origin?.() };
};

export const createCrateReader = <File extends SmallFile>(filling: CrateFilling<File>): CrateReader<File> => {
  const { k, slabBytes, mostParts, begun, fresh, failed, dropped, onFile, signal } = filling;
  const inBegun = new Set(begun.flatMap(({ files }) => files.map(([file]) => file)));
  const waiting = filling.files.filter((file) => !inBegun.has(file));
  const [former, offset] = [[...begun], { next: 0 }];
  let index = filling.next;
  let ahead: CrateInHand<File> | undefined;

  const laidOut = async (at: number, files: readonly ReadFile<File>[], has: SlabInHand['has']): Promise<CrateInHand<File>> => {
    const bytes = layOut(
      files.map((one) => one.bytes),
      k,
    );
    let from = 0;
    const packed = files.map(({ file, object, sha256: own, bytes: { length } }): PackedFile<File> => {
      const part = { file, object, length, sha256: own, from: leaves(from) };
      from += shardLeaves(length, k);
      return part;
    });
    const slab: Slab = { index: at, offset: offset.next, length: bytes.length, sha256: await digest(bytes) };
    offset.next += bytes.length;
    return { slab, plaintext: { bytes, [Symbol.dispose]: () => undefined }, has, packed };
  };

  /** A slab that was begun before, if its files are as they were; if not, they wait with the others. */
  const goOn = async (slab: BegunSlab<File>): Promise<CrateInHand<File> | undefined> => {
    const files: ReadFile<File>[] = [];
    for (const [file, object] of slab.files) {
      signal?.throwIfAborted();
      const content = await readSmall(file, signal).catch(() => undefined);
      if (content === undefined || content.sha256 !== object.sha256) break;
      files.push({ file, object, ...content });
    }
    if (files.length === slab.files.length) {
      const before = offset.next;
      const made = await laidOut(slab.index, files, slab.record.shards);
      if (made.slab.sha256 === slab.record.sha256) {
        for (const { file } of files) onFile?.(file);
        return made;
      }
      offset.next = before;
    }
    signal?.throwIfAborted();
    await dropped(slab);
    waiting.unshift(...slab.files.map(([file]) => file));
    return undefined;
  };

  const read = async (file: File): Promise<ReadFile<File> | undefined> => {
    try {
      onFile?.(file);
      const { bytes, sha256: found, origin } = await readSmall(file, signal);
      const object = { ...fresh(file), sha256: found, bytes: bytes.length, slabs: 1, ...(origin !== undefined && { origin }) };
      return { file, object, bytes, sha256: found };
    } catch (error) {
      signal?.throwIfAborted();
      failed(file, error);
      return undefined;
    }
  };

  const fillNext = async (): Promise<CrateInHand<File> | undefined> => {
    for (let slab = former.shift(); slab; slab = former.shift()) {
      const made = await goOn(slab);
      if (made) return made;
    }
    const files: ReadFile<File>[] = [];
    let taken = 0;
    for (let next = waiting[0]; next && files.length < mostParts; next = waiting[0]) {
      const own = bytesInCrate(next.bytes, k);
      if (taken + own > slabBytes && files.length > 0) break;
      waiting.shift();
      const content = await read(next);
      if (content === undefined) continue;
      files.push(content);
      taken += own;
    }
    return files.length === 0 ? undefined : laidOut(index++, files, []);
  };

  const peek = async (): Promise<CrateInHand<File> | undefined> => (ahead ??= await fillNext());
  return {
    peek,
    async *take(count) {
      for (let taken = 0; taken < count; taken++) {
        const next = await peek();
        if (!next) return;
        ahead = undefined;
        yield next;
      }
    },
    get isLast() {
      return former.length === 0 && waiting.length === 0;
    },
    get bytes() {
      return offset.next;
    },
  };
};
