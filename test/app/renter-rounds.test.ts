import { expect } from 'chai';
import { lookAfter, runRounds, type Round, type RoundOptions } from '../../node/app/renter-rounds.js';

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

  describe('have three parts', () => {
    const options = { ahead: 1, periods: 3, budget: 0n, signal: new AbortController().signal } as unknown as RoundOptions;
    const fine = { tidy: async () => ({}), renew: async () => ({}), heal: async () => ({}) } as unknown as Parameters<typeof lookAfter>[0];
    const fail = (reason: string) => () => Promise.reject(new Error(reason));

    it('of which one may fail, and the others go on', async () => {
      const { tidying, renewal, healing, errors } = await lookAfter({ ...fine, tidy: fail('no coin') }, options);
      expect([tidying, renewal, healing]).to.deep.equal([undefined, {}, {}]);
      expect(errors.map(({ message }) => message)).to.deep.equal(['no coin']);
    });

    it('and fail with the first if all do, in a dry run if both', async () => {
      const all = { tidy: fail('no RPC'), renew: fail('still none'), heal: fail('none') };
      for (const dryRun of [false, true]) {
        const failure: unknown = await lookAfter(all, { ...options, dryRun }).catch((error: unknown) => error);
        expect((failure as Error).message).to.equal('no RPC');
      }
    });

    it('and ask nothing of providers in a dry run', async () => {
      const { healing } = await lookAfter({ ...fine, heal: fail('asked') }, { ...options, dryRun: true });
      expect(healing).to.equal(undefined);
    });
  });
});
