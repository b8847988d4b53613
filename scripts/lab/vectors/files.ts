import { challengeVectors } from './challenges.js';
import { digestVectors } from './digests.js';
import { keyVectors } from './key-tree.js';
import { referenceVectors } from './reference.js';

/** Bytes as 0x-prefixed hex, bigints as decimal text. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return '0x' + Buffer.from(value).toString('hex');
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
};

/** Every vector file: where it lives and what it holds. */
export const vectorFiles = async (): Promise<{ url: URL; text: string }[]> =>
  Object.entries({ ...referenceVectors(), challenges: challengeVectors(), digests: await digestVectors(), keys: await keyVectors() }).map(
    ([name, value]) => ({
      url: new URL(`../../../test/vectors/${name}.json`, import.meta.url),
      text: JSON.stringify(plain(value), null, 2) + '\n',
    }),
  );
