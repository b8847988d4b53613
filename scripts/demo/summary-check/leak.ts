/** Bytes of plaintext in a row that must not be found in a stored sector. */
export const WINDOW = 64;
/** Blocks of a sector that are looked for: any window of {@link WINDOW} bytes contains a whole one. */
const BLOCK = 32;
const FILTER_BITS = 26;

/** Where plaintext was found in stored bytes. */
export interface Leak {
  /** Index of the file among the stored ones. */
  readonly stored: number;
  readonly plaintextOffset: number;
  readonly storedOffset: number;
}

/**
 * The first place where {@link WINDOW} bytes of `plaintext`, not all of one value, stand in one of the `stored` files;
 * undefined if there is none. Every offset of the plaintext is held against a filter of all aligned blocks of the stored
 * files; what passes is looked for among them.
 */
export const findLeak = (plaintext: Uint8Array, stored: readonly Uint8Array[]): Leak | undefined => {
  const candidates = candidatesOf(plaintext, filterOf(stored));
  if (candidates.size === 0) return undefined;
  for (const [index, bytes] of stored.entries()) {
    const view = viewOf(bytes);
    for (let at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
      for (const place of candidates.get(view.getBigUint64(at, true)) ?? []) {
        const leak = leakAround(plaintext, place, bytes, at);
        if (leak) return { stored: index, ...leak };
      }
    }
  }
  return undefined;
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Two bit maps over the first and the second eight bytes of every block. */
interface Filter {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

const bitOf = (low: number, high: number): number =>
  (Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) >>> 0) >>> (32 - FILTER_BITS);
const mark = (bits: Uint32Array, bit: number): void => void (bits[bit >>> 5]! |= 1 << (bit & 31));
const isMarked = (bits: Uint32Array, bit: number): boolean => ((bits[bit >>> 5]! >>> (bit & 31)) & 1) === 1;

const filterOf = (stored: readonly Uint8Array[]): Filter => {
  const filter = { first: new Uint32Array(1 << (FILTER_BITS - 5)), second: new Uint32Array(1 << (FILTER_BITS - 5)) };
  for (const bytes of stored) {
    const view = viewOf(bytes);
    for (let at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
      if (isDeepInRun(bytes, at)) continue;
      mark(filter.first, bitOf(view.getUint32(at, true), view.getUint32(at + 4, true)));
      mark(filter.second, bitOf(view.getUint32(at + 8, true), view.getUint32(at + 12, true)));
    }
  }
  return filter;
};

/** Offsets of the plaintext at which a stored block may stand, by its first eight bytes. */
const candidatesOf = (plaintext: Uint8Array, { first, second }: Filter): ReadonlyMap<bigint, readonly number[]> => {
  const view = viewOf(plaintext);
  const candidates = new Map<bigint, number[]>();
  for (let at = 0; at + BLOCK <= plaintext.length; at += 1) {
    if (!isMarked(first, bitOf(view.getUint32(at, true), view.getUint32(at + 4, true)))) continue;
    if (!isMarked(second, bitOf(view.getUint32(at + 8, true), view.getUint32(at + 12, true)))) continue;
    if (isDeepInRun(plaintext, at)) continue;
    const key = view.getBigUint64(at, true);
    const places = candidates.get(key);
    if (places) places.push(at);
    else candidates.set(key, [at]);
  }
  return candidates;
};

/** Whether the block and a window's length before and after it are one byte's run: no window that counts lies there. */
const isDeepInRun = (bytes: Uint8Array, at: number): boolean => {
  const value = bytes[at];
  if (bytes[at + 1] !== value || bytes[at + BLOCK - 1] !== value) return false;
  const end = Math.min(bytes.length, at + BLOCK + WINDOW);
  for (let index = Math.max(0, at - WINDOW); index < end; index += 1) if (bytes[index] !== value) return false;
  return true;
};

/** The leak that contains the match at these two offsets, if what matches around it is long enough and no run. */
const leakAround = (plaintext: Uint8Array, at: number, stored: Uint8Array, candidate: number): Omit<Leak, 'stored'> | undefined => {
  let before = 0;
  while (before < Math.min(at, candidate, WINDOW) && plaintext[at - before - 1] === stored[candidate - before - 1]) before += 1;
  const most = Math.min(plaintext.length - at, stored.length - candidate, 2 * WINDOW);
  let after = 0;
  while (after < most && plaintext[at + after] === stored[candidate + after]) after += 1;
  if (before + after < WINDOW) return undefined;
  const matched = plaintext.subarray(at - before, at + after);
  return matched.every((value) => value === matched[0]) ? undefined : { plaintextOffset: at - before, storedOffset: candidate - before };
};
