import { expect } from 'chai';
import type { Origin } from '../../../node/transport/door/origin.js';
import { createTurnstile, type TurnstileOptions } from '../../../node/transport/door/turnstile.js';
import { rejection } from '../../support/coded-rejection.js';

const never = new AbortController().signal;
const from = (address: string, range = address): Origin => ({ address, range });
const turnstile = (options: Partial<TurnstileOptions> = {}) =>
  createTurnstile({
    what: 'handshakes',
    inside: 1,
    perSecond: 1_000,
    waitingPerAddress: 2,
    waiting: 4,
    waitMilliseconds: 1_000,
    ...options,
  });

describe('A turnstile', () => {
  it('lets in first who comes from where the fewest came, whoever waits longer', async () => {
    const { enter } = turnstile();
    const leave = await enter(from('mallory'), never);
    const order: string[] = [];
    const waiting = ['mallory', 'mallory', 'alice'].map(async (name) => {
      const out = await enter(from(name), never);
      order.push(name);
      out();
    });
    leave();
    await Promise.all(waiting);
    expect(order).to.deep.equal(['alice', 'mallory', 'mallory']);
  });

  it('counts a whole range together', async () => {
    const { enter } = turnstile({ waitingPerAddress: 8, waiting: 8 });
    const leave = await enter(from('10.0.0.1', '10.0.0'), never);
    const order: string[] = [];
    const waiting = [from('10.0.0.2', '10.0.0'), from('10.0.0.3', '10.0.0'), from('alice')].map(async (origin) => {
      const out = await enter(origin, never);
      order.push(origin.address);
      out();
    });
    leave();
    await Promise.all(waiting);
    expect(order[0]).to.equal('alice');
  });

  it('keeps few waiting from one address, and of too many refuses the one from where the most came', async () => {
    const { enter } = turnstile();
    await enter(from('mallory'), never);
    const refused: string[] = [];
    const knock = (address: string, range: string): void => void enter(from(address, range), never).catch(() => refused.push(address));
    for (let i = 0; i < 3; i++) knock('mallory', 'mallory');
    for (const n of [1, 2]) knock(`mole ${n}`, 'moles');
    expect(refused).to.have.length(0);
    await Promise.resolve();
    knock('alice', 'alice');
    await new Promise((resolve) => setImmediate(resolve));
    expect(refused).to.deep.equal(['mallory', 'mallory']);
  });

  it('lets in no more a second than it says', async () => {
    const { enter } = turnstile({ inside: 100, perSecond: 20, waiting: 100, waitingPerAddress: 100, waitMilliseconds: 120 });
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => enter(from(`peer ${n}`), never)));
    const inside = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(inside).to.be.within(20, 25);
  });

  it('is waited for only so long, or until the signal aborts', async () => {
    const { enter } = turnstile({ waitMilliseconds: 10 });
    await enter(from('alice'), never);
    await rejection(enter(from('carol'), never), 'PEER_BUSY');
    const reason = new Error('enough');
    const controller = new AbortController();
    const waiting = enter(from('carol'), controller.signal).catch((error: unknown) => error);
    controller.abort(reason);
    expect(await waiting).to.equal(reason);
  });
});
