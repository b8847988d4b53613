import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at the MiB that it begins with, in this thread and those that it starts. What comes over the wire and leaves a cipher is
 * memory outside of the heap, under objects of a few words: in the 32 MiB that the young generation would grow to, a hundred MiB and more of it lie dead
 * before anybody looks, and their weight has all of the heap marked again and again.
 */
export const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');
