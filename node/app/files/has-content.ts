import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { hash, type Hash } from '../../core/units.js';
import type { StoredObject } from '../../ports/catalogue.js';
import { openFileSource, type FileSource } from './file-source.js';

/** Bytes that are read at once. */
const PIECE = 1 << 22;

const digestOf = async (source: FileSource, signal: AbortSignal | undefined): Promise<Hash> => {
  const digest = createHash('sha256');
  for (let at = 0; at < source.length; at += PIECE) digest.update(await source.read(at, PIECE, signal));
  return hash(`0x${digest.digest('hex')}`);
};

/** SHA-256 of the file at `path`, and what it was of. FILE_UNREADABLE and SOURCE_CHANGED as of any source. */
export const contentOf = async (path: string, signal?: AbortSignal): Promise<{ readonly sha256: Hash; readonly origin: string }> => {
  await using source = await openFileSource(path);
  return { sha256: await digestOf(source, signal), origin: await source.origin() };
};

/** Whether the file at `path` is what was stored, byte for byte. FILE_UNREADABLE and SOURCE_CHANGED as of any source. */
export const hasContent = async (path: string, { bytes, sha256 }: StoredObject, signal?: AbortSignal): Promise<boolean> => {
  await using source = await openFileSource(path);
  return source.length === bytes && (await digestOf(source, signal)) === sha256;
};

/** Whether a plain file with just that content is there: an earlier run fetched it. One that cannot be read is another. */
export const isThere = async (path: string, object: StoredObject, signal: AbortSignal | undefined): Promise<boolean> => {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isFile() !== true || found.size !== object.bytes) return false;
  return await hasContent(path, object, signal).catch((error: unknown) => {
    if (isHoldfastError(error, 'FILE_UNREADABLE', 'SOURCE_CHANGED')) return false;
    throw error;
  });
};
