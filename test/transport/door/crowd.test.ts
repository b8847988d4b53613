import { expect } from 'chai';
import { decideWhoGoes, type CrowdLimits, type Guest } from '../../../node/transport/door/crowd.js';

const limits: CrowdLimits = { connections: 4, connectionsPerPeer: 2, connectionsPerAddress: 3, connectionsPerRange: 3 };
const guest = (peer: string, change: Partial<Guest & { readonly from: string }> = {}): Guest => {
  const { from = peer, ...rest } = change;
  return { peer, origin: { address: from, range: from.split(' ')[0] as string }, standing: 'stranger', isBusy: false, ...rest };
};
const renter = (peer: string, change: Partial<Guest> = {}): Guest => guest(peer, { standing: 'with data', ...change });
const goes = (...guests: Guest[]): string | undefined => {
  const going = decideWhoGoes(guests, limits);
  return going && `${going.peer} ${guests.indexOf(going)}`;
};

describe('When one more connection comes, goes', () => {
  it('nobody, while there is room', () => {
    expect(goes()).to.equal(undefined);
    expect(goes(guest('a'), guest('b'), guest('c'), guest('d'))).to.equal(undefined);
  });

  it('of a peer that has too many its oldest idle one, or the newcomer', () => {
    expect(goes(renter('a', { isBusy: true }), renter('a'), renter('a'))).to.equal('a 1');
    const busy = renter('a', { isBusy: true });
    expect(goes(busy, { ...busy }, { ...busy })).to.equal('a 2');
  });

  it('the oldest stranger of an address or a range that has too many', () => {
    const at = (peer: string, from: string): Guest => guest(peer, { from });
    expect(
      goes(renter('r', { origin: { address: 'net 1', range: 'net' } }), ...['a', 'b', 'c', 'd'].map((peer) => at(peer, 'net 1'))),
    ).to.equal('a 1');
    expect(goes(at('a', 'net 1'), at('b', 'net 2'), at('c', 'net 2'), at('d', 'net 3'))).to.equal('b 1');
  });

  it('the oldest stranger from where the most are, when the house is full', () => {
    expect(goes(guest('a'), guest('m1', { from: 'm' }), renter('r'), guest('m2', { from: 'm' }), guest('b'))).to.equal('m1 1');
    expect(goes(renter('r'), guest('a'), guest('b'), guest('c'), guest('d'))).to.equal('a 1');
  });

  it('an idle renter without data before anybody that has some, and the newcomer if all have', () => {
    const empty = guest('e', { standing: 'without data' });
    expect(goes(renter('a'), { ...empty, isBusy: true }, empty, renter('c'), guest('new'))).to.equal('e 2');
    expect(goes(renter('a'), renter('b'), renter('c'), renter('d'), guest('new'))).to.equal('new 4');
  });
});
