import { contractErrors } from '../../core/errors/contract-errors.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { libraryErrors } from '../../core/errors/library-errors.js';

/** Whether `error` proves that nothing was done: the contract said no. Any other may come of a transaction that is still on its way. */
export const isFinal = (error: unknown): boolean =>
  isHoldfastError(error) && (Object.hasOwn(contractErrors, error.code) || Object.hasOwn(libraryErrors, error.code));
