import { bytesInCrate, layOut } from '../../core/data/crate-layout.js';
import { shardLeaves } from '../../core/data/slab.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { createLookAhead } from '../../core/tasks/look-ahead.js';
import { leaves, type Hash } from '../../core/units.js';
import type { CratedObject, HalfDoneObject, SlabRecord } from '../../ports/catalogue.js';
import type { ByteSource } from '../../ports/world.js';
import { digestOf } from '../digest-of.js';
import { unpooled, type Slab, type SlabInHand, type SlabReader } from './slabs.js';

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
export interface CratedFile<File extends SmallFile> extends CratedObject {
  readonly file: File;
  readonly object: HalfDoneObject;
}

/** A slab of a crate on its way, and what lies in it. */
export interface CrateInHand<File extends SmallFile> extends SlabInHand {
  readonly crated: readonly CratedFile<File>[];
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
export type CrateReader<File extends SmallFile> = SlabReader<CrateInHand<File>>;

/** A file's bytes and what is recorded of it. */
interface ReadFile<File extends SmallFile> {
  readonly file: File;
  readonly object: HalfDoneObject;
  readonly bytes: Uint8Array;
  readonly sha256: Hash;
}

/** SOURCE_CHANGED for a file that is shorter than it was, or another once it was read. */
export const readSmall = async (file: SmallFile, signal?: AbortSignal) => {
  await using source = await file.open();
  const origin = await source.origin?.();
  const bytes = await source.read(0, file.bytes, signal);
  if (bytes.length !== file.bytes || origin !== (await source.origin?.())) throw new HoldfastError('SOURCE_CHANGED', { name: file.name });
  // What has changed since it was looked at is never taken for what was read of it.
  return { bytes, sha256: await digestOf(bytes), origin: file.origin ?? origin };
};

export const createCrateReader = <File extends SmallFile>(filling: CrateFilling<File>): CrateReader<File> => {
  const { k, slabBytes, mostParts, begun, fresh, failed, onFile, signal } = filling;
  const inBegun = new Set(begun.flatMap(({ files }) => files.map(([file]) => file)));
  const waiting = filling.files.filter((file) => !inBegun.has(file));
  /** Files of slabs that cannot be gone on with: they come first. */
  const dropped: File[] = [];
  const former = [...begun];
  let [index, offset, head] = [filling.next, 0, 0];

  /** These files as slab number `at`, behind all that were read so far. */
  const laidOut = async (at: number, files: readonly ReadFile<File>[], has: SlabInHand['has']): Promise<CrateInHand<File>> => {
    const bytes = layOut(
      files.map((one) => one.bytes),
      k,
    );
    let from = 0;
    const crated = files.map(({ file, object, sha256: own, bytes: { length } }): CratedFile<File> => {
      const part = { file, object, length, sha256: own, from: leaves(from) };
      from += shardLeaves(length, k);
      return part;
    });
    const slab: Slab = { index: at, offset, length: bytes.length, sha256: await digestOf(bytes) };
    return { slab, plaintext: unpooled(bytes), has, crated };
  };

  /** A slab that was begun before; undefined unless its files are as they were. */
  const laidOutBefore = async ({ index: at, record, files: pairs }: BegunSlab<File>): Promise<CrateInHand<File> | undefined> => {
    const files: ReadFile<File>[] = [];
    for (const [file, object] of pairs) {
      signal?.throwIfAborted();
      const content = await readSmall(file, signal).catch(() => undefined);
      if (content === undefined || content.sha256 !== object.sha256) return undefined;
      files.push({ file, object, ...content });
    }
    const made = await laidOut(at, files, record.shards);
    return made.slab.sha256 === record.sha256 ? made : undefined;
  };

  /** The next slab that was begun before and is gone on with; the files of those that are not wait with the others. */
  const nextBegun = async (): Promise<CrateInHand<File> | undefined> => {
    for (let slab = former.shift(); slab; slab = former.shift()) {
      const made = await laidOutBefore(slab);
      for (const { file } of made?.crated ?? []) onFile?.(file);
      if (made) return made;
      signal?.throwIfAborted();
      await filling.dropped(slab);
      dropped.push(...slab.files.map(([file]) => file));
    }
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

  const nextWaiting = (): File | undefined => dropped.at(-1) ?? waiting[head];
  const takeWaiting = (): void => void (dropped.pop() ?? head++);

  const fillNext = async (): Promise<CrateInHand<File> | undefined> => {
    const files: ReadFile<File>[] = [];
    let taken = 0;
    for (let next = nextWaiting(); next && files.length < mostParts; next = nextWaiting()) {
      const own = bytesInCrate(next.bytes, k);
      if (taken + own > slabBytes && files.length > 0) break;
      takeWaiting();
      const content = await read(next);
      if (content === undefined) continue;
      files.push(content);
      taken += own;
    }
    return files.length === 0 ? undefined : laidOut(index++, files, []);
  };

  const next = async (): Promise<CrateInHand<File> | undefined> => {
    const made = (await nextBegun()) ?? (await fillNext());
    offset += made?.slab.length ?? 0;
    return made;
  };
  return {
    ...createLookAhead(next),
    get isLast() {
      return former.length === 0 && nextWaiting() === undefined;
    },
    get bytes() {
      return offset;
    },
  };
};
