import { expect } from 'chai';
import { leaves, type Hash } from '../../node/core/units.js';
import { answerLost, LOOKED_AT } from '../../node/provider/serve/lost-page.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { rootNumber } from '../support/worlds/link-fixtures.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld } from '../support/worlds/provider-world.js';
import { dealNamed, sectorNamed, signedRevision } from '../storage/sample-sectors.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const { signal } = new AbortController();

describe('What a provider says that it lacks', () => {
  const rootsAt = (...indices: readonly number[]): Hash[] => indices.map((index) => rootNumber(index));
  const first = rootNumber(0);
  /** Bob, who lost `lost`, asked for a deal that holds what `holds` says. */
  const bobWith = (lost: Set<Hash>, holds: (root: Hash) => boolean) => {
    const looked: Hash[] = [];
    let now = 0;
    const gate = { admit: async () => ({ deal: { id: 'a deal' } }) as never };
    const journal = { holds: async (_deal: unknown, root: Hash) => (looked.push(root), holds(root)) };
    const answer = answerLost({ gate, journal, lost: { of: () => lost }, clock: { now: () => now } });
    const ask = (after: Hash, most: number) => answer('alice', {} as never, { after, most }, signal);
    return { looked, ask, pass: (milliseconds: number) => void (now += milliseconds) };
  };

  it('comes in order, page by page, and names what the deal holds', async () => {
    const { ask } = bobWith(new Set(rootsAt(9, 2, 7, 3, 5)), (root) => root !== rootNumber(5));
    expect(await ask(first, 2)).to.deep.equal({ roots: rootsAt(2, 3), next: rootNumber(3) });
    expect(await ask(rootNumber(3), 2)).to.deep.equal({ roots: rootsAt(7, 9), next: undefined });
    expect(await ask(rootNumber(3), 1)).to.deep.equal({ roots: rootsAt(7), next: rootNumber(7) });
    expect(await ask(rootNumber(9), 2)).to.deep.equal({ roots: [], next: undefined });
  });

  it('takes a bounded look for each answer, and none at what is healed', async () => {
    const { ask, looked } = bobWith(new Set(rootsAt(...Array.from({ length: LOOKED_AT + 2 }, (_, index) => index + 1))), () => false);
    expect(await ask(first, 5)).to.deep.equal({ roots: [], next: rootNumber(LOOKED_AT) });
    expect(looked.length).to.equal(LOOKED_AT);
    expect(await ask(rootNumber(LOOKED_AT), 5)).to.deep.equal({ roots: [], next: undefined });

    const lost = new Set(rootsAt(1, 2));
    const bob = bobWith(lost, () => true);
    await bob.ask(first, 5);
    lost.delete(rootNumber(1));
    lost.add(rootNumber(3));
    expect((await bob.ask(first, 5)).roots).to.deep.equal(rootsAt(2));
    bob.pass(10_000);
    expect((await bob.ask(first, 5)).roots).to.deep.equal(rootsAt(2, 3));
    lost.add(rootNumber(4));
    expect((await bob.ask(first, 5)).roots).to.deep.equal(rootsAt(2, 3, 4));
  });

  it('costs by what the deal lost, however much others did', async () => {
    const world = await createProviderWorld();
    Object.assign(world.clock, { sleep: async () => undefined });
    const { journal, provider } = world;
    const gone = Array.from({ length: 2_000 }, (_, index) => sectorNamed(`gone ${index}`, 1));
    await journal.recordSigned(signedRevision(dealNamed('another'), 1n, gone, { leaves: leaves(2_000) }));
    const alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    const letter = contentOf(bytesOf('a letter', 3200));
    await alice.put(provider.service, [letter]);
    await world.store.delete(letter.sector.root);
    await provider.scrub(signal);
    let looked = 0;
    const holds = journal.holds.bind(journal);
    journal.holds = async (...of) => {
      looked += 1;
      return holds(...of);
    };
    const page = await provider.service.lostSectors(alice.peer, await alice.authorization(), { after: first, most: 1_024 }, signal);
    expect(page).to.deep.equal({ roots: [letter.sector.root], next: undefined });
    expect(looked).to.equal(1);
  });

  it('is told to whoever speaks for the deal, and costs no look at the deal while nothing is lost', async () => {
    const world = await createProviderWorld();
    Object.assign(world.clock, { sleep: async () => undefined });
    const alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    const contents = ['a letter', 'a photo'].map((name) => contentOf(bytesOf(name, 3200)));
    await alice.put(world.provider.service, contents);
    const authorization = await alice.authorization();
    const range = { after: first, most: 8 };
    const ask = () => world.provider.service.lostSectors(alice.peer, authorization, range, signal);
    expect(await ask()).to.deep.equal({ roots: [], next: undefined });
    const [, photo] = contents;
    await world.store.delete(photo!.sector.root);
    await world.provider.scrub(signal);
    expect(await ask()).to.deep.equal({ roots: [photo!.sector.root], next: undefined });
    await rejectsCoded(world.provider.service.lostSectors('mallory', authorization, range, signal), 'AUTHORIZATION_INVALID');
    await alice.upload(world.provider.service, photo!);
    expect(await ask()).to.deep.equal({ roots: [], next: undefined });

    const { ask: another, looked } = bobWith(new Set(), () => expect.fail('nobody may look'));
    expect(await another(first, 8)).to.deep.equal({ roots: [], next: undefined });
    expect(looked).to.deep.equal([]);
  });
});
