import { HoldfastError } from '../core/errors/holdfast-error.js';
import { causesOf } from '../core/errors/causes.js';

/** The system's code of a file error (`ENOENT` …), or undefined. */
export const systemCode = (error: unknown): string | undefined => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

const saysFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'DISK_FULL'].includes(systemCode(error) ?? '') ||
  (error instanceof Error && /no space left|quota exceeded/i.test(error.message));

/** Whether `error`, or what caused it, is that no space is left. */
export const isOutOfSpace = (error: unknown): boolean => [...causesOf(error)].some(saysFull);

/** What became of a file at `path`, as a coded error: DISK_FULL or STORE_FAILED. Coded errors and aborts pass unchanged. */
export const diskError = (path: string, error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof HoldfastError || error.name === 'AbortError') return error;
  if (saysFull(error)) return new HoldfastError('DISK_FULL', { path }, { cause: error });
  if (systemCode(error) === undefined) return error;
  return new HoldfastError('STORE_FAILED', { path, detail: error.message }, { cause: error });
};
