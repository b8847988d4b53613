import { expect } from 'chai';
import { printable } from '../../node/cli/printable.js';

describe('what a terminal is given', () => {
  it('is text as it was written, with its line breaks, tabs, accents and joined emoji', () => {
    const text = 'märz\t“letters”\n家族 👩‍👩‍👧\n';
    expect(printable(text)).to.equal(text);
  });

  it('is nothing that it obeys, and nothing that turns text around', () => {
    expect(printable('a\u001b[2Jb\u0007c\rd\u009be\u007f')).to.equal('a�[2Jb�c�d�e�');
    expect(printable('gpj.\u202egnp')).to.equal('gpj.�gnp');
    expect(printable('\u2066x\u2069')).to.equal('�x�');
  });
});
