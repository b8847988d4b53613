import { expect } from 'chai';
import { bytesOf } from '../support/worlds/actors.js';
import { rejection } from '../support/coded-rejection.js';
import { disputed } from '../support/rpc/disputed-reader.js';
import { createProviderWorld, liveTo, settle, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));
describe('Bob between RPCs that disagree', () => {
  let world: ProviderWorld;
  let alice: TestRenter;
  let isDisputed = false;

  beforeEach(async () => {
    isDisputed = false;
    world = await createProviderWorld({
      wrapSettlement: (settlement) => ({ ...settlement, agreed: disputed(settlement, () => isDisputed) }),
      policy: { reconcileEvery: 1 },
    });
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
  });

  const happened = async (event: string): Promise<number> =>
    (await world.ownerChain.events(0 as never, world.ledger.block)).filter(({ name }) => name === event).length;

  /** Lives on as the daemon does: a step that fails is tried again with the next block. */
  const muddleTo = async (period: number, offset: number): Promise<number> => {
    let failed = 0;
    const { signal } = new AbortController();
    while (world.ledger.period < period || world.ledger.offset < offset) {
      await world.provider.step(signal).catch(() => (failed += 1));
      await settle();
      world.ledger.mine();
    }
    return failed;
  };

  it('proves all the same, and signs, posts and deletes nothing until they agree', async () => {
    await alice.put(world.provider.service, [letter]);
    await liveTo(world.ledger, world.provider, 2, 10);
    await alice.put(world.provider.service, [photo]);
    isDisputed = true;
    await rejection(alice.put(world.provider.service, [contentOf(bytesOf('a film', 96))]), 'RPC_DISAGREES');
    const before = { proven: await happened('Proven'), committed: await happened('DealCommitted'), bytes: world.store.bytesUsed };
    expect(await muddleTo(5, 12)).to.be.greaterThan(0);
    expect(await happened('Proven')).to.equal(before.proven + 3);
    expect(await happened('DealCommitted')).to.equal(before.committed);
    expect(world.store.bytesUsed >= before.bytes).to.equal(true);
    isDisputed = false;
    await alice.put(world.provider.service, [photo]);
    await liveTo(world.ledger, world.provider, 6, 12);
    expect(await happened('DealCommitted')).to.be.greaterThan(before.committed);
  });
});
