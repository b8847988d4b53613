import { expect } from 'chai';
import { runRounds, type Round } from '../../node/app/renter-rounds.js';

describe('Rounds of looking after files', () => {
  it('follow each other with a pause, past one that failed, until the signal', async () => {
    const stop = new AbortController();
    const round = { healing: {} } as Round;
    const heard: unknown[] = [];
    const slept: number[] = [];
    let rounds = 0;
    await runRounds({
      perform: async () => {
        if (++rounds === 2) throw new Error('the chain is gone');
        return round;
      },
      onRound: (one) => heard.push(one),
      onFailure: (error) => heard.push((error as Error).message),
      pause: 7,
      clock: {
        sleep: async (milliseconds) => {
          slept.push(milliseconds);
          if (slept.length === 3) stop.abort();
        },
      },
      signal: stop.signal,
    });
    expect(heard).to.deep.equal([round, 'the chain is gone', round]);
    expect(slept).to.deep.equal([7, 7, 7]);
  });

  it('end without a word where the signal stops one', async () => {
    const stop = new AbortController();
    await runRounds({
      perform: (signal) => {
        stop.abort(new Error('stopped'));
        return Promise.reject(signal.reason as Error);
      },
      onRound: () => expect.fail('it was stopped'),
      onFailure: () => expect.fail('that is no failure'),
      pause: 1,
      clock: { sleep: async (_, signal) => signal?.throwIfAborted() },
      signal: stop.signal,
    });
  });
});
