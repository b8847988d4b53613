import { expect } from 'chai';
import { parseRange, rangeOf } from '../../../node/core/data/range-request.js';
import { throwsCoded } from '../../support/coded-errors.js';

const letters = { name: 'letters', bytes: 1_000 };
const bytesOf = (text: string): readonly number[] => {
  const { start, end } = rangeOf(parseRange(text), letters);
  return [start, end];
};

describe('bytes of a file, as HTTP asks for them', () => {
  it('are from the first to the last one, to the end, or so many at the end', () => {
    expect(bytesOf('0-0')).to.deep.equal([0, 1]);
    expect(bytesOf('100-199')).to.deep.equal([100, 200]);
    expect(bytesOf('999-')).to.deep.equal([999, 1_000]);
    expect(bytesOf('-1')).to.deep.equal([999, 1_000]);
  });

  it('end where the file does, and begin where it begins', () => {
    expect(bytesOf('900-5000')).to.deep.equal([900, 1_000]);
    expect(bytesOf('-5000')).to.deep.equal([0, 1_000]);
    expect(bytesOf('0-')).to.deep.equal([0, 1_000]);
  });

  it('are none behind the end, none of nothing, and none of an empty file', () => {
    for (const text of ['1000-', '1000-1000', '5000-6000', '-0']) throwsCoded(() => bytesOf(text), 'RANGE_BEYOND_END');
    throwsCoded(() => rangeOf({ first: 0 }, { name: 'empty', bytes: 0 }), 'RANGE_BEYOND_END');
    throwsCoded(() => rangeOf({ suffix: 5 }, { name: 'empty', bytes: 0 }), 'RANGE_BEYOND_END');
  });

  it('are written in no other way', () => {
    for (const text of [
      '',
      '-',
      '5',
      '5-4',
      '0-1,3-4',
      'bytes=0-1',
      ' 0-1',
      '0x1-2',
      '1.5-2',
      '--5',
      '9007199254740993-',
      '0-99999999999999999',
    ])
      expect(() => parseRange(text), text).to.throw(RangeError);
  });
});
