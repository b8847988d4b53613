import { HoldfastError } from '../core/errors/holdfast-error.js';

/** The system's code of a file error (`ENOENT` …), or undefined. */
export const systemCode = (error: unknown): string | undefined => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

const outOfSpace = (error: Error): boolean =>
  ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '') || /no space left|quota exceeded/i.test(error.message);

/** What became of a file at `path`, as a coded error: DISK_FULL or STORE_FAILED. Coded errors and aborts pass unchanged. */
export const diskError = (path: string, error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof HoldfastError || error.name === 'AbortError') return error;
  if (outOfSpace(error)) return new HoldfastError('DISK_FULL', { path }, { cause: error });
  if (systemCode(error) === undefined) return error;
  return new HoldfastError('STORE_FAILED', { path, detail: error.message }, { cause: error });
};
