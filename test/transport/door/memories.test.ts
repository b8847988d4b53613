import { expect } from 'chai';
import { multiaddr } from '@multiformats/multiaddr';
import { dealId } from '../../../node/core/units.js';
import { createAcquaintances } from '../../../node/transport/door/acquaintances.js';
import { createAllowance } from '../../../node/transport/door/allowance.js';
import { originOf } from '../../../node/transport/door/origin.js';
import { createTally } from '../../../node/transport/door/tally.js';

const admission = (n: number) => ({ deal: dealId(`0x${n.toString(16).padStart(64, '0')}`), hasData: true });

describe('What a host remembers of peers', () => {
  it('is a deal for a time, counted from its last request', () => {
    let now = 0;
    const { meet, of } = createAcquaintances({ deals: 9, peersPerDeal: 9, milliseconds: 100, now: () => now });
    expect(of('alice')).to.equal(undefined);
    meet('alice', admission(1));
    now = 99;
    meet('alice', admission(2));
    now = 198;
    expect(of('alice')).to.deep.equal(admission(2));
    now = 199;
    expect(of('alice')).to.equal(undefined);
  });

  it('is of a few peers of each deal and of so many deals; the oldest are forgotten', () => {
    const { meet, of, forget } = createAcquaintances({ deals: 2, peersPerDeal: 2, milliseconds: 100, now: () => 0 });
    for (const peer of ['a1', 'a2', 'a3']) meet(peer, admission(1));
    expect(['a1', 'a2', 'a3'].map((peer) => of(peer) !== undefined)).to.deep.equal([false, true, true]);
    meet('b', admission(2));
    meet('a2', admission(1));
    meet('c', admission(3));
    expect(['a2', 'b', 'c'].map((peer) => of(peer) !== undefined)).to.deep.equal([true, false, true]);
    forget('c');
    expect(of('c')).to.equal(undefined);
  });

  it('is of whoever has a deal as before, however many have a link that reads in it', () => {
    const { meet, of } = createAcquaintances({ deals: 9, peersPerDeal: 2, milliseconds: 100, now: () => 0 });
    meet('alice', admission(1));
    const readers = Array.from({ length: 5 }, (_, index) => `reader ${index}`);
    for (const reader of readers) meet(reader, { ...admission(1), hasData: false });
    expect(of('alice')).to.deep.equal(admission(1));
    expect(readers.filter((reader) => of(reader) !== undefined)).to.deep.equal(readers.slice(-2));
  });

  it('is a count that halves with time, and what they may still spend', () => {
    let now = 0;
    const tally = createTally({ halfLifeMilliseconds: 10, remembered: 2, now: () => now });
    for (const key of ['m', 'm', 'm', 'm', 'a']) tally.add(key);
    now = 20;
    expect([tally.of('m'), tally.of('a')]).to.deep.equal([1, 0.25]);
    for (const key of ['b', 'c']) tally.add(key);
    expect([tally.of('m'), tally.of('c')]).to.deep.equal([0, 1]);

    const allowance = createAllowance({ atOnce: 2, perSecond: 1, remembered: 2, now: () => now });
    expect([allowance.spend('m'), allowance.spend('m'), allowance.spend('m')]).to.deep.equal([true, true, false]);
    now += 1_000;
    expect([allowance.spend('m'), allowance.spend('m'), allowance.spend('a', 3)]).to.deep.equal([true, false, false]);
  });
});

describe('Where a connection comes from', () => {
  const origins = (addresses: readonly string[]) => addresses.map((address) => originOf(multiaddr(address)));

  it('is an IPv4 address and its /24, also when IPv6 writes it', () => {
    const [one, port, neighbour, stranger, mapped] = origins([
      '/ip4/10.1.2.3/tcp/1',
      '/ip4/10.1.2.3/tcp/2',
      '/ip4/10.1.2.4/tcp/1',
      '/ip4/10.1.3.3/tcp/1',
      '/ip6/::ffff:10.1.2.3/tcp/1',
    ]);
    expect(port).to.deep.equal(one);
    expect(mapped).to.deep.equal(one);
    expect(neighbour?.address).not.to.equal(one?.address);
    expect(neighbour?.range).to.equal(one?.range);
    expect(stranger?.range).not.to.equal(one?.range);
  });

  it('is the /64 and the /48 of an IPv6 address', () => {
    const [one, same, site, stranger] = origins([
      '/ip6/2001:db8:1:2::1/tcp/1',
      '/ip6/2001:db8:1:2:ffff::9/tcp/7',
      '/ip6/2001:db8:1:3::1/tcp/1',
      '/ip6/2001:db8:2:2::1/tcp/1',
    ]);
    expect(same).to.deep.equal(one);
    expect(site?.address).not.to.equal(one?.address);
    expect(site?.range).to.equal(one?.range);
    expect(stranger?.range).not.to.equal(one?.range);
  });

  it('is the whole text of any other', () => {
    expect(origins(['/memory/host-1'])[0]).to.deep.equal({ address: '/memory/host-1', range: '/memory/host-1' });
  });
});
