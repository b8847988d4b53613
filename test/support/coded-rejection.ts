import { expect } from 'chai';
import { HoldfastError, type ErrorCode } from '../../node/core/errors/holdfast-error.js';

/** Resolves to the error if `promise` rejects with `code`; fails the test otherwise. */
export const rejection = async <Code extends ErrorCode>(promise: Promise<unknown>, code: Code): Promise<HoldfastError<Code>> => {
  const outcome: unknown = await promise.then(
    (value) => ({ resolved: value }),
    (error: unknown) => error,
  );
  if (!(outcome instanceof HoldfastError)) throw new Error(`expected a rejection with ${code}`, { cause: outcome });
  expect(outcome.code, outcome.message).to.equal(code);
  return outcome as HoldfastError<Code>;
};
