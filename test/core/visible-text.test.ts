import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { nameText, visibleLine, visibleLines } from '../../node/core/visible-text.js';

describe('what a terminal is given', () => {
  it('is text as it was written, with its accents and joined emoji, and lines with their breaks and tabs', () => {
    const text = 'märz “letters” 家族 👩‍👩‍👧';
    expect(visibleLine(text)).to.equal(text);
    expect(visibleLines(`${text}\n\t${text}\n`)).to.equal(`${text}\n\t${text}\n`);
  });

  it('is nothing that it obeys, and nothing that turns text around or hides: that is written out', () => {
    expect(visibleLine('a\u001b[2Jb\u0007c\rd\u009be\u007f\n')).to.equal('a\\x1b[2Jb\\x07c\\rd\\u009be\\u007f\\n');
    expect(visibleLines('gpj.\u202egnp')).to.equal('gpj.\\u202egnp');
    expect(visibleLine('a\u00ad\u180e\u3164\ufff9b')).to.equal('a\\u00ad\\u180e\\u3164\\ufff9b');
    expect(visibleLine('\u2066x\u2069\u200b\ufeff\u2028')).to.equal('\\u2066x\\u2069\\u200b\\ufeff\\u2028');
  });

  it('tells a name with a line break from one that only looks like it', () => {
    expect([nameText('a\nb'), nameText('a\\nb')]).to.deep.equal(['a\\nb', 'a\\\\nb']);
  });

  it('has errors on one line, whatever names they tell of, and the facts as they are', () => {
    const error = new HoldfastError('OBJECT_MISSING', { name: 'a\nb\u001b[2J' });
    expect(error.message).to.equal('the catalogue has no object "a\\nb\\x1b[2J"');
    expect(error.data.name).to.equal('a\nb\u001b[2J');
  });
});
