import { expect } from 'chai';
import { LEAF_BYTES, type Wei } from '../../node/core/units.js';
import type { SectorStore } from '../../node/ports/sector-store.js';
import { createMemorySectors } from '../../node/storage/memory-sectors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createProviderWorld, liveTo, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

/** A wei a byte. */
const egressPrice = (2n ** 30n) as Wei;

/** A store that counts how often it is asked for bytes. */
const createCountedStore = (): { readonly store: SectorStore; readonly reads: () => number } => {
  const store = createMemorySectors();
  const read = store.read.bind(store);
  let reads = 0;
  store.read = (...request) => {
    reads++;
    return read(...request);
  };
  return { store, reads: () => reads };
};

describe('Mallory asks Bob for bytes that she will not pay,', () => {
  let world: ProviderWorld;
  let mallory: TestRenter;
  let reads: () => number;
  const contents = ['a', 'b', 'c', 'd'].map((name) => contentOf(bytesOf(name, 64 * 1024)));
  const read = (n: number, voucher?: Parameters<TestRenter['read']>[3]) =>
    mallory.read(world.provider.service, (contents[n % contents.length] as (typeof contents)[number]).sector, 1, voucher);

  beforeEach(async () => {
    const counted = createCountedStore();
    world = await createProviderWorld({ store: counted.store, ask: { egressPrice }, policy: { egressCredit: 0, cacheBytes: 1 } });
    mallory = await TestRenter.open({ ledger: world.ledger, provider: world.address, name: 'mallory', escrow: TOKEN });
    await mallory.put(world.provider.service, contents);
    await liveTo(world.ledger, world.provider, 1, 8);
    const before = counted.reads();
    reads = () => counted.reads() - before;
  });

  it('twenty times: not one sector is read, and so none is hashed', async () => {
    for (let n = 0; n < 20; n++) await rejectsCoded(read(n), 'EGRESS_UNPAID');
    await Promise.all(Array.from({ length: 20 }, (_, n) => rejectsCoded(read(n), 'EGRESS_UNPAID')));
    expect(reads()).to.equal(0);
  });

  it('with a voucher that is not hers, or not covered, or too small: the same', async () => {
    const amount = BigInt(LEAF_BYTES);
    await rejectsCoded(read(0, { ...(await mallory.voucher(amount)), amount: (2n * amount) as Wei }), 'BAD_VOUCHER');
    await rejectsCoded(read(0, await mallory.voucher(1_000n * TOKEN)), 'EGRESS_UNFUNDED');
    await rejectsCoded(read(0, await mallory.voucher(amount - 1n)), 'EGRESS_UNPAID');
    expect(reads()).to.equal(0);
  });

  it('or of a sector that Bob does not have for her, which costs neither of them anything', async () => {
    const other = contentOf(bytesOf('other', 320));
    await rejectsCoded(mallory.read(world.provider.service, other.sector, 1, await mallory.voucher(32n)), 'SECTOR_NOT_HELD');
    expect(reads()).to.equal(0);
  });

  it('and one who pays is charged for what was read, not for what could not be read, whatever Bob had written down', async () => {
    const amount = BigInt(2 * LEAF_BYTES);
    await read(0, await mallory.voucher(amount));
    expect(reads()).to.equal(1);
    const store = world.store as { read: SectorStore['read'] };
    const { read: whole } = store;
    store.read = () => Promise.reject(new Error('the disk burns'));
    await read(1).then(
      () => expect.fail('nothing could be read'),
      () => undefined,
    );
    store.read = whole;
    const served = async (service = world.provider.service): Promise<number> =>
      (await service.egress(mallory.peer, await mallory.authorization(), new AbortController().signal)).served;
    expect(await served()).to.equal(LEAF_BYTES);
    expect(await served(world.restart().service)).to.equal(LEAF_BYTES);
    await read(1);
    await rejectsCoded(read(2), 'EGRESS_UNPAID');
  });
});
