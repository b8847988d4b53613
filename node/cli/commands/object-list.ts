import { nameText } from '../../core/visible-text.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import { showMinute, showSize } from '../amounts.js';

/** Objects as people are told of them: kept as packed text until all are there, since there may be hundreds of thousands. */
export interface ObjectList {
  /** `left` shards are kept of one that cannot be read back. */
  add(object: ObjectRecord, left?: number): void;
  /**
   * A line for each, oldest first: size, shape and time in columns, then the name, whatever its length, with its id where it is there twice, and what is not as
   * it should be.
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
const remark = ({ state, k }: ObjectRecord, left: number | undefined): string => {
  if (state !== 'stored') return '  (not finished: put it again)';
  return left === undefined ? '' : `  (cannot be read back: ${left} of the ${k} shards it needs are still kept)`;
};

/** Characters that "1023.99 MiB" and "128 of 255" take. */
const SIZE_WIDTH = 11;
const SHAPE_WIDTH = 10;

export const createObjectList = (): ObjectList => {
  const [names, ids, heads, remarks] = [createTexts(), createTexts(), createTexts(), createTexts()];
  const [times, digests] = [createNumbers(), createNumbers()];
  return {
    add: (object, left) => {
      const { id, name, bytes, k, n, storedAt } = object;
      names.add(name);
      ids.add(id);
      heads.add(`${showSize(bytes).padStart(SIZE_WIDTH)}  ${`${k} of ${n}`.padStart(SHAPE_WIDTH)}  ${showMinute(storedAt)}  `);
      remarks.add(remark(object, left));
      times.add(storedAt);
      digests.add(digestOf(name));
    },
    get size() {
      return times.all().length;
    },
    *lines() {
      const twice = repeated(digests.all(), names.at);
      const ordered = Uint32Array.from(times.all().keys());
      ordered.sort((one, other) => times.at(one) - times.at(other) || (ids.at(one) < ids.at(other) ? -1 : 1));
      for (const index of ordered) {
        const name = names.at(index);
        yield `${heads.at(index)}${nameText(name)}${twice.has(name) ? `  ${ids.at(index)}` : ''}${remarks.at(index)}`;
      }
    },
  };
};
