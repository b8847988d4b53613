import { expect } from 'chai';
import { inFlight } from '../../../node/core/tasks/in-flight.js';
import { pause, untilAborted } from '../../../node/core/tasks/waiting.js';
import { reasonOf } from './reason-of.js';

describe('bounded parallel work', () => {
  it('works on every item once, begun in order, and never on more than its width', async () => {
    const begun: number[] = [];
    let [running, most] = [0, 0];
    await inFlight(Array(20).keys(), 3, undefined, async (item) => {
      begun.push(item);
      most = Math.max(most, ++running);
      await pause(item % 3);
      running--;
    });
    expect(begun).to.deep.equal([...Array(20).keys()]);
    expect(most).to.equal(3);
    expect(running).to.equal(0);
  });

  it('goes on to the next item wherever one is done: one that is slow holds up one place only', async () => {
    const slow = Promise.withResolvers<void>();
    const done: string[] = [];
    const all = inFlight(['slow', 'a', 'b', 'c'], 2, undefined, async (item) => {
      if (item === 'slow') await slow.promise;
      done.push(item);
      if (item === 'c') slow.resolve();
    });
    await all;
    expect(done).to.deep.equal(['a', 'b', 'c', 'slow']);
  });

  it('stops at the first failure, waits until what was under way has ended, and throws it', async () => {
    const failure = new Error('failed');
    const told: string[] = [];
    const all = inFlight(['waits', 'fails', 'never begun'], 2, undefined, async (item, signal) => {
      told.push(item);
      if (item === 'fails') throw failure;
      await untilAborted(signal);
      expect(signal.reason).to.equal(failure);
      await pause(5);
      told.push('ended');
      throw new Error('a later failure');
    });
    expect(await reasonOf(all)).to.equal(failure);
    expect(told).to.deep.equal(['waits', 'fails', 'ended']);
  });

  it('stops with the reason of the signal and begins nothing more', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    let begun = 0;
    const all = inFlight([1, 2, 3, 4], 2, stop.signal, async (_, signal) => {
      if (++begun === 2) stop.abort(reason);
      await untilAborted(signal);
    });
    expect(await reasonOf(all)).to.equal(reason);
    expect(begun).to.equal(2);
    expect(await reasonOf(inFlight([1], 1, stop.signal, async () => void begun++))).to.equal(reason);
    expect(begun).to.equal(2);
  });

  it('throws what its items threw', async () => {
    const failure = new Error('no more items');
    const items = function* (): Generator<number> {
      yield 1;
      throw failure;
    };
    expect(await reasonOf(inFlight(items(), 2, undefined, async () => undefined))).to.equal(failure);
    await inFlight([], 2, undefined, () => expect.fail('there is nothing to do'));
  });

  it('begins no more lanes than there are items, however wide', async () => {
    const done: number[] = [];
    await inFlight([1, 2, 3], Infinity, undefined, async (item) => void done.push(item));
    expect(done).to.deep.equal([1, 2, 3]);
  });
});
