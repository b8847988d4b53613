import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { wei } from '../../node/core/units.js';
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

  describe('have parts', () => {
    const { signal } = new AbortController();
    const options: RoundOptions = {
      ...{ ahead: 1, periods: 3, budget: wei(0n), revisionWorth: wei(0n), probes: 3, announceAhead: 0, channels: [] },
      signal,
    };
    type Looking = Parameters<typeof lookAfter>[0];
    const fine = {
      tidy: async () => ({}),
      heal: async () => ({ unhealed: [] }),
      renew: async () => ({ renewed: [] }),
      repairWithin: async () => ({ outcomes: [] }),
      compact: async () => ({}),
      refreshShares: async () => ({}),
      challengeDoubted: async () => ({}),
      needs: async () => [],
      announce: async () => ({ told: [], failed: [] }),
    } as unknown as Looking;
    const fail = (reason: string) => () => Promise.reject(new Error(reason));
    const working = {
      tidy: 'tidying',
      heal: 'healing',
      renew: 'renewal',
      repairWithin: 'repair',
      compact: 'compaction',
      refreshShares: 'sharing',
      challengeDoubted: 'challenging',
    } as const;

    for (const [verb, part] of [...Object.entries(working), ['needs', 'needs'], ['announce', 'announcing']] as const)
      it(`of which ${part} may fail, and the others go on`, async () => {
        const { errors, ...parts } = await lookAfter({ ...fine, [verb]: fail('no coin') }, options);
        expect(errors.map((one) => [one.part, one.error.message])).to.deep.equal([[part, 'no coin']]);
        const undone = Object.entries(parts).flatMap(([name, result]) => (result === undefined ? [name] : []));
        expect(undone).to.deep.equal([part]);
      });

    it('and fail with the first if all do, in a dry run too', async () => {
      const all = Object.fromEntries([...Object.keys(working), 'needs'].map((verb, index) => [verb, fail(`no RPC ${index}`)]));
      for (const dryRun of [false, true]) {
        const failure: unknown = await lookAfter({ ...fine, ...all }, { ...options, dryRun }).catch((error: unknown) => error);
        expect((failure as Error).message).to.equal('no RPC 0');
      }
    });

    it('of which a dry run tells nobody, and the others know that it is one', async () => {
      const heard: string[] = [];
      const hear =
        (verb: string, answer: unknown) =>
        async ({ dryRun }: { dryRun?: boolean }) => {
          if (dryRun) heard.push(verb);
          return answer;
        };
      const listening = {
        tidy: hear('tidy', {}),
        heal: hear('heal', { unhealed: [] }),
        renew: hear('renew', { renewed: [] }),
        repairWithin: hear('repair', { outcomes: [] }),
        compact: hear('compact', {}),
        refreshShares: fail('it writes into deals'),
        challengeDoubted: hear('challenge', {}),
        announce: fail('nobody may be told'),
      } as unknown as Looking;
      const { announcing, errors } = await lookAfter({ ...fine, ...listening }, { ...options, dryRun: true });
      expect([announcing, errors, heard]).to.deep.equal([undefined, [], ['tidy', 'heal', 'renew', 'repair', 'compact', 'challenge']]);
    });

    it('of which repair hears who does not take what was made anew, and moves what ends in a third of the time', async () => {
      let heard: unknown;
      const refused = { deal: 'a', reason: 'refused', error: new HoldfastError('PASSWORD_EMPTY', {}) };
      const unhealed = [refused, { deal: 'b', reason: 'enough-lately' }, { deal: 'c', reason: 'unreadable' }];
      const renter = {
        ...fine,
        heal: async () => ({ unhealed }),
        repairWithin: async ({ margin, refusing }: Parameters<Looking['repairWithin']>[0]) => {
          heard = { margin, refusing: [...(refusing ?? [])] };
          return { outcomes: [] };
        },
      } as unknown as Looking;
      await lookAfter(renter, { ...options, ahead: 30 });
      const refusing = [
        ['a', 'PASSWORD_EMPTY'],
        ['b', 'SECTOR_MISSING'],
      ];
      expect(heard).to.deep.equal({ margin: 10, refusing });
    });
  });
});
