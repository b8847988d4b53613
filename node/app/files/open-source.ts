import { open } from 'node:fs';
import { Socket } from 'node:net';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { unreadable } from '../../disk/disk-error.js';
import { openFileSource, READ_AT_ONCE } from './file-source.js';
import { createStreamSource, type StreamSource, type StreamSourceOptions } from './stream-source.js';
import { specialKind } from './walk-folder.js';

/** What an argument is that names no folder: a file of a known length, or a stream. */
export type SourceKind = 'file' | 'folder' | 'stream';

/**
 * What lies at `path`, links followed; nothing is opened. FILE_UNREADABLE for what is missing or forbidden, and for devices and sockets: some
 * never end, and opening some does something.
 */
export const sourceKind = async (path: string): Promise<SourceKind> => {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (found.isDirectory()) return 'folder';
  if (found.isFile()) return 'file';
  if (found.isFIFO()) return 'stream';
  const reason = `it is a ${specialKind(found)}: what can be read of it may be piped into "holdfast put - --name NAME"`;
  throw new HoldfastError('FILE_UNREADABLE', { path, reason });
};

/** Waits for no writer: the loop of events waits for what comes, and nothing else does. */
const openFifo = async (path: string): Promise<Readable> => {
  const descriptor = await promisify(open)(path, READ_AT_ONCE).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return new Socket({ fd: descriptor, readable: true, writable: false });
};

/** What is at `path` as a source of bytes, for the caller to close. */
export const openSource = async (
  path: string,
  kind: Exclude<SourceKind, 'folder'>,
  spool: Omit<StreamSourceOptions, 'name'>,
): Promise<Awaited<ReturnType<typeof openFileSource>> | StreamSource> =>
  kind === 'file' ? await openFileSource(path) : await createStreamSource(await openFifo(path), { name: path, ...spool });
