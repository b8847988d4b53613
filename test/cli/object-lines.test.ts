import { expect } from 'chai';
import { argumentText, objectLines } from '../../node/cli/commands/object-lines.js';
import type { ObjectRecord } from '../../node/ports/catalogue.js';

const object = (id: string, name: string, storedAt: number): ObjectRecord =>
  ({ id, name, storedAt, bytes: 10, k: 1, n: 1, state: 'stored', slabs: [] }) as unknown as ObjectRecord;

describe('what is said of stored objects', () => {
  it('is oldest first, with the id where two have a name, and a mark on what cannot be read back', () => {
    const objects = [object('cc', 'twice', 3), object('aa', 'once', 2), object('bb', 'twice', 1)];
    const lines = objectLines(objects, new Map([['aa', 0]]));
    expect(lines.map((line) => line.split('  10 B')[0])).to.deep.equal(['twice  bb', 'once', 'twice  cc']);
    expect(lines.map((line) => line.includes('(cannot be read back: 0 of the 1 shards'))).to.deep.equal([false, true, false]);
  });

  it('can be pasted into a shell', () => {
    expect(['a.tar', 'my file', "it's", '-rf', '-r f', '$HOME'].map(argumentText)).to.deep.equal([
      'a.tar',
      "'my file'",
      "'it'\\''s'",
      '-- -rf',
      "-- '-r f'",
      "'$HOME'",
    ]);
  });
});
