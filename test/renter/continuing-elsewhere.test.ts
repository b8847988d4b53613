import { expect } from 'chai';
import { leaves } from '../../node/core/units.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { createSteppedWorld, STEP, terms } from './in-steps.js';

const expectBack = async ({ renter, during }: RenterWorld, object: string, bytes: Uint8Array): Promise<void> => {
  const sink = createRecordedSink();
  await during(renter.get({ object, sink }));
  expect(Buffer.compare(sink.bytes, bytes)).to.equal(0);
};

describe('A put that was broken off', () => {
  it('is continued though another has filled its deals since', async () => {
    const names = ['bob', 'carol', 'dave', 'erin'];
    const world = await createSteppedWorld({ names, provider: () => ({ policy: { maxPendingLeaves: leaves(256) } }) });
    const long = bytesOf('long', 5 * STEP);
    const put = { name: 'long', source: sourceOf(long), ...terms };
    const stop = new AbortController();
    const report = (event: { readonly kind: string; readonly bytes?: number }): void => {
      if (event.kind === 'uploaded' && (event.bytes ?? 0) >= 0.15 * long.length) stop.abort(new Error('stopped'));
    };
    await world.during(world.renter.put({ ...put, report, signal: stop.signal })).catch(() => undefined);
    await world.during(world.renter.put({ ...put, name: 'other', source: sourceOf(bytesOf('other', 2 * STEP)) }));
    const { failures } = await world.during(world.another().put(put));
    expect(failures).to.deep.equal([]);
    await expectBack(world, 'long', long);
  });
});
