/** The binary of this platform where its package has one, else the same in WebAssembly, some forty times slower. */
const { hashInto, ...rest } = await import('@chainsafe/hashtree').then(
  ({ hashInto }) => ({ hashInto, hashing: 'native' as const }),
  async () => ({ hashInto: (await import('@chainsafe/as-sha256')).hashInto, hashing: 'WebAssembly' as const }),
);

/** Which of the two it is. */
export const hashing: 'native' | 'WebAssembly' = rest.hashing;

/** SHA-256 of each 64 bytes of `input`, 32 bytes each into `output`. The two must not overlap. */
export const hashPairs = (input: Uint8Array, output: Uint8Array): void => {
  if (input.length % 64 !== 0 || output.length * 2 !== input.length) {
    throw new RangeError(`pairs must be n·64 bytes in and n·32 out, not ${input.length} and ${output.length}`);
  }
  if (input.length > 0) hashInto(input, output);
};
