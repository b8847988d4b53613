import { expect } from 'chai';
import { createSlots } from '../../node/transport/slots.js';
import { rejection } from '../support/coded-rejection.js';

const never = new AbortController().signal;

describe('Slots', () => {
  it('are bounded per peer and in all', () => {
    const slots = createSlots({ what: 'uploads', total: 3, perPeer: 2 });
    expect([slots.tryTake('alice'), slots.tryTake('alice'), slots.tryTake('alice')].map((free) => free !== undefined)).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(slots.tryTake('carol')).not.to.equal(undefined);
    expect(slots.tryTake('dave')).to.equal(undefined);
  });

  it('are freed once, however often they are given back', () => {
    const slots = createSlots({ what: 'uploads', total: 2, perPeer: 1 });
    const free = slots.tryTake('alice');
    free?.();
    free?.();
    expect(slots.tryTake('alice')).not.to.equal(undefined);
    expect(slots.tryTake('alice')).to.equal(undefined);
  });

  it('go to those who wait, in their order', async () => {
    const slots = createSlots({ what: 'uploads', total: 1, perPeer: 1 });
    const first = await slots.take('alice', never);
    const order: string[] = [];
    const waiting = ['bob', 'carol', 'dave'].map(async (peer) => {
      const free = await slots.take(peer, never);
      order.push(peer);
      free();
    });
    first();
    await Promise.all(waiting);
    expect(order).to.deep.equal(['bob', 'carol', 'dave']);
  });

  it('are waited for only so long, or until the signal aborts', async () => {
    const slots = createSlots({ what: 'uploads', total: 1, perPeer: 1 });
    await slots.take('alice', never);
    const busy = await rejection(slots.take('bob', never, 10), 'PEER_BUSY');
    expect(busy.message).to.equal('1 uploads are in hand already, and no more are taken');
    const controller = new AbortController();
    const waiting = slots.take('bob', controller.signal).catch((error: unknown) => error);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await waiting).to.equal(reason);
  });
});
