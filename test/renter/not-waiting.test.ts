import { expect } from 'chai';
import { createKeySigner } from '../../node/core/keys/signing.js';
import { wei } from '../../node/core/units.js';
import type { Settlement, SettlementAction } from '../../node/ports/settlement.js';
import { readingAs } from '../../node/app/wallet-session.js';
import { actor, bytesOf, hashOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { letters } from './stored-letters.js';

const names = ['bob', 'carol', 'dave', 'erin'];
const put = { name: 'letters', source: sourceOf(letters), k: 2, n: 4, room: 0, periods: 8, reads: 3 };
const egressPrice = wei(TOKEN);

const stored = async (): Promise<RenterWorld> => {
  const world = await createRenterWorld({ names, provider: () => ({ ask: { price: wei(20_000n * TOKEN), egressPrice } }) });
  await world.during(world.renter.put(put));
  return world;
};

/** A chain on which transactions of `kind` are handed over and never mined. */
const hanging = (chain: Settlement, kind: SettlementAction['kind'], handedOver: () => void): Settlement =>
  Object.assign(Object.create(chain) as Settlement, {
    submit: (...[action, options]: Parameters<Settlement['submit']>) => {
      if (action.kind !== kind) return chain.submit(action, options);
      handedOver();
      return new Promise((_resolve, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error)));
    },
  });

describe('Alice, one of whose transactions hangs,', () => {
  for (const kind of ['deposit', 'open'] as const)
    it(`reads and pays for it all the same (${kind})`, async () => {
      const world = await stored();
      const stop = new AbortController();
      const handed = Promise.withResolvers<void>();
      const alice = world.another({ settlement: hanging(world.chain, kind, () => handed.resolve()) });
      const { signal } = stop;
      const task: Promise<unknown> =
        kind === 'deposit'
          ? alice.renew({ ahead: 1_000, periods: 20, signal })
          : alice.put({ ...put, name: 'more', source: sourceOf(bytesOf('more', 9_000)), signal });
      const ended = task.then(
        () => 'ended',
        () => 'stopped',
      );
      await world.during(handed.promise);
      const sink = createRecordedSink();
      const { egress } = await world.during(alice.get({ object: 'letters', sink }));
      expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
      expect(egress > 0n).to.equal(true);
      stop.abort(new Error('enough'));
      expect(await ended).to.equal('stopped');
    });

  it('stops at once what waits for it to end', async () => {
    const world = await stored();
    const [first, second] = [new AbortController(), new AbortController()];
    const handed = Promise.withResolvers<void>();
    const alice = world.another({ settlement: hanging(world.chain, 'open', () => handed.resolve()) });
    const source = sourceOf(bytesOf('more', 9_000));
    const outcome = (name: string, { signal }: AbortController): Promise<unknown> =>
      alice.put({ ...put, name, source, signal }).catch((error: unknown) => error);
    const hangs = outcome('more', first);
    await world.during(handed.promise);
    const waits = outcome('other', second);
    await world.liveTo(world.ledger.period + 1, 0);
    const enough = new Error('enough');
    second.abort(enough);
    expect(await Promise.race([waits, world.liveTo(world.ledger.period + 1, 0)])).to.equal(enough);
    first.abort(enough);
    expect(await hangs).to.equal(enough);
  });

  it('reads with a chain that has no transactions at all', async () => {
    const world = await stored();
    const chain = readingAs({ ...world.chain, close: () => undefined }, world.chain.account);
    const reader = world.another({ settlement: chain, signer: createKeySigner(hashOf('alice session')) });
    const sink = createRecordedSink();
    await world.during(reader.get({ object: 'letters', sink }));
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
    await rejectsCoded(chain.submit({ kind: 'sendCoin', to: actor('bob').address, amount: 1n as never }), 'CHAIN_READ_ONLY');
  });
});
