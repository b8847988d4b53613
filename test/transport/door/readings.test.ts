import { expect } from 'chai';
import { createReadings, type ReadingsOptions } from '../../../node/transport/door/readings.js';

const openReadings = (options: Partial<ReadingsOptions> = {}) => {
  const readings = createReadings({ total: 4, perPeer: 2, perAddress: 3, perRange: 3, ...options });
  const evicted: string[] = [];
  const enter = (peer: string, address: string, { range = address, isStranger = true } = {}) =>
    readings.enter({ peer, origin: { address, range }, evict: () => evicted.push(peer) }, isStranger);
  return { readings, evicted, enter };
};

describe('Places in which strangers are heard', () => {
  it('are bounded per peer, whoever it is', () => {
    const { enter } = openReadings();
    enter('mallory', 'm');
    const leave = enter('mallory', 'm');
    expect(() => enter('mallory', 'm', { isStranger: false })).to.throw('2 requests are in hand already');
    leave();
    leave();
    enter('mallory', 'm');
    expect(() => enter('mallory', 'm')).to.throw('2 requests');
  });

  it('are left by the oldest of the address or the range that has too many', () => {
    const { enter, evicted } = openReadings({ total: 9 });
    for (const peer of ['m1', 'm2', 'm3', 'm4']) enter(peer, 'm');
    expect(evicted).to.deep.equal(['m1']);
    for (const peer of ['n1', 'n2', 'n3', 'n4']) enter(peer, `address of ${peer}`, { range: 'n' });
    expect(evicted).to.deep.equal(['m1', 'n1']);
  });

  it('are left, when all are taken, by the oldest from where the most are: a newcomer always gets in', () => {
    const { enter, evicted, readings } = openReadings();
    enter('carol', 'c');
    for (const peer of ['m1', 'm2', 'm3']) enter(peer, 'm');
    enter('alice', 'a');
    expect(evicted).to.deep.equal(['m1']);
    expect(readings.strangers).to.equal(4);
  });

  it('are no matter to acquaintances', () => {
    const { enter, evicted, readings } = openReadings();
    for (const n of [1, 2, 3, 4, 5, 6]) enter(`renter ${n}`, 'house', { isStranger: false });
    expect(evicted).to.have.length(0);
    expect(readings.strangers).to.equal(0);
  });
});
