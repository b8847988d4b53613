// Counts hashes: to stand before what imports the core.
import { hashedPairs } from '../support/counted-hashes.js';
import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { createSerial, type Serial } from '../../node/core/tasks/serial.js';
import { leaves, period } from '../../node/core/units.js';
import type { SignRequest } from '../../node/ports/link.js';
import { createSigning } from '../../node/provider/accept/signing.js';
import { JOURNAL_LOCK } from '../../node/provider/lock-names.js';
import { hashOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createProviderWorld, PRICE, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { TestRenter } from '../support/worlds/test-renter.js';
import { sectorNamed, signedRevision } from '../storage/sample-sectors.js';

const signal = new AbortController().signal;
const SECTORS = 5_000;
/** As few in a sector as a revision may have on average (R4). */
const LEAVES = 256;

describe('Mallory has Bob make the tree of a large change,', () => {
  const sectors = Array.from({ length: SECTORS }, (_, i) => sectorNamed(`sector ${i}`, LEAVES));
  let world: ProviderWorld;
  let mallory: TestRenter;
  /** Pairs hashed while nobody else can sign. */
  let underLock: number;
  let beforeLock: (() => Promise<unknown>) | undefined;

  const keep = (first: string) => [sectorNamed(first, LEAVES), ...sectors.slice(1)];
  const signedOver = (first: string) =>
    signedRevision(mallory.deal, 1n, keep(first), {
      leaves: leaves(LEAVES * SECTORS),
      price: PRICE,
      end: period(20),
      validUntil: period(1),
    });
  const bobSigns = (request: SignRequest) => {
    const serial = createSerial();
    const locks: Serial = async (key, task) => {
      if (key !== JOURNAL_LOCK) return serial(key, task);
      await beforeLock?.();
      return serial(key, async () => {
        const before = hashedPairs();
        try {
          return await task();
        } finally {
          underLock += hashedPairs() - before;
        }
      });
    };
    const { ledger, store, journal, operator, address } = world;
    const sign = createSigning({
      settlement: ledger.as(operator.address),
      store,
      journal,
      signer: operator,
      provider: address,
      policy: { minLeaves: 1 as never, maxDeals: 10, maxUnposted: 4 },
      lost: { of: () => new Set() },
      locks,
      sole: { ready: async () => undefined, refusal: () => undefined },
      onSigned: () => undefined,
    });
    return sign({ deal: { id: mallory.deal } as never, period: period(0), offset: 0 }, request, signal);
  };
  const withoutTheFirst = (fields = {}) => mallory.request({ remove: [0], append: [] }, fields);

  beforeEach(async () => {
    world = await createProviderWorld({ ask: { maxLeaves: leaves(1 << 21) } });
    mallory = await TestRenter.open({
      ledger: world.ledger,
      provider: world.address,
      name: 'mallory',
      maxLeaves: 1 << 21,
      escrow: 500n * TOKEN,
    });
    await world.journal.recordSigned(signedOver('sector 0'));
    Object.assign(mallory, { number: 1n, sectors });
    [underLock, beforeLock] = [0, undefined];
  });

  it('which is not the one of her revision: nobody who signs waits for a hash of it, however often she asks', async () => {
    const request = await withoutTheFirst({ root: hashOf('another') });
    const before = hashedPairs();
    for (let i = 0; i < 3; i++) await rejectsCoded(bobSigns(request), 'REVISION_DISAGREES');
    expect(hashedPairs() - before).to.be.greaterThan(3 * SECTORS);
    expect(underLock).to.equal(0);
  });

  it('which is hers: it is made once, before the lock, and signed', async () => {
    const request = await withoutTheFirst();
    const before = hashedPairs();
    await bobSigns(request);
    expect(hashedPairs() - before).to.be.within(SECTORS, 3 * SECTORS);
    expect(underLock).to.equal(0);
    expect((await world.journal.tree(mallory.deal, 2n))?.root).to.equal(request.revision.root);
  });

  it('of a set in whose place another one is put meanwhile: it is made again, and what she signed is not signed', async () => {
    const request = await withoutTheFirst();
    beforeLock = () => world.journal.restore({ ...signedOver('sector 0'), sectors: keep('sector 1') });
    await bobSigns(request);
    expect(underLock, 'of the same sectors but the first').to.be.greaterThan(SECTORS);
    const again = await mallory.request({ remove: [1], append: [] }, { number: 3n });
    beforeLock = () => world.journal.restore({ ...signedOver('sector 0'), sectors: keep('sector 2') });
    await rejectsCoded(bobSigns({ ...again, base: 2n }), 'REVISION_DISAGREES');
  });

  it('of a set that goes meanwhile: what is said is what holds under the lock', async () => {
    const { journal } = world;
    const { node } = journal;
    let reads = 0;
    journal.node = async (...name) => {
      if (++reads === 3) throw new HoldfastError('STORE_CORRUPT', { path: 'journal', detail: 'row is missing' });
      return node(...name);
    };
    await bobSigns(await withoutTheFirst());
    expect(underLock).to.be.greaterThan(SECTORS);
  });
});
