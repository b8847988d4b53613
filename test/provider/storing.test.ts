import { expect } from 'chai';
import { verifyRange } from '../../node/core/data/range-proof.js';
import { recoverAddress } from '../../node/core/keys/signing.js';
import { revisionDigest } from '../../node/core/market/revision.js';
import { leaves, period, type Wei } from '../../node/core/units.js';
import { bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { collect } from '../support/collect.js';
import { createProviderWorld, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const signal = new AbortController().signal;
const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));

describe('Bob takes in what Alice sends', () => {
  let world: ProviderWorld;
  let alice: TestRenter;

  const start = async (options: Parameters<typeof createProviderWorld>[0] = {}): Promise<void> => {
    world = await createProviderWorld(options);
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
  };

  beforeEach(() => start());

  it('stores a sector, signs the revision that names it and reads it back with proofs', async () => {
    const { service } = world.provider;
    const request = await (async () => {
      await alice.upload(service, letter);
      expect((await collect(world.journal.pending())).map(({ root }) => root)).to.deep.equal([letter.sector.root]);
      return alice.request({ remove: [], append: [letter.sector] });
    })();
    const signature = await alice.sign(service, request);
    expect(recoverAddress(revisionDigest(world.ledger.identity, request.revision), signature)).to.equal(world.operator.address);
    expect(await collect(world.journal.pending())).to.deep.equal([]);

    const range = { root: letter.sector.root, from: leaves(3), count: leaves(50) };
    const read = await service.readLeaves(alice.peer, await alice.authorization(), range, signal);
    verifyRange({ root: letter.sector.root, leaves: 100, from: 3, ...read });
    const listed = await service.listSectors(alice.peer, await alice.authorization(), signal);
    expect(listed && (await Array.fromAsync(listed.sectors))).to.deep.equal([letter.sector]);
    expect(listed?.signed.providerSignature).to.equal(signature);
  });

  it('wants a sector once, and has it the second time, which lets it wait no longer', async () => {
    const { service } = world.provider;
    const authorization = await alice.authorization();
    const since = world.clock.now();
    expect(await service.admitSector(alice.peer, authorization, letter.sector, signal)).to.equal('wanted');
    await service.storeSector(alice.peer, authorization, letter.sector, letter.bytes, signal);
    world.clock.advance(1_000);
    expect(await service.admitSector(alice.peer, authorization, letter.sector, signal)).to.equal('have');
    const [waiting] = await collect(world.journal.pending());
    expect(waiting?.receivedAt).to.equal(since);
  });

  it('asks another deal for the bytes of a sector that it keeps for Alice: nobody reads what it cannot show', async () => {
    const { service } = world.provider;
    await alice.put(service, [letter]);
    const mallory = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'mallory' });
    const authorization = await mallory.authorization();
    expect(await service.admitSector(mallory.peer, authorization, letter.sector, signal)).to.equal('wanted');
    const range = { root: letter.sector.root, from: leaves(0), count: leaves(1) };
    await rejectsCoded(service.readLeaves(mallory.peer, authorization, range, signal), 'SECTOR_NOT_HELD');
  });

  it('refuses bytes that have another root or length, and keeps nothing of them', async () => {
    const { service } = world.provider;
    const authorization = await alice.authorization();
    const store = (bytes: Uint8Array): Promise<void> => service.storeSector(alice.peer, authorization, letter.sector, bytes, signal);
    await rejectsCoded(store(bytesOf('another', 3200)), 'SECTOR_ROOT_MISMATCH');
    await rejectsCoded(store(letter.bytes.subarray(32)), 'OUT_OF_BOUNDS');
    expect(world.store.bytesUsed).to.equal(0);
    expect(await world.journal.leavesHeld()).to.equal(0);
  });

  it('speaks only with the peer that the session key of a deal of its own names, and only as long as it says', async () => {
    const { service } = world.provider;
    const call = async (peer: string, authorization: Awaited<ReturnType<TestRenter['authorization']>>) =>
      service.listSectors(peer, authorization, signal);
    await rejectsCoded(call('mallory peer', await alice.authorization()), 'AUTHORIZATION_INVALID');
    const mallory = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'mallory' });
    const forged = await mallory.authorization({ deal: alice.deal, peer: 'mallory peer' });
    await rejectsCoded(call('mallory peer', forged), 'AUTHORIZATION_INVALID');
    await rejectsCoded(
      call(alice.peer, await alice.authorization({ signature: `0x${'00'.repeat(65)}` as never })),
      'AUTHORIZATION_INVALID',
    );
    await rejectsCoded(call(alice.peer, await alice.authorization({ deal: `0x${'12'.repeat(32)}` as never })), 'DEAL_UNKNOWN');
    const carol = await createProviderWorld({ ledger: world.ledger, name: 'carol' });
    const elsewhere = await TestRenter.open({ ledger: world.ledger, provider: carol.address, salt: 'elsewhere' });
    await rejectsCoded(call(elsewhere.peer, await elsewhere.authorization()), 'DEAL_ELSEWHERE');

    const last = await alice.authorization({ expires: period(world.ledger.period) });
    expect(await call(alice.peer, last)).to.equal(undefined);
    world.ledger.mineTo(world.ledger.period + 1);
    world.clock.advance(2_000);
    await rejectsCoded(call(alice.peer, last), 'AUTHORIZATION_EXPIRED');
  });

  it('takes no more than it has room, stake and escrow for, and says so in its terms', async () => {
    await start({ policy: { capacity: leaves(250) } });
    const { service } = world.provider;
    expect(await service.terms(alice.peer, signal)).to.deep.include({ freeLeaves: 250, minLeaves: 1 });
    await alice.put(service, [letter]);
    expect((await service.terms(alice.peer, signal)).freeLeaves).to.equal(150);
    await rejectsCoded(alice.upload(service, photo), 'PROVIDER_FULL');
    await alice.put(service, [contentOf(bytesOf('what fits', 150 * 32))]);
    expect((await service.terms(alice.peer, signal)).freeLeaves).to.equal(0);

    await start({ stake: 0n });
    expect((await world.provider.service.terms(alice.peer, signal)).freeLeaves).to.equal(0);
    await rejectsCoded(alice.upload(world.provider.service, letter), 'STAKE_TOO_SMALL');

    await start({ ask: { price: (10_000n * TOKEN) as Wei } });
    const poor = await TestRenter.open({ ledger: world.ledger, provider: world.address, salt: 'poor', escrow: TOKEN / 100n });
    await rejectsCoded(poor.upload(world.provider.service, letter), 'ESCROW_TOO_SMALL');

    await start({ policy: { maxPendingLeaves: leaves(299) } });
    await alice.upload(world.provider.service, letter);
    await rejectsCoded(alice.upload(world.provider.service, photo), 'PENDING_FULL');
  });

  it('takes nothing for a deal that is closed', async () => {
    await alice.chain.submit({ kind: 'cancel', deal: alice.deal });
    await rejectsCoded(alice.upload(world.provider.service, letter), 'DEAL_IS_CLOSED');
  });

  it('finds a rotten sector when it is read, and does not hand it on', async () => {
    const { service } = world.provider;
    await alice.put(service, [letter]);
    const rotten = letter.bytes.slice();
    rotten[0]! ^= 1;
    world.store.read = async () => rotten;
    const range = { root: letter.sector.root, from: leaves(0), count: leaves(1) };
    await rejectsCoded(service.readLeaves(alice.peer, await alice.authorization(), range, signal), 'SECTOR_ROTTEN');
    await rejectsCoded(
      service.readLeaves(alice.peer, await alice.authorization(), { ...range, root: photo.sector.root }, signal),
      'SECTOR_NOT_HELD',
    );
  });

  it('refuses ranges that a sector does not have', async () => {
    const { service } = world.provider;
    await alice.put(service, [letter]);
    for (const [from, count] of [
      [0, 101],
      [100, 1],
      [0, 0],
    ] as const)
      await rejectsCoded(
        service.readLeaves(
          alice.peer,
          await alice.authorization(),
          { root: letter.sector.root, from: from as never, count: count as never },
          signal,
        ),
        'RANGE_OUTSIDE',
      );
  });
});
