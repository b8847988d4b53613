import { expect } from 'chai';
import { signerOf } from '../../node/core/keys/signing.js';
import { revisionDigest } from '../../node/core/market/revision.js';
import { createProvider } from '../../node/provider/provider.js';
import { actor, bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const signal = new AbortController().signal;
const letter = contentOf(bytesOf('a letter', 3200));

describe("Bob's operator key is another from one moment to the next", () => {
  let world: ProviderWorld;
  let alice: TestRenter;
  const fresh = actor('bob operator of now');

  const rotate = async () => {
    world.ledger.fund(fresh.address, 100n * TOKEN);
    await world.ownerChain.submit({ kind: 'setOperator', operator: fresh.address });
    const { store, journal, clock, log, metrics, ledger, address: provider } = world;
    const policy = { capacity: 1 << 20, confirmations: 6 } as never;
    return createProvider({ provider, settlement: ledger.as(fresh.address), store, journal, signer: fresh, clock, log, metrics, policy });
  };
  const events = async (wanted: string) =>
    (await world.ownerChain.events(0 as never, world.ledger.block)).filter(({ name }) => name === wanted);

  beforeEach(async () => {
    world = await createProviderWorld();
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.upload(world.provider.service, letter);
  });

  it('what the former signed and nobody had posted comes on chain all the same, and is given to whoever asks again', async () => {
    const request = await alice.request({ remove: [], append: [letter.sector] });
    const peer = [alice.peer, await alice.authorization()] as const;
    const before = await world.provider.service.signRevision(...peer, request, signal);
    const bob = await rotate();
    const again = await bob.service.signRevision(...peer, request, signal);
    expect(again).not.to.equal(before);
    expect(signerOf(revisionDigest(world.ledger.identity, request.revision), again)).to.equal(fresh.address);
    await liveTo(world.ledger, bob, 1, 9);
    expect(await events('DealCommitted')).to.have.length(1);
    expect((await world.ownerChain.deal(alice.deal))?.number).to.equal(1n);
    expect(world.log.events('warn')).not.to.include('item-refused');
  });

  it('in the middle of a window, the former’s proof not yet mined: no period is missed', async () => {
    await alice.put(world.provider.service, [letter]);
    await liveTo(world.ledger, world.provider, 2, 2);
    const bob = await rotate();
    await liveTo(world.ledger, bob, 4, 25);
    expect(await events('Missed')).to.deep.equal([]);
    expect((await world.ownerChain.provider(world.address))?.lastProven).to.equal(4);
    expect(world.log.events('alarm')).to.deep.equal([]);
  });

  it('and the former daemon, until it is told, goes on proving', async () => {
    await alice.put(world.provider.service, [letter]);
    await liveTo(world.ledger, world.provider, 2, 0);
    await rotate();
    await liveTo(world.ledger, world.provider, 3, 25);
    expect((await world.ownerChain.provider(world.address))?.lastProven).to.equal(3);
    expect(await events('Missed')).to.deep.equal([]);
  });
});
