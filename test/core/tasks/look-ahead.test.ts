import { expect } from 'chai';
import { createLookAhead } from '../../../node/core/tasks/look-ahead.js';
import { collect } from '../../support/collect.js';

describe('who looks ahead', () => {
  it('sees what comes next, which stays there until it is taken, and asks for each once', async () => {
    const rest = ['a', 'b', 'c'];
    let asked = 0;
    const ahead = createLookAhead(async () => ((asked += 1), rest.shift()));
    expect([await ahead.peek(), await ahead.peek(), asked]).to.deep.equal(['a', 'a', 1]);
    expect(await collect(ahead.take(2))).to.deep.equal(['a', 'b']);
    expect(asked, 'no further than was taken').to.equal(2);
    expect(await collect(ahead.take(2))).to.deep.equal(['c']);
    expect(await ahead.peek()).to.equal(undefined);
  });

  it('throws what went wrong, and goes on with what comes then', async () => {
    const steps = [() => Promise.reject(new Error('broken')), async () => 'whole'];
    const ahead = createLookAhead(async () => steps.shift()?.());
    expect(await ahead.peek().catch((error: unknown) => error)).to.have.property('message', 'broken');
    expect(await ahead.peek()).to.equal('whole');
  });
});
