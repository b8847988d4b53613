import { expect } from 'chai';
import { awaitChain } from '../../node/app/await-chain.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createManualClock } from '../support/manual-clock.js';
import { createRecordedLog } from '../support/recorded-log.js';

const unreachable = new HoldfastError('RPC_UNREACHABLE', { url: 'http://127.0.0.1:1', reason: 'refused' });
const behind = new HoldfastError('RPC_BEHIND', { url: 'http://127.0.0.1:1', block: 5, deployment: 20 });
const wrong = new HoldfastError('WRONG_CHAIN', { url: 'http://127.0.0.1:1', expected: 1n, actual: 2n });

describe('waiting for a chain', () => {
  const { signal } = new AbortController();
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const wait = (answers: readonly (Error | 'the chain')[]) => {
    const [clock, log] = [createManualClock(), createRecordedLog()];
    let tries = 0;
    const connect = async (): Promise<string> => {
      const answer = answers[Math.min(tries++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer ?? '';
    };
    return { clock, log, connect, tries: () => tries };
  };

  it('tries for hours, no more often than every quarter of a minute in the end, and alarms once for each kind of error', async () => {
    const { clock, log, connect, tries } = wait([...Array<Error>(500).fill(unreachable), behind, behind, 'the chain']);
    const found = awaitChain({ connect, clock, log }, signal);
    for (let second = 0; second < 7_400; second++) {
      clock.advance(1_000);
      await turn();
    }
    clock.advance(15_000);
    for (let quarter = 0; quarter < 20; quarter++) {
      clock.advance(15_000);
      await turn();
    }
    expect(await found).to.equal('the chain');
    expect(tries()).to.equal(503);
    expect(log.events('alarm')).to.deep.equal(['chain-missing', 'chain-missing']);
    expect(log.events('info')).to.deep.equal(['chain-found']);
    expect(log.lines.at(-1)?.facts['seconds']).to.be.greaterThan(7_000);
  });

  it('says nothing of a chain that is there, and rejects at once with what waiting does not mend', async () => {
    const there = wait(['the chain']);
    expect(await awaitChain(there, signal)).to.equal('the chain');
    const other = wait([wrong, 'the chain']);
    await rejectsCoded(awaitChain(other, signal), 'WRONG_CHAIN');
    expect([there.log.lines, other.log.lines]).to.deep.equal([[], []]);
  });

  it('ends with its signal, in a pause and while an RPC is silent, and discards what comes too late', async () => {
    for (const isSilent of [false, true]) {
      const stop = new AbortController();
      const late = Promise.withResolvers<string>();
      const discarded: string[] = [];
      const { clock, log, connect } = wait([unreachable]);
      const waiting = awaitChain(
        { connect: isSilent ? () => late.promise : connect, discard: async (chain) => void discarded.push(chain), clock, log },
        stop.signal,
      );
      const ended = waiting.then(
        () => 'found',
        (error: unknown) => error,
      );
      await turn();
      stop.abort();
      expect(await ended).to.equal(stop.signal.reason);
      late.resolve('too late');
      await turn();
      expect(discarded).to.deep.equal(isSilent ? ['too late'] : []);
    }
  });
});
