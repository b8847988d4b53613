import { fromHex } from '../data/bytes.js';
import { keccak256 } from '../data/keccak.js';
import type { Hash } from '../units.js';
import { encodeRlp, integerBytes, type RlpItem } from './rlp.js';

interface Entry {
  readonly nibbles: readonly number[];
  readonly value: Uint8Array;
}

const nibblesOf = (key: Uint8Array): readonly number[] => [...key].flatMap((byte) => [byte >> 4, byte & 15]);

/** Compact ("hex prefix") encoding of a path: yellow paper, appendix C. */
const compactPath = (nibbles: readonly number[], isLeaf: boolean): Uint8Array => {
  const odd = nibbles.length % 2;
  const flag = (isLeaf ? 2 : 0) + odd;
  const digits = odd === 1 ? [flag, ...nibbles] : [flag, 0, ...nibbles];
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => 16 * (digits[2 * i] ?? 0) + (digits[2 * i + 1] ?? 0));
};

/** How a parent names a node: by its hash, or as it is when that is shorter. */
const reference = (node: RlpItem): RlpItem => {
  const encoded = encodeRlp(node);
  return encoded.length < 32 ? node : fromHex(keccak256(encoded));
};

const sharedLength = (entries: readonly Entry[], depth: number): number => {
  const [first, last] = [entries[0]?.nibbles ?? [], entries.at(-1)?.nibbles ?? []];
  let length = depth;
  while (length < first.length && first[length] === last[length]) length += 1;
  return length - depth;
};

/** Node over sorted entries that agree in their first `depth` nibbles. No key is a prefix of another. */
const nodeOver = (entries: readonly Entry[], depth: number): RlpItem => {
  const [first] = entries;
  if (first === undefined) return new Uint8Array(0);
  if (entries.length === 1) return [compactPath(first.nibbles.slice(depth), true), first.value];
  const shared = sharedLength(entries, depth);
  if (shared > 0) return [compactPath(first.nibbles.slice(depth, depth + shared), false), reference(nodeOver(entries, depth + shared))];
  const children = Array.from({ length: 16 }, (_, nibble) => entries.filter(({ nibbles }) => nibbles[depth] === nibble));
  const empty = new Uint8Array(0);
  return [...children.map((below) => (below.length === 0 ? empty : reference(nodeOver(below, depth + 1)))), empty];
};

const compareKeys = (a: Entry, b: Entry): number => {
  for (let at = 0; ; at++) {
    const difference = (a.nibbles[at] ?? -1) - (b.nibbles[at] ?? -1);
    if (difference !== 0 || at >= a.nibbles.length) return difference;
  }
};

/**
 * Root of the Merkle–Patricia trie in which value i has the key RLP(i): how a header names its receipts, transactions and
 * withdrawals (yellow paper, appendix D and section 4.4).
 */
export const orderedTrieRoot = (values: readonly Uint8Array[]): Hash => {
  const entries = values.map((value, index) => ({ nibbles: nibblesOf(encodeRlp(integerBytes(index))), value })).sort(compareKeys);
  return keccak256(encodeRlp(nodeOver(entries, 0)));
};
