import { expect } from 'chai';
import { decideStart } from '../../node/chain/rpc/decide-start.js';

describe('deciding how to begin with several RPCs', () => {
  const silent = undefined;

  it('on the chain that is meant, without those of another', () => {
    expect(decideStart([1n, 1n], 1n)).to.deep.equal({ kind: 'serve', chainId: 1n, foreign: [] });
    expect(decideStart([2n, 1n, 3n], 1n)).to.deep.equal({ kind: 'serve', chainId: 1n, foreign: [0, 2] });
    expect(decideStart([silent, 1n, 2n], 1n)).to.deep.equal({ kind: 'serve', chainId: 1n, foreign: [2] });
  });

  it('not at all where all serve another, which is a mistake in the settings', () => {
    expect(decideStart([2n, 3n], 1n)).to.deep.equal({ kind: 'refuse', foreign: 0, expected: 1n });
  });

  it('later where one is silent that may serve it', () => {
    expect(decideStart([2n, silent], 1n)).to.deep.equal({ kind: 'wait', foreign: [0] });
    expect(decideStart([silent, silent], 1n)).to.deep.equal({ kind: 'wait', foreign: [] });
    expect(decideStart([silent], undefined)).to.deep.equal({ kind: 'wait', foreign: [] });
  });

  it('on the chain of the first that answers, where none is meant: then all must serve it', () => {
    expect(decideStart([silent, 5n, 5n], undefined)).to.deep.equal({ kind: 'serve', chainId: 5n, foreign: [] });
    expect(decideStart([5n, 5n, 6n], undefined)).to.deep.equal({ kind: 'refuse', foreign: 2, expected: 5n });
  });
});
