import { createHash } from 'node:crypto';
import { fromHex } from '../../core/data/bytes.js';
import type { StoredObject } from '../../ports/catalogue.js';
import { openFileSource } from './file-source.js';

/** Bytes that are read at once. */
const PIECE = 1 << 22;

/** Whether the file at `path` is what was stored, byte for byte. FILE_UNREADABLE and SOURCE_CHANGED as of any source. */
export const hasContent = async (path: string, { bytes, sha256 }: StoredObject, signal?: AbortSignal): Promise<boolean> => {
  await using source = await openFileSource(path);
  if (source.length !== bytes) return false;
  const hash = createHash('sha256');
  for (let at = 0; at < bytes; at += PIECE) hash.update(await source.read(at, PIECE, signal));
  return Buffer.compare(hash.digest(), fromHex(sha256)) === 0;
};
