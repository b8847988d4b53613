/** What `promise` rejects with. */
export const reasonOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error('it did not reject', { cause: value });
    },
    (error: unknown) => error,
  );
