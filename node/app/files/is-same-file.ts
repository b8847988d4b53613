import { stat } from 'node:fs/promises';
import type { StoredObject } from '../../ports/catalogue.js';
import { originOf, stampIn, type FileStamp } from './file-source.js';
import { hasContent } from './has-content.js';

/** How a file is told from what is stored: by its size and times, and by its content where these leave it open; or by size and content alone. */
export type Comparing = 'times' | 'content';

/** Nanoseconds that times may differ by and count as one: who sets a file's times sets them rounded. */
const ONE_TIME = 1_000_000n;

const isNear = (one: bigint, other: bigint): boolean => (one > other ? one - other : other - one) < ONE_TIME;

const SECOND = 1_000_000_000n;

/**
 * Whether that time tells a change from another. Whole seconds do not: an archive gives them to all that it brings, often the same to every release of
 * it, and some file systems know no others.
 */
const isTelling = (mtimeNs: bigint): boolean => mtimeNs % SECOND !== 0n;

/** Whether it is the very file that was stored, or a file of its size that is elsewhere and was changed when that was. */
const looksTheSame = (found: FileStamp, { origin }: StoredObject): boolean => {
  if (origin === originOf(found)) return true;
  const made = stampIn(origin);
  if (made === undefined || made.ino === found.ino || made.size !== found.size) return false;
  return isTelling(made.mtimeNs) && isNear(made.mtimeNs, found.mtimeNs);
};

/** Whether the plain file at `path` is what is stored. FILE_UNREADABLE and SOURCE_CHANGED as of any source. */
export const isSameFile = async (path: string, object: StoredObject, comparing: Comparing, signal?: AbortSignal): Promise<boolean> => {
  const found = await stat(path, { bigint: true });
  if (found.size !== BigInt(object.bytes)) return false;
  return (comparing === 'times' && looksTheSame(found, object)) || (await hasContent(path, object, signal));
};
