import { expect } from 'chai';
import { revisionDigest } from '../../node/core/market/revision.js';
import type { Revision } from '../../node/core/market/deal.js';
import { noMetrics } from '../../node/core/metrics/no-metrics.js';
import { leaves, period, wei, type Wei } from '../../node/core/units.js';
import type { SignRequest } from '../../node/ports/link.js';
import { createProvider } from '../../node/provider/provider.js';
import { createMemoryJournal } from '../../node/storage/journal.js';
import { bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createProviderWorld, liveTo, PRICE, settle, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { createRecordedLog } from '../support/recorded-log.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const signal = new AbortController().signal;
const letter = contentOf(bytesOf('a letter', 3200));
const photo = contentOf(bytesOf('a photo', 6400));

describe('Bob puts his name under a revision', () => {
  let world: ProviderWorld;
  let alice: TestRenter;

  const start = async (options: Parameters<typeof createProviderWorld>[0] = {}): Promise<void> => {
    world = await createProviderWorld(options);
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
  };
  const ask = async (request: SignRequest) => world.provider.service.signRevision(alice.peer, await alice.authorization(), request, signal);
  const addLetter = (fields: Partial<Revision> = {}): Promise<SignRequest> =>
    alice.request({ remove: [], append: [letter.sector] }, fields);

  beforeEach(async () => {
    await start();
    await alice.upload(world.provider.service, letter);
  });

  it('once for each number, and gives the same signature again when it is asked again, also after a restart', async () => {
    const request = await addLetter();
    const first = await ask(request);
    expect(await ask(request)).to.equal(first);
    const restarted = world.restart();
    expect(await restarted.service.signRevision(alice.peer, await alice.authorization(), request, signal)).to.equal(first);
    await rejectsCoded(ask(await addLetter({ end: period(9) })), 'REVISION_CONFLICT');
  });

  it('before the signature leaves the revision is in the journal', async () => {
    const record = world.journal.recordSigned.bind(world.journal);
    let recorded = false;
    world.journal.recordSigned = async (signed) => {
      await record(signed);
      await settle();
      recorded = true;
    };
    await ask(await addLetter());
    expect(recorded).to.equal(true);
    world.journal.recordSigned = () => Promise.reject(new Error('disk'));
    alice.number = 1n;
    alice.sectors = [letter.sector];
    const failed = await ask(await alice.request({ remove: [0], append: [] })).catch((error: Error) => error.message);
    expect(failed).to.equal('disk');
  });

  it('not over data that it does not hold for this deal', async () => {
    await rejectsCoded(ask(await alice.request({ remove: [], append: [letter.sector, photo.sector] })), 'SECTOR_NOT_HELD');
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    await carol.upload(world.provider.service, photo);
    await rejectsCoded(ask(await alice.request({ remove: [], append: [photo.sector] })), 'SECTOR_NOT_HELD');
    await world.store.delete(letter.sector.root);
    await rejectsCoded(ask(await addLetter()), 'SECTOR_NOT_HELD');
  });

  it('not when the revision is another one than the change makes', async () => {
    await rejectsCoded(ask(await addLetter({ root: photo.sector.root })), 'REVISION_DISAGREES');
    await rejectsCoded(ask(await addLetter({ leaves: leaves(99) })), 'REVISION_DISAGREES');
    await rejectsCoded(ask(await addLetter({ sectors: 2 })), 'REVISION_DISAGREES');
    await rejectsCoded(ask({ ...(await addLetter()), change: { remove: [0], append: [letter.sector] } }), 'CHANGE_INVALID');
  });

  it('not on another base than the newest revision', async () => {
    await rejectsCoded(ask({ ...(await addLetter()), base: 7n }), 'REVISION_BASE_UNKNOWN');
    await alice.sign(world.provider.service, await addLetter());
    const other = await alice.request({ remove: [0], append: [] });
    await rejectsCoded(ask({ ...other, base: 0n }), 'REVISION_BASE_UNKNOWN');
    await rejectsCoded(ask({ ...other, baseRoot: photo.sector.root }), 'REVISION_BASE_UNKNOWN');
    await ask(other);
  });

  it('on an older base only when all that was signed since expired and can never be posted', async () => {
    await ask(await addLetter());
    const again = (): Promise<SignRequest> => alice.request({ remove: [], append: [letter.sector] }, { number: 2n });
    world.ledger.mineTo(3);
    await rejectsCoded(ask(await again()), 'REVISION_BASE_UNKNOWN');
    world.ledger.mineTo(4);
    await ask(await again());
    await liveTo(world.ledger, world.provider, 4, 4);
    expect((await world.ownerChain.deal(alice.deal))?.number).to.equal(2n);
  });

  it('not without the signature of the session key', async () => {
    const request = await addLetter();
    const mallory = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'mallory' });
    const forged = await mallory.signer.sign(revisionDigest(world.ledger.identity, request.revision));
    await rejectsCoded(ask({ ...request, renterSignature: forged }), 'BAD_SIGNATURE');
    await rejectsCoded(ask({ ...request, renterSignature: `0x${'11'.repeat(65)}` as never }), 'BAD_SIGNATURE');
  });

  it('not on worse terms than the deal and the ask', async () => {
    await rejectsCoded(ask(await addLetter({ price: (PRICE - 1n) as Wei })), 'REVISION_UNDERPAID');
    await rejectsCoded(ask(await addLetter({ validUntil: period(world.ledger.period) })), 'OUT_OF_BOUNDS');
    await rejectsCoded(ask(await addLetter({ validUntil: period(world.ledger.period + 3) })), 'OUT_OF_BOUNDS');
    await rejectsCoded(ask(await addLetter({ end: period(world.ledger.period + 1) })), 'OUT_OF_BOUNDS');
    await start({ policy: { minLeaves: leaves(101) } });
    await alice.upload(world.provider.service, letter);
    await rejectsCoded(ask(await addLetter()), 'REVISION_TOO_SMALL');
  });

  it('extends a deal beyond its end only at the price it asks now, and not beyond the time it offers', async () => {
    await ask(await addLetter());
    await liveTo(world.ledger, world.provider, 1, 4);
    alice.number = 1n;
    alice.sectors = [letter.sector];
    const renew = (end: number): Promise<SignRequest> => alice.request({ remove: [], append: [] }, { end: period(end) });
    await alice.chain.submit({
      kind: 'setBounds',
      deal: alice.deal,
      maxEnd: period(5000),
      maxLeaves: leaves(100_000),
      maxEgress: wei(100n * TOKEN),
    });
    await rejectsCoded(ask(await renew(1002)), 'OUT_OF_BOUNDS');
    const { ask: offered } = (await world.ownerChain.provider(world.address))!;
    await world.ownerChain.submit({ kind: 'setAsk', provider: world.address, ask: { ...offered, price: (PRICE + 1n) as Wei } });
    await rejectsCoded(ask(await renew(40)), 'REVISION_UNDERPAID');
    await ask(await renew(15));
  });

  it('not for more than stake and escrow carry, counting what it promised to others', async () => {
    // 100 leaves at this price weigh 3 units: the stake carries 4, so one letter fits and two do not.
    await start({ stake: (TOKEN / 100n) * 4n });
    const carol = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol' });
    await alice.upload(world.provider.service, letter);
    await carol.upload(world.provider.service, letter);
    await ask(await addLetter());
    await rejectsCoded(carol.put(world.provider.service, [letter]), 'STAKE_TOO_SMALL');

    await start();
    const poor = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'carol', escrow: TOKEN / 100n });
    await poor.upload(world.provider.service, letter);
    const dear = await poor.request({ remove: [], append: [letter.sector] }, { end: period(400) });
    await rejectsCoded(world.provider.service.signRevision(poor.peer, await poor.authorization(), dear, signal), 'ESCROW_TOO_SMALL');
  });

  it('not as a key that the registry no longer names, and not for a deal whose history it has lost', async () => {
    await world.ownerChain.submit({ kind: 'setOperator', operator: world.owner.address });
    await rejectsCoded(ask(await addLetter()), 'OPERATOR_REPLACED');
    await world.provider.step(signal);
    expect(world.log.events('alarm')).to.deep.equal(['operator-replaced']);
    await world.ownerChain.submit({ kind: 'setOperator', operator: world.operator.address });
    await ask(await addLetter());
    await liveTo(world.ledger, world.provider, 1, 9);
    const forgetful = await createForgetful(world);
    await forgetful.provider.step(signal);
    expect(forgetful.log.events('alarm')).to.deep.equal(['journal-behind']);
    alice.number = 1n;
    alice.sectors = [letter.sector];
    const next = await alice.request({ remove: [0], append: [] });
    await rejectsCoded(forgetful.provider.service.signRevision(alice.peer, await alice.authorization(), next, signal), 'JOURNAL_BEHIND');
  });

  it('not without end: so many revisions of a deal may be unposted', async () => {
    await start({ policy: { maxUnposted: 2 } });
    const { service } = world.provider;
    await alice.put(service, [letter]);
    await alice.put(service, [photo]);
    await alice.put(service, [], [1]);
    await rejectsCoded(alice.put(service, [], [0]), 'REVISIONS_UNPOSTED');
  });
});

/** Bob's daemon after it lost its journal. */
const createForgetful = async (world: ProviderWorld) => {
  const log = createRecordedLog();
  const provider = createProvider({
    provider: world.address,
    settlement: world.ledger.as(world.operator.address),
    store: world.store,
    journal: await createMemoryJournal(world.ledger.identity),
    signer: world.operator,
    clock: world.clock,
    log,
    metrics: noMetrics,
    policy: { capacity: leaves(1 << 20) },
  });
  return { provider, log };
};
