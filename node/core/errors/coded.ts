import { HoldfastError, isHoldfastError, type ErrorCode } from './holdfast-error.js';

/** What was thrown, as an Error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** The code of what was thrown; INTERNAL for what nobody foresaw. */
export const codeOf = (thrown: unknown): ErrorCode => (isHoldfastError(thrown) ? thrown.code : 'INTERNAL');

/** What was thrown, as a person is told of it: with a remedy, INTERNAL with the cause for what nobody foresaw. */
export const asCoded = (thrown: unknown): HoldfastError =>
  isHoldfastError(thrown) ? thrown : new HoldfastError('INTERNAL', { detail: asError(thrown).message }, { cause: thrown });
