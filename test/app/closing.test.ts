import { expect } from 'chai';
import { Closing } from '../../node/app/closing.js';

describe('what was opened', () => {
  const note = (closing: Closing, log: string[], ...names: readonly string[]): void => {
    for (const name of names) closing.defer(() => log.push(name));
  };

  it('is closed in the opposite order, once', async () => {
    const log: string[] = [];
    const closing = new Closing();
    note(closing, log, 'first', 'second');
    closing.use({ [Symbol.asyncDispose]: () => Promise.resolve(void log.push('third')) });
    await closing[Symbol.asyncDispose]();
    await closing[Symbol.asyncDispose]();
    expect(log).to.deep.equal(['third', 'second', 'first']);
  });

  it('is closed to the end although a step fails, whose error is told', async () => {
    const log: string[] = [];
    const closing = new Closing();
    note(closing, log, 'first');
    closing.defer(() => Promise.reject(new Error('stuck')));
    note(closing, log, 'third');
    const failure: unknown = await closing[Symbol.asyncDispose]().catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'stuck');
    expect(log).to.deep.equal(['third', 'first']);
  });

  it('is closed when the work on it fails, unless it was handed on', async () => {
    const log: string[] = [];
    const work = async (hand: boolean): Promise<Closing | undefined> => {
      await using closing = new Closing();
      note(closing, log, hand ? 'handed on' : 'closed');
      return hand ? closing.move() : undefined;
    };
    await work(false);
    const kept = await work(true);
    expect(log).to.deep.equal(['closed']);
    await kept?.[Symbol.asyncDispose]();
    expect(log).to.deep.equal(['closed', 'handed on']);
  });
});
