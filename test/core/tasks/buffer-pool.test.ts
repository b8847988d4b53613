import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { createBufferPool, type Loan } from '../../../node/core/tasks/buffer-pool.js';

const giveBack = (loan: Loan | undefined): void => loan?.[Symbol.dispose]();
const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('a pool of buffers', () => {
  it('lends the same memory again and again', async () => {
    const pool = createBufferPool({ buffers: 2, bytes: 1000 });
    const first = await pool.take(100);
    first.bytes.fill(7);
    giveBack(first);
    const second = await pool.take(60);
    expect(second.bytes).to.deep.equal(new Uint8Array(60).fill(7));
    expect(pool.held).to.deep.equal({ lent: 1, idle: 0, bytes: 100 });
  });

  it('leaves nothing to who gave back: no bytes, no view of them', async () => {
    const pool = createBufferPool({ buffers: 1, bytes: 100 });
    const loan = await pool.take(100);
    const { bytes } = loan;
    const part = bytes.subarray(10, 20);
    giveBack(loan);
    expect([bytes.length, part.length]).to.deep.equal([0, 0]);
    expect(() => bytes.set([1])).to.throw(TypeError);
    expect(() => loan.bytes).to.throw(TypeError, 'given back');
    const next = await pool.take(100);
    giveBack(loan);
    expect(pool.held, 'a second time gives nothing back').to.deep.equal({ lent: 1, idle: 0, bytes: 100 });
    expect(next.bytes).to.have.length(100);
  });

  it('takes the smallest idle buffer that is large enough', async () => {
    const pool = createBufferPool({ buffers: 3, bytes: 1000 });
    for (const loan of await Promise.all([300, 100, 200].map((length) => pool.take(length)))) giveBack(loan);
    expect((await pool.take(150)).bytes.buffer.byteLength).to.equal(200);
    expect((await pool.take(1)).bytes.buffer.byteLength).to.equal(100);
  });

  it('lets idle buffers go where room for a larger one is needed, the count and the bytes kept', async () => {
    const pool = createBufferPool({ buffers: 2, bytes: 1000 });
    for (const loan of await Promise.all([400, 500].map((length) => pool.take(length)))) giveBack(loan);
    expect(pool.held).to.deep.equal({ lent: 0, idle: 2, bytes: 900 });
    const large = await pool.take(600);
    expect(pool.held, 'neither fits beside it').to.deep.equal({ lent: 1, idle: 0, bytes: 600 });
    giveBack(large);
    giveBack(await pool.take(700));
    expect(pool.held).to.deep.equal({ lent: 0, idle: 1, bytes: 700 });
  });

  it('keeps nothing idle once nothing is lent, where that is wanted', async () => {
    const pool = createBufferPool({ buffers: 3, bytes: 1000, whileLent: true });
    const [first, second] = await Promise.all([pool.take(100), pool.take(200)]);
    giveBack(first);
    expect(pool.held).to.deep.equal({ lent: 1, idle: 1, bytes: 300 });
    giveBack(second);
    expect(pool.held).to.deep.equal({ lent: 0, idle: 0, bytes: 0 });
    expect((await pool.take(100)).bytes).to.have.length(100);
  });

  it('serves who waits in turn, a large one before a small one that came later', async () => {
    const pool = createBufferPool({ buffers: 9, bytes: 100 });
    const first = await pool.take(60);
    const order: string[] = [];
    const large = pool.take(90).then((loan) => (order.push('large'), loan));
    const small = pool.take(10).then((loan) => (order.push('small'), loan));
    await turn();
    expect(order).to.deep.equal([]);
    expect(pool.takeNow(10), 'nobody passes those who wait').to.equal(undefined);
    giveBack(first);
    await Promise.all([large, small]);
    expect(order).to.deep.equal(['large', 'small']);
  });

  it('stops waiting when the signal aborts, and lets the next one have its turn', async () => {
    const pool = createBufferPool({ buffers: 9, bytes: 100 });
    const first = await pool.take(60);
    const stop = new AbortController();
    const large = failureOf(pool.take(90, stop.signal));
    const small = pool.take(40);
    stop.abort(new Error('enough'));
    expect(await large).to.have.property('message', 'enough');
    expect((await small).bytes).to.have.length(40);
    expect(await failureOf(pool.take(1, stop.signal))).to.have.property('message', 'enough');
    giveBack(first);
    expect(pool.held).to.deep.include({ lent: 1 });
  });

  it('is not disturbed by a signal that aborts after the turn has come', async () => {
    const pool = createBufferPool({ buffers: 1, bytes: 100 });
    const first = await pool.take(1);
    const stop = new AbortController();
    const [second, third] = [pool.take(2, stop.signal), pool.take(3)];
    giveBack(first);
    stop.abort(new Error('late'));
    giveBack(await second);
    expect((await third).bytes).to.have.length(3);
  });

  it('takes back what was in another thread, and makes a new one for what was lost there', async () => {
    const pool = createBufferPool({ buffers: 1, bytes: 100 });
    const loan = await pool.take(80);
    loan.bytes.fill(3);
    const away = structuredClone(loan.bytes, { transfer: [loan.bytes.buffer] });
    expect(() => loan.bytes, 'meanwhile').to.throw(TypeError);
    expect(() => loan.restore(new ArrayBuffer(79))).to.throw(RangeError, '80 bytes');
    loan.restore(away.buffer);
    expect(loan.bytes).to.deep.equal(new Uint8Array(80).fill(3));
    structuredClone(loan.bytes, { transfer: [loan.bytes.buffer] });
    giveBack(loan);
    expect(pool.held).to.deep.equal({ lent: 0, idle: 0, bytes: 0 });
    expect((await pool.take(80)).bytes).to.deep.equal(new Uint8Array(80));
  });

  it('has nothing larger than itself', async () => {
    const pool = createBufferPool({ buffers: 1, bytes: 100 });
    expect(await failureOf(pool.take(101))).to.be.instanceOf(RangeError);
    expect(pool.takeNow(101)).to.equal(undefined);
  });

  it('never holds more than it may, and never lends the same memory twice, whatever is taken and given back', async () => {
    const steps = fc.array(fc.oneof(fc.record({ take: fc.integer({ min: 0, max: 60 }) }), fc.record({ back: fc.nat(9) })), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const pool = createBufferPool({ buffers: 3, bytes: 100 });
        const loans: Loan[] = [];
        for (const step of plan) {
          if ('take' in step) {
            const loan = pool.takeNow(step.take);
            if (loan !== undefined) loans.push(loan);
          } else giveBack(loans.splice(step.back % Math.max(1, loans.length), 1)[0]);
          const { lent, idle, bytes } = pool.held;
          expect(lent).to.equal(loans.length);
          expect(lent + idle).to.be.at.most(3);
          expect(bytes).to.be.at.most(100);
          expect(new Set(loans.map((loan) => loan.bytes.buffer)).size).to.equal(loans.length);
        }
      }),
    );
  });
});
