import { expect } from 'chai';
import { jsonLine, jsonText } from '../../node/app/json-text.js';
import { visibleLines } from '../../node/core/visible-text.js';

const odd = { name: 'a\u001b[2J\u009b2J\u007f\u202e\u00ad\u2028\n\\u009b\t"', amount: 10n ** 30n, list: ['\u200b'] };
const read = { ...odd, amount: `1${'0'.repeat(30)}` };

describe('an answer in JSON', () => {
  it('holds nothing that a terminal obeys, whatever names it has, and programs read them as they are', () => {
    for (const text of [jsonText(odd), jsonLine(odd)]) {
      expect(visibleLines(text)).to.equal(text);
      expect(JSON.parse(text)).to.deep.equal(read);
    }
  });

  it('is one line where lines are read', () => {
    expect(jsonLine(odd)).to.not.include('\n');
  });
});
