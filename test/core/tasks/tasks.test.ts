import { expect } from 'chai';
import { causesOf } from '../../../node/core/errors/causes.js';
import { drain } from '../../../node/core/tasks/drain.js';
import { inOrder } from '../../../node/core/tasks/in-order.js';
import { retry } from '../../../node/core/tasks/retry.js';
import { createSerial } from '../../../node/core/tasks/serial.js';
import { pause, unlessAborted } from '../../../node/core/tasks/waiting.js';

const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );

/** Work that ends when the test says so, and counts how much of it goes on at once. */
const createWork = () => {
  const gates = new Map<number, PromiseWithResolvers<number>>();
  const begun: number[] = [];
  const stopped: number[] = [];
  return {
    begun,
    stopped,
    end: (item: number) => gates.get(item)?.resolve(item * 10),
    fail: (item: number, error: Error) => gates.get(item)?.reject(error),
    run: async (item: number, signal: AbortSignal): Promise<number> => {
      begun.push(item);
      const gate = Promise.withResolvers<number>();
      gates.set(item, gate);
      try {
        return await unlessAborted(gate.promise, signal);
      } catch (error) {
        stopped.push(item);
        throw error;
      }
    },
  };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Waiting', () => {
  it('ends with the reason of the signal, before and while it waits, and leaves no timer behind', async () => {
    const stop = new AbortController();
    const waiting = failure(pause(60_000, stop.signal));
    stop.abort(new Error('enough'));
    expect(await waiting).to.have.property('message', 'enough');
    expect(await failure(pause(60_000, stop.signal))).to.have.property('message', 'enough');
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).to.have.lengthOf.at.most(1);
  });

  it('leaves the promise that nobody waits for any more unheard', async () => {
    const stop = new AbortController();
    const gate = Promise.withResolvers<void>();
    const waiting = failure(unlessAborted(gate.promise, stop.signal));
    stop.abort(new Error('enough'));
    expect(await waiting).to.have.property('message', 'enough');
    gate.reject(new Error('nobody hears this'));
    await turn();
  });
});

describe('One at a time', () => {
  it('of one key does not run what was given up before its turn, which rejects at once and holds up nobody', async () => {
    const serial = createSerial();
    const [stop, gate] = [new AbortController(), Promise.withResolvers<void>()];
    const told: string[] = [];
    const first = serial('a', async () => void (await gate.promise, told.push('first')));
    const second = serial('a', async () => void told.push('second'), stop.signal);
    const third = serial('a', async () => void told.push('third'), new AbortController().signal);
    const given = new Error('given up');
    stop.abort(given);
    expect(await failure(second)).to.equal(given);
    expect(told).to.deep.equal([]);
    gate.resolve();
    await Promise.all([first, third]);
    expect(told).to.deep.equal(['first', 'third']);
  });

  it('keeps the order of calls within a key, lets other keys pass, and goes on after a failure', async () => {
    const serial = createSerial();
    const told: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = serial('a', async () => {
      await gate.promise;
      told.push('a1');
      throw new Error('a1 failed');
    });
    const second = serial('a', async () => void told.push('a2'));
    await serial('b', async () => void told.push('b1'));
    expect(told).to.deep.equal(['b1']);
    gate.resolve();
    expect(await failure(first)).to.have.property('message', 'a1 failed');
    await second;
    expect(told).to.deep.equal(['b1', 'a1', 'a2']);
  });
});

describe('In order', () => {
  it('hands results on in the order of the items, and never works on more than the width with the one in hand', async () => {
    const work = createWork();
    const told: (readonly [number, number])[] = [];
    const loop = (async () => {
      for await (const one of inOrder([0, 1, 2, 3, 4], 2, work.run)) {
        told.push(one);
        expect(work.begun.length - told.length).to.be.at.most(1);
      }
    })();
    await turn();
    expect(work.begun).to.deep.equal([0, 1]);
    work.end(1);
    await turn();
    expect(told).to.deep.equal([]);
    for (const item of [0, 2, 3, 4]) {
      work.end(item);
      await turn();
    }
    await loop;
    expect(told).to.deep.equal([0, 1, 2, 3, 4].map((item) => [item, item * 10]));
  });

  it('stops what is under way when the loop is left, when work fails and when the signal aborts', async () => {
    const stop = new AbortController();
    const cases = [
      async (work: ReturnType<typeof createWork>) => {
        const loop = (async () => {
          for await (const _ of inOrder([0, 1, 2], 3, work.run)) break;
        })();
        await turn();
        work.end(0);
        await loop;
        return [1, 2];
      },
      async (work: ReturnType<typeof createWork>) => {
        const loop = failure(inOrder([0, 1, 2], 3, work.run).next());
        await turn();
        work.fail(0, new Error('broken'));
        expect(await loop).to.have.property('message', 'broken');
        return [0, 1, 2];
      },
      async (work: ReturnType<typeof createWork>) => {
        const loop = failure(inOrder([0, 1], 2, work.run, stop.signal).next());
        await turn();
        stop.abort(new Error('enough'));
        expect(await loop).to.have.property('message', 'enough');
        return [0, 1];
      },
    ];
    for (const play of cases) {
      const work = createWork();
      expect(await play(work)).to.deep.equal(work.stopped);
    }
  });
});

describe('Retrying', () => {
  it('tries again as long as it is worth it, and says what the last attempt said', async () => {
    let attempts = 0;
    const attempt = async (): Promise<string> => {
      attempts += 1;
      if (attempts < 3) throw new Error(`attempt ${attempts}`);
      return 'done';
    };
    expect(await retry(attempt, () => true)).to.equal('done');
    attempts = 0;
    const error = await failure(retry(attempt, (_, __, failures) => failures < 1));
    expect(error).to.have.property('message', 'attempt 2');
  });

  it('ends in its pause when the signal aborts', async () => {
    const stop = new AbortController();
    const tried = failure(
      retry(
        () => Promise.reject(new Error('again')),
        () => true,
        stop.signal,
      ),
    );
    await turn();
    stop.abort(new Error('enough'));
    expect(await tried).to.have.property('message', 'enough');
  });
});

describe('Causes of an error', () => {
  it('are walked from the outside in, through those that gather several, once each', () => {
    const root = new Error('root');
    const gathered = new AggregateError([new Error('one'), new Error('two', { cause: root }), root], 'all');
    const outer = new Error('outer', { cause: gathered });
    root.cause = outer;
    expect([...causesOf(outer)].map(({ message }) => message)).to.deep.equal(['outer', 'all', 'one', 'two', 'root']);
    expect([...causesOf('no error')]).to.deep.equal([]);
  });

  it('end though the chain does not', () => {
    const endless = (): Error => Object.defineProperty(new Error('again'), 'cause', { get: endless });
    expect([...causesOf(endless())]).to.have.lengthOf(16);
  });
});

describe('Draining a generator', () => {
  const counting = async function* (ended: string[]): AsyncGenerator<number, string> {
    try {
      yield* [1, 2, 3];
      return 'three';
    } finally {
      ended.push('ended');
    }
  };

  it('hands on what it yields and gives what it returns', async () => {
    const [ended, heard]: [string[], number[]] = [[], []];
    expect(await drain(counting(ended), (one) => void heard.push(one))).to.equal('three');
    expect([heard, ended]).to.deep.equal([[1, 2, 3], ['ended']]);
  });

  it('ends it where what is done with an item fails', async () => {
    const ended: string[] = [];
    const full = new Error('full');
    expect(await failure(drain(counting(ended), (one) => (one === 2 ? Promise.reject(full) : undefined)))).to.equal(full);
    expect(ended).to.deep.equal(['ended']);
  });
});
