import { expect } from 'chai';
import { fastest, type Race } from '../../../node/core/tasks/fastest.js';
import { unlessAborted } from '../../../node/core/tasks/waiting.js';
import { reasonOf } from './reason-of.js';

const settle = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A race of `names` that each end when the test says so; `late` makes the hedging sleep end. */
const stage = (names: readonly string[], needed: number, spare: number) => {
  const gates = new Map(names.map((name) => [name, Promise.withResolvers<string>()]));
  const [begun, stopped, failed]: [string[], string[], string[]] = [[], [], []];
  let sleeping = Promise.withResolvers<void>();
  const race: Race<string, string> = {
    candidates: names,
    needed,
    spare,
    hedgeMilliseconds: 500,
    sleep: async (milliseconds, signal) => {
      expect(milliseconds).to.equal(500);
      await unlessAborted(sleeping.promise, signal);
    },
    run: async (name, signal) => {
      begun.push(name);
      const gate = gates.get(name) as PromiseWithResolvers<string>;
      return unlessAborted(gate.promise, signal).catch((error: unknown) => {
        if (signal.aborted) stopped.push(name);
        throw error;
      });
    },
    onFailure: (name, error) => failed.push(`${name}: ${(error as Error).message}`),
  };
  const late = async (): Promise<void> => {
    sleeping.resolve();
    sleeping = Promise.withResolvers();
    await settle();
  };
  const ends = async (name: string): Promise<void> => {
    gates.get(name)?.resolve(`of ${name}`);
    await settle();
  };
  const fails = async (name: string): Promise<void> => {
    gates.get(name)?.reject(new Error('failed'));
    await settle();
  };
  return { race, begun, stopped, failed, late, ends, fails };
};

describe('the fastest of a race', () => {
  it('get time as long as they get on, until one of them is there', async () => {
    const { race, begun, late, ends } = stage(['a', 'b', 'c', 'd'], 2, 0);
    let progress = 0;
    const results = fastest({ ...race, progress: () => progress });
    await settle();
    progress += 1;
    await late();
    expect(begun).to.deep.equal(['a', 'b']);
    await late();
    expect(begun, 'nothing came').to.deep.equal(['a', 'b', 'c']);
    await ends('b');
    progress += 1;
    await late();
    expect(begun, 'the others are late').to.deep.equal(['a', 'b', 'c', 'd']);
    await ends('d');
    expect(await results).to.deep.equal(['of b', 'of d']);
  });

  it('are the first that are needed, in the order in which they came; who is late is stopped', async () => {
    const { race, begun, stopped, ends } = stage(['a', 'b', 'c', 'd'], 2, 1);
    const results = fastest(race);
    await settle();
    expect(begun).to.deep.equal(['a', 'b', 'c']);
    await ends('c');
    await ends('a');
    expect(await results).to.deep.equal(['of c', 'of a']);
    await settle();
    expect(stopped).to.deep.equal(['b']);
  });

  it('are joined by another where one fails, and its failure is heard', async () => {
    const { race, begun, failed, ends, fails } = stage(['a', 'b', 'c'], 2, 0);
    const results = fastest(race);
    await fails('a');
    expect(begun).to.deep.equal(['a', 'b', 'c']);
    await ends('b');
    await ends('c');
    expect(await results).to.deep.equal(['of b', 'of c']);
    expect(failed).to.deep.equal(['a: failed']);
  });

  it('are joined by one more each time that too few have come', async () => {
    const { race, begun, late, ends } = stage(['a', 'b', 'c', 'd'], 1, 0);
    const results = fastest(race);
    await settle();
    expect(begun).to.deep.equal(['a']);
    await late();
    expect(begun).to.deep.equal(['a', 'b']);
    await late();
    expect(begun).to.deep.equal(['a', 'b', 'c']);
    await ends('b');
    expect(await results).to.deep.equal(['of b']);
  });

  it('are fewer where too many fail', async () => {
    const { race, failed, ends, fails } = stage(['a', 'b', 'c'], 2, 0);
    const results = fastest(race);
    await fails('a');
    await fails('c');
    await ends('b');
    expect(await results).to.deep.equal(['of b']);
    expect(failed).to.deep.equal(['a: failed', 'c: failed']);
  });

  it('are given up with the reason of the signal, and nobody is blamed for it', async () => {
    const { race, begun, stopped, failed } = stage(['a', 'b', 'c'], 2, 0);
    const stop = new AbortController();
    const reason = new Error('enough');
    const results = fastest(race, stop.signal);
    await settle();
    stop.abort(reason);
    expect(await reasonOf(results)).to.equal(reason);
    expect([begun, stopped, failed]).to.deep.equal([['a', 'b'], ['a', 'b'], []]);
  });
});
