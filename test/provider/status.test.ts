import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { leaves } from '../../node/core/units.js';
import { defaultPolicy } from '../../node/provider/policy.js';
import type { ChainHead } from '../../node/core/market/deal.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { readStatus } from '../../node/provider/status.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const { signal } = new AbortController();
const policy = { capacity: leaves(1 << 20) };

describe('How a provider stands', () => {
  let world: ProviderWorld;
  let head: (() => Promise<ChainHead>) | undefined;
  const failing = (settlement: Settlement): Settlement => ({
    ...settlement,
    agreed: settlement.agreed,
    head: (until) => head?.() ?? settlement.head(until),
  });
  const never = () => Promise.withResolvers<ChainHead>().promise;
  const unreachable = () =>
    Promise.reject(new HoldfastError('RPC_UNREACHABLE', { url: 'http://127.0.0.1:1', reason: 'connection refused' }));
  const sources = (chainMilliseconds: number) => ({
    settlement: failing(world.ledger.as(world.operator.address)),
    provider: world.address,
    journal: world.journal,
    store: world.store,
    policy: { ...defaultPolicy, ...policy },
    chainMilliseconds,
    now: () => ({ proofInHand: false, batchInHand: false, challenges: [], troubles: [], kept: 1 }),
  });

  beforeEach(async () => {
    head = undefined;
    world = await createProviderWorld({ policy });
    const alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.put(world.provider.service, [contentOf(bytesOf('a letter', 3200))]);
  });

  it('is told whole while the chain answers', async () => {
    const status = await world.provider.status(signal);
    expect(status).to.include({ chainAnswers: true, deals: 1, leavesHeld: 100 });
    expect(status.moment).to.not.equal(undefined);
    expect(status.egress).to.deep.equal({ promised: 0n, unredeemed: 0n });
    expect(status.freeLeaves).to.be.a('number');
  });

  for (const [silence, answer] of [
    ['refuses', unreachable],
    ['says nothing', never],
  ] as const)
    it(`is told as far as it is known here while the RPC ${silence}: an operator asks just then`, async () => {
      head = answer;
      const status = await readStatus(sources(20), signal);
      expect(status).to.include({ chainAnswers: false, deals: 1, leavesHeld: 100 });
      for (const field of ['moment', 'egress', 'freeLeaves'] as const) expect(status[field], field).to.equal(undefined);
    });

  it('ends with its signal', async () => {
    head = never;
    const stop = new AbortController();
    const asked = readStatus(sources(60_000), stop.signal);
    stop.abort(new Error('stopped'));
    expect(await asked.catch((error: unknown) => String(error))).to.equal('Error: stopped');
  });
});
