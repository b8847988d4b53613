import { expect } from 'chai';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createProviderWorld, liveTo, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter, type Content } from '../support/worlds/test-renter.js';

const contentsOf = (name: string, count: number): Content[] =>
  Array.from({ length: count }, (_, i) => contentOf(bytesOf(`${name} ${i}`, 320)));

describe('many renters at one provider at once', () => {
  let world: ProviderWorld;
  let alice: TestRenter;

  beforeEach(async () => {
    world = await createProviderWorld();
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
  });

  const onChain = async (renter: TestRenter) => (await world.ownerChain.deal(renter.deal))!;

  /** Puts each content in a revision of its own, taking over what the other has done when it was faster. */
  const putAll = async (renter: TestRenter, contents: readonly Content[]): Promise<number> => {
    let conflicts = 0;
    for (const content of contents) {
      for (;;) {
        try {
          await renter.put(world.provider.service, [content]);
          break;
        } catch (error) {
          if (!isHoldfastError(error, 'REVISION_CONFLICT', 'REVISION_BASE_UNKNOWN')) throw error;
          conflicts += 1;
          await renter.refresh(world.provider.service);
        }
      }
    }
    return conflicts;
  };

  it('keeps what two wallets store at the same time apart, and posts both in one transaction', async () => {
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    await Promise.all([putAll(alice, contentsOf('alice', 6)), putAll(carol, contentsOf('carol', 6))]);
    await liveTo(world.ledger, world.provider, 1, 30);
    for (const renter of [alice, carol]) expect(await onChain(renter)).to.deep.include({ number: 6n, sectors: 6, leaves: 60 });
    const commits = (await world.ownerChain.events(0 as never, world.ledger.block)).filter(({ name }) => name === 'DealCommitted');
    expect(new Set(commits.map(({ transaction }) => transaction)).size).to.equal(1);
    await liveTo(world.ledger, world.provider, 3, 10);
    expect((await world.ownerChain.provider(world.address))?.lastProven).to.equal(3);
  });

  it('lets two processes of one wallet share a deal: both build on the newest revision, and nothing of either is lost', async () => {
    const other = alice.twin('alice on her laptop');
    const [mine, theirs] = [contentsOf('desk', 5), contentsOf('laptop', 5)];
    const conflicts = await Promise.all([putAll(alice, mine), putAll(other, theirs)]);
    expect(conflicts[0] + conflicts[1]).to.be.greaterThan(0);
    await liveTo(world.ledger, world.provider, 1, 30);
    expect(await onChain(alice)).to.deep.include({ number: 10n, sectors: 10, leaves: 100 });
    await alice.refresh(world.provider.service);
    const stored = new Set(alice.sectors.map(({ root }) => root));
    expect(stored).to.deep.equal(new Set([...mine, ...theirs].map(({ sector }) => sector.root)));
    for (const root of stored) expect(await world.store.has(root)).to.equal(true);
  });

  it('signs one of two revisions of the same number, whoever comes first', async () => {
    const other = alice.twin('alice on her laptop');
    const [first, second] = contentsOf('race', 2) as [Content, Content];
    await alice.upload(world.provider.service, first);
    await other.upload(world.provider.service, second);
    const requests = await Promise.all([
      alice.request({ remove: [], append: [first.sector] }),
      other.request({ remove: [], append: [second.sector] }),
    ]);
    const winner = alice.sign(world.provider.service, requests[0]);
    await rejectsCoded(other.sign(world.provider.service, requests[1]), 'REVISION_CONFLICT');
    await winner;
    expect((await world.journal.deal(alice.deal))?.revisions).to.have.length(1);
  });

  it('keeps a sector that two deals name until both have let it go', async () => {
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    const [shared] = contentsOf('shared', 1) as [Content];
    for (const renter of [alice, carol]) await renter.put(world.provider.service, [shared]);
    await liveTo(world.ledger, world.provider, 1, 10);
    await alice.put(world.provider.service, [], [0]);
    await liveTo(world.ledger, world.provider, 1, 36);
    expect((await onChain(alice)).status).to.equal('empty');
    expect(await world.store.has(shared.sector.root)).to.equal(true);
    await liveTo(world.ledger, world.provider, 2, 10);
    await carol.put(world.provider.service, [], [0]);
    await liveTo(world.ledger, world.provider, 2, 36);
    expect(await world.store.has(shared.sector.root)).to.equal(false);
  });
});
