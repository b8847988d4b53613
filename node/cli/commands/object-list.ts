import { nameText } from '../../core/visible-text.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { ListedRow, ListForm } from './list-columns.js';

/** Objects as people are told of them: kept as packed text until all are there, since there may be hundreds of thousands. */
export interface ObjectList {
  /** `standing` where the chain was asked; `left` shards are kept of one that cannot be read back. */
  add(object: ObjectRecord, standing?: ListedRow['standing'], left?: number): void;
  /**
   * A line for each, oldest first: what its form has in columns, then the name, whatever its length; for people with its id where the name is there twice, and
   * what is not as it should be.
   */
  lines(): Iterable<string>;
  /** How many there are. */
  readonly size: number;
}

/** Numbers in a row, outside the heap. */
const createNumbers = () => {
  let numbers = new Float64Array(1 << 10);
  let used = 0;
  return {
    add: (number: number): void => {
      if (used === numbers.length) {
        const longer = new Float64Array(2 * used);
        longer.set(numbers);
        numbers = longer;
      }
      numbers[used++] = number;
    },
    at: (index: number): number => numbers[index] as number,
    all: (): Float64Array => numbers.subarray(0, used),
    get size() {
      return used;
    },
  };
};

/** Texts, one after the other in bytes. */
const createTexts = () => {
  let bytes = Buffer.alloc(1 << 16);
  let used = 0;
  const ends = createNumbers();
  return {
    add: (text: string): void => {
      const most = used + 3 * text.length;
      if (most > bytes.length) {
        const longer = Buffer.allocUnsafe(Math.max(most, 2 * bytes.length));
        bytes.copy(longer, 0, 0, used);
        bytes = longer;
      }
      used += bytes.write(text, used);
      ends.add(used);
    },
    at: (index: number): string => bytes.toString('utf8', index === 0 ? 0 : ends.at(index - 1), ends.at(index)),
  };
};

/** A number that equal texts share, and others seldom (FNV-1a). */
const digestOf = (text: string): number => {
  let digest = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) digest = Math.imul(digest ^ text.charCodeAt(i), 0x01000193);
  return digest >>> 0;
};

/** The texts that are there more than once, by what digests say first: few are looked at. */
const repeated = (digests: Float64Array, textAt: (index: number) => string): ReadonlySet<string> => {
  const sorted = digests.toSorted();
  const shared = new Set(sorted.filter((digest, i) => digest === sorted[i + 1]));
  const [once, twice] = [new Set<string>(), new Set<string>()];
  digests.forEach((digest, index) => {
    if (!shared.has(digest)) return;
    const text = textAt(index);
    (once.has(text) ? twice : once).add(text);
  });
  return twice;
};

/** What there is to say of an object that is not as it should be. */
const remark = (state: string, k: number, left: number): string => {
  if (state === 'unfinished') return '  (not finished: put it again)';
  return state === 'lost' ? `  (cannot be read back: ${left} of the ${k} shards it needs are still kept)` : '';
};

/** In place of the shards that are left of an object that can be read back, and of one that is not finished. */
const WHOLE = -1;
const UNFINISHED = -2;
const stateOf = (left: number): string => (left === WHOLE ? 'stored' : left === UNFINISHED ? 'unfinished' : 'lost');

export const createObjectList = ({ head, hasIds, title }: ListForm): ObjectList => {
  const [names, ids] = [createTexts(), createTexts()];
  const [sizes, ks, ns, lefts] = [createNumbers(), createNumbers(), createNumbers(), createNumbers()];
  const [times, digests] = [createNumbers(), createNumbers()];
  const standings: ListedRow['standing'][] = [];
  const lineOf = (index: number, isTwice: (name: string) => boolean): string => {
    const [name, id, left, k] = [names.at(index), ids.at(index), lefts.at(index), ks.at(index)];
    const [state, standing] = [stateOf(left), standings[index]];
    const shape = { k, n: ns.at(index) };
    const row = { state, bytes: sizes.at(index), shape, storedAt: times.at(index), id, ...(standing && { standing }) };
    const rest = title === undefined ? '' : `${isTwice(name) ? `  ${id}` : ''}${remark(state, k, left)}`;
    return `${head(row)}${nameText(name)}${rest}`;
  };
  return {
    add: (object, standing, left) => {
      const { id, name, bytes, k, n, storedAt, state } = object;
      names.add(name);
      ids.add(id);
      sizes.add(bytes);
      ks.add(k);
      ns.add(n);
      lefts.add(left ?? (state === 'stored' ? WHOLE : UNFINISHED));
      times.add(storedAt);
      digests.add(digestOf(name));
      if (standing) standings[times.size - 1] = standing;
    },
    get size() {
      return times.size;
    },
    *lines() {
      const twice = hasIds ? new Set<string>() : repeated(digests.all(), names.at);
      const ordered = Uint32Array.from(times.all().keys());
      ordered.sort((one, other) => times.at(one) - times.at(other) || (ids.at(one) < ids.at(other) ? -1 : 1));
      for (const index of ordered) yield lineOf(index, (name) => twice.has(name));
    },
  };
};
