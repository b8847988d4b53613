import { randomBytes } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '../../disk/disk-error.js';
import { removeDrafts } from '../../disk/drafts.js';
import { makeDirectory } from '../../disk/durable-file.js';

/** Bytes of one file of a spool: what is forgotten is given back to the disk in such pieces. */
const SEGMENT_BYTES = 1 << 26;

/** Bytes kept on disk between being received and being forgotten. */
export interface Spool extends AsyncDisposable {
  /** Bytes received so far. */
  readonly length: number;
  append(bytes: Uint8Array): Promise<void>;
  /** Exactly `length` bytes from `offset`, all of which were received and not forgotten. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Gives back the room of what lies before `offset`, as far as that is whole segments. */
  forget(offset: number): void;
}

/** A file for this process alone, which has no name any more: it is gone when the process is, however that ends. */
const openNameless = async (folder: string): Promise<FileHandle> => {
  const path = join(folder, `spool-${randomBytes(6).toString('hex')}`);
  const handle = await open(path, 'wx+', 0o600);
  await rm(path);
  return handle;
};

/** An empty spool in `folder`, which is made for its owner alone. DISK_FULL and STORE_FAILED from whatever meets them. */
export const createSpool = async (folder: string, segmentBytes = SEGMENT_BYTES): Promise<Spool> => {
  const segments = new Map<number, Promise<FileHandle>>();
  let length = 0;
  let first = 0;
  const closing: Promise<void>[] = [];

  const drop = (index: number): void => {
    const segment = segments.get(index);
    segments.delete(index);
    if (segment !== undefined)
      closing.push(
        segment.then(
          (handle) => handle.close(),
          () => undefined,
        ),
      );
  };
  const segmentAt = (index: number): Promise<FileHandle> => {
    const found = segments.get(index);
    if (found !== undefined) return found;
    const made = openNameless(folder);
    segments.set(index, made);
    return made;
  };
  /** Does `move` for each piece of the bytes from `offset` that lies in one segment. */
  const inPieces = async (
    bytes: Uint8Array,
    offset: number,
    move: (handle: FileHandle, piece: Uint8Array, position: number) => Promise<number>,
  ): Promise<void> => {
    for (let done = 0; done < bytes.length;) {
      const position = (offset + done) % segmentBytes;
      const piece = bytes.subarray(done, done + segmentBytes - position);
      const moved = await move(await segmentAt(Math.floor((offset + done) / segmentBytes)), piece, position);
      if (moved === 0) throw new RangeError(`the spool has nothing at ${offset + done}`);
      done += moved;
    }
  };
  const coded = (cause: unknown): never => {
    throw diskError(folder, cause);
  };

  try {
    await makeDirectory(folder, 0o700);
    await removeDrafts(folder, (name) => /^spool-[0-9a-f]{12}$/.test(name));
  } catch (error) {
    coded(error);
  }
  return {
    get length() {
      return length;
    },
    append: async (bytes) => {
      const write = async (handle: FileHandle, piece: Uint8Array, position: number): Promise<number> =>
        (await handle.write(piece, 0, piece.length, position)).bytesWritten;
      await inPieces(bytes, length, write).catch(coded);
      length += bytes.length;
    },
    read: async (offset, wanted) => {
      const bytes = new Uint8Array(wanted);
      const read = async (handle: FileHandle, piece: Uint8Array, position: number): Promise<number> =>
        (await handle.read(piece, 0, piece.length, position)).bytesRead;
      await inPieces(bytes, offset, read).catch(coded);
      return bytes;
    },
    forget: (offset) => {
      for (; (first + 1) * segmentBytes <= offset; first++) drop(first);
    },
    [Symbol.asyncDispose]: async () => {
      for (const index of segments.keys()) drop(index);
      await Promise.all(closing);
    },
  };
};
