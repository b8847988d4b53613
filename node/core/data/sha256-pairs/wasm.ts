import { hashInto } from '@chainsafe/as-sha256';

/** SHA-256 of each 64 bytes of `input`, 32 bytes each into `output`. The two must not overlap. */
export const hashPairs = (input: Uint8Array, output: Uint8Array): void => {
  if (input.length % 64 !== 0 || output.length * 2 !== input.length) {
    throw new RangeError(`pairs must be n·64 bytes in and n·32 out, not ${input.length} and ${output.length}`);
  }
  hashInto(input, output);
};

/** What it runs on. */
export const hashing = 'WebAssembly' as const;
