import { HoldfastError } from '../core/errors/holdfast-error.js';
import { asError } from '../core/errors/coded.js';
import { causesOf } from '../core/errors/causes.js';

/** The system's code of a file error (`ENOENT` …), or undefined. */
export const systemCode = (error: unknown): string | undefined => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'what is on that disk can be read alone',
  ENOENT: 'there is no such file or folder',
  EEXIST: 'something else is there already',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead round in a circle',
  ENAMETOOLONG: 'the name is too long for that disk',
  ENOSPC: 'no space is left on that disk',
  EDQUOT: 'no space is left there for this user',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk failed',
};

/** Why a file could not be had or written, in words that a person knows; what the system says where there are none. */
export const fileReason = (error: unknown): string => REASONS[systemCode(error) ?? ''] ?? asError(error).message;

const saysFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'DISK_FULL'].includes(systemCode(error) ?? '') ||
  (error instanceof Error && /no space left|quota exceeded/i.test(error.message));

/** Whether `error`, or what caused it, is that no space is left. */
export const isOutOfSpace = (error: unknown): boolean => [...causesOf(error)].some(saysFull);

/** What cannot be read at `path`, as FILE_UNREADABLE; coded errors pass unchanged. */
export const unreadable = (path: string, cause: unknown): HoldfastError =>
  cause instanceof HoldfastError ? cause : new HoldfastError('FILE_UNREADABLE', { path, reason: fileReason(cause) }, { cause });

/** What cannot be written at `path`, as DISK_FULL or FILE_UNWRITABLE; coded errors pass unchanged. */
export const unwritable = (path: string, cause: unknown): HoldfastError => {
  if (cause instanceof HoldfastError) return cause;
  if (isOutOfSpace(cause)) return new HoldfastError('DISK_FULL', { path }, { cause });
  return new HoldfastError('FILE_UNWRITABLE', { path, reason: fileReason(cause) }, { cause });
};

/** A refusal of the file system that nobody coded on its way up, as what is unwritable there; anything else passes unchanged. */
export const uncodedRefusal = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('syscall' in error) || 'port' in error || !((systemCode(error) ?? '') in REASONS)) return error;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'a file of the home folder';
  return unwritable(path, error);
};

/** What became of a file at `path`, as a coded error: DISK_FULL or STORE_FAILED. Coded errors and aborts pass unchanged. */
export const diskError = (path: string, error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof HoldfastError || error.name === 'AbortError') return error;
  if (saysFull(error)) return new HoldfastError('DISK_FULL', { path }, { cause: error });
  if (systemCode(error) === undefined) return error;
  return new HoldfastError('STORE_FAILED', { path, detail: fileReason(error) }, { cause: error });
};
