import { expect } from 'chai';
import { isHoldfastError, type ErrorCode, type HoldfastError } from '../../node/core/errors/holdfast-error.js';

const isCoded = (error: unknown, code: ErrorCode): HoldfastError => {
  if (!isHoldfastError(error)) throw new Error(`expected ${code}, got ${String(error)}`, { cause: error });
  expect(error.code).to.equal(code, error.message);
  return error;
};

/** Runs `action`, which must throw a coded error with `code`, and returns it. */
export const throwsCoded = (action: () => unknown, code: ErrorCode): HoldfastError => {
  try {
    action();
  } catch (error) {
    return isCoded(error, code);
  }
  throw new Error(`expected ${code}, and nothing was thrown`);
};

/** Awaits `promise`, which must reject with a coded error with `code`, and returns it. */
export const rejectsCoded = async (promise: Promise<unknown>, code: ErrorCode): Promise<HoldfastError> => {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (outcome === undefined) throw new Error(`expected ${code}, and nothing was rejected`);
  return isCoded(outcome.error, code);
};
