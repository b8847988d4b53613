import { expect } from 'chai';
import { createObjectList } from '../../node/cli/commands/object-list.js';
import { listForm } from '../../node/cli/commands/list-columns.js';
import { wei } from '../../node/core/units.js';
import type { ObjectRecord } from '../../node/ports/catalogue.js';

const object = (id: string, name: string, storedAt: number): ObjectRecord =>
  ({ id, name, storedAt, bytes: 10, k: 1, n: 1, state: 'stored', slabs: 0 }) as unknown as ObjectRecord;

const objectLines = (
  objects: readonly ObjectRecord[],
  lost: ReadonlyMap<string, number>,
  form = listForm(80, false),
): readonly string[] => {
  const list = createObjectList(form);
  for (const each of objects) list.add(each, undefined, lost.get(each.id));
  return [...list.lines()];
};

/** Characters before the name on a terminal of 80. */
const COLUMNS = '       10 B  1970-01-01 00:00        1 of 1  '.length;

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
      '       10 B  1970-01-01 00:00        1 of 1  once',
      '1023.99 MiB  2023-11-14 22:13    128 of 255  a\\nb\\x1b[2J',
    ]);
  });

  it('has as many columns as the screen is wide, and always room for a name', () => {
    const standing = { health: '5 of 6', until: '2027-02-28', month: wei(15n * 10n ** 15n) };
    const shown = (width: number, asked: boolean) => {
      const form = listForm(width, asked);
      const row = { state: 'stored', bytes: 10, shape: { k: 4, n: 6 }, storedAt: 2, id: 'a'.repeat(32), standing };
      expect(form.head(row).length).to.be.at.most(width - 20);
      expect(form.title?.length).to.equal(form.head(row).length + 'name'.length);
      return form.title?.trim().split(/ {2,}/);
    };
    expect(shown(30, true)).to.deep.equal(['name']);
    expect(shown(60, false)).to.deep.equal(['size', 'stored', 'name']);
    expect(shown(60, true)).to.deep.equal(['size', 'health', 'paid until', 'name']);
    expect(shown(80, true)).to.deep.equal(['size', 'health', 'paid until', 'a month', 'name']);
    expect(shown(200, false)).to.deep.equal(['size', 'stored', 'shards', 'id', 'name']);
    expect(shown(200, true)).to.deep.equal(['size', 'health', 'paid until', 'a month', 'stored', 'shards', 'id', 'name']);
    expect(listForm(80, true).head({ state: 'stored', bytes: 10, shape: { files: 2 }, standing })).to.equal(
      '       10 B        5 of 6  2027-02-28       0.015 HOLD  ',
    );
  });

  it('has for programs a line of tabs, with the same fields whatever is known', () => {
    const half = { ...object('bb', 'tab\there', 3), state: 'placing' } as ObjectRecord;
    expect(
      objectLines([object('aa', 'once', 2), object('cc', 'once', 4), half], new Map([['cc', 0]]), listForm(undefined, false)),
    ).to.deep.equal([
      'stored\t10\t1970-01-01 00:00\t1 of 1\taa\tonce',
      'unfinished\t10\t1970-01-01 00:00\t1 of 1\tbb\ttab\\there',
      'lost\t10\t1970-01-01 00:00\t1 of 1\tcc\tonce',
    ]);
    expect(listForm(undefined, true).head({ state: 'folder', bytes: 7, shape: { files: 1 } })).to.equal(
      'folder\t7\t-\t-\t-\t-\t1 file\t-\t',
    );
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
      return `       10 B  1970-01-01 00:00        1 of 1  ${name}${id}`;
    });
    expect(lines).to.deep.equal(told.reverse());
  });
});
