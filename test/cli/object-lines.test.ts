import { expect } from 'chai';
import { createObjectList } from '../../node/cli/commands/object-list.js';
import type { ObjectRecord } from '../../node/ports/catalogue.js';

const object = (id: string, name: string, storedAt: number): ObjectRecord =>
  ({ id, name, storedAt, bytes: 10, k: 1, n: 1, state: 'stored', slabs: 0 }) as unknown as ObjectRecord;

const objectLines = (objects: readonly ObjectRecord[], lost: ReadonlyMap<string, number>): readonly string[] => {
  const list = createObjectList();
  for (const each of objects) list.add(each, lost.get(each.id));
  return [...list.lines()];
};

/** Characters before the name. */
const COLUMNS = '       10 B      1 of 1  1970-01-01 00:00  '.length;

describe('what is said of stored objects', () => {
  it('is oldest first, with the id where two have a name, and a mark on what cannot be read back', () => {
    const objects = [object('cc', 'twice', 3), object('aa', 'once', 2), object('bb', 'twice', 1)];
    const lines = objectLines(objects, new Map([['aa', 0]]));
    expect(lines.map((line) => line.slice(COLUMNS).split('  (')[0])).to.deep.equal(['twice  bb', 'once', 'twice  cc']);
    expect(lines.map((line) => line.includes('(cannot be read back: 0 of the 1 shards'))).to.deep.equal([false, true, false]);
  });

  it('stands in columns, with names on one line that do nothing to a terminal', () => {
    const large = { ...object('dd', 'a\nb\u001b[2J', 1_700_000_000_000), bytes: 1023.994 * 2 ** 20, k: 128, n: 255 } as ObjectRecord;
    const lines = objectLines([object('aa', 'once', 2), large], new Map());
    expect(lines).to.deep.equal([
      '       10 B      1 of 1  1970-01-01 00:00  once',
      '1023.99 MiB  128 of 255  2023-11-14 22:13  a\\nb\\x1b[2J',
    ]);
  });

  it('is of each as it should be, of a thousand with names of every kind, and with an id where a name is there twice alone', () => {
    // These two differ, and their digests do not (FNV-1a, 32 bits).
    const names = ['costarring', 'liquid', ...Array.from({ length: 1_000 }, (_, i) => `märz/${'💾'.repeat(i % 90)}${i}`), 'x', 'x'];
    const lines = objectLines(
      names.map((name, i) => object(i.toString(16).padStart(32, '0'), name, 2_000 - i)),
      new Map(),
    );
    const told = names.map((name, i) => {
      const id = name === 'x' ? `  ${i.toString(16).padStart(32, '0')}` : '';
      return `       10 B      1 of 1  1970-01-01 00:00  ${name}${id}`;
    });
    expect(lines).to.deep.equal(told.reverse());
  });
});
