import { expect } from 'chai';
import { LEAF_BYTES, type Wei } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { createMemoryJournal } from '../../node/storage/journal.js';
import { actor, bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createMemoryLedger } from '../support/memory-market/settlement.js';
import { createProviderWorld, liveTo, settle, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { contentOf, TestRenter } from '../support/worlds/test-renter.js';

const { signal } = new AbortController();
const letter = contentOf(bytesOf('a letter', 3200));
const GIB = 2n ** 30n;
/** A wei a byte. */
const egressPrice = GIB as Wei;
/** Leaves that one read asks for, and what it costs. */
const COUNT = 10;
const COST = BigInt(COUNT * LEAF_BYTES);

describe('Bob is paid for what Alice reads', () => {
  let world: ProviderWorld;
  let alice: TestRenter;

  const start = async (options: Parameters<typeof createProviderWorld>[0] = {}): Promise<void> => {
    world = await createProviderWorld({ ...options, ask: { egressPrice, ...options.ask }, policy: { egressCredit: 0, ...options.policy } });
    alice = await TestRenter.open({ ledger: world.ledger, provider: world.address });
    await alice.put(world.provider.service, [letter]);
    await liveTo(world.ledger, world.provider, 1, 8);
  };
  const read = (amount?: bigint, count = COUNT, service = world.provider.service): Promise<unknown> =>
    (amount === undefined ? Promise.resolve(undefined) : alice.voucher(amount)).then((voucher) =>
      alice.read(service, letter.sector, count, voucher),
    );
  const served = async (service = world.provider.service): Promise<number> =>
    (await service.egress(alice.peer, await alice.authorization(), signal)).served;
  const redemptions = async (): Promise<readonly unknown[]> =>
    (await world.ownerChain.events(0 as never, world.ledger.block))
      .filter(({ name }) => name === 'VoucherRedeemed')
      .map(({ args }) => args['redeemed']);

  it('byte by byte, by one growing voucher, and shows it to whoever speaks for the deal', async () => {
    await start();
    await read(COST);
    await read(3n * COST, 2 * COUNT);
    expect(await served()).to.equal(3 * COUNT * LEAF_BYTES);
    const state = await world.provider.service.egress(alice.peer, await alice.authorization(), signal);
    expect(state.voucher).to.deep.equal(await alice.voucher(3n * COST));
  });

  it('serves no more than its credit to one who stops paying, and says what it needs', async () => {
    await start({ policy: { egressCredit: 2 * COUNT * LEAF_BYTES } });
    await read();
    await read();
    const error = await rejectsCoded(read(), 'EGRESS_UNPAID');
    expect(error.data).to.include({ served: 2 * COUNT * LEAF_BYTES, bytes: COUNT * LEAF_BYTES, needed: 3n * COST, amount: 0n });
    await rejectsCoded(read(COST - 1n), 'EGRESS_UNPAID');
    await read(COST);
    expect(await served()).to.equal(3 * COUNT * LEAF_BYTES);
  });

  it('bounds the credit also when many reads come at once', async () => {
    await start({ policy: { egressCredit: 2 * COUNT * LEAF_BYTES } });
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => read()));
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(2);
  });

  it('takes no forged voucher, none of another deal, and gives nothing for an old one', async () => {
    await start();
    const other = await TestRenter.open({ ledger: world.ledger, provider: world.address, salt: 'another' });
    const forged = await alice.voucher(COST, { by: actor('mallory') });
    await rejectsCoded(alice.read(world.provider.service, letter.sector, COUNT, forged), 'BAD_VOUCHER');
    await rejectsCoded(
      alice.read(world.provider.service, letter.sector, COUNT, await alice.voucher(COST, { deal: other.deal })),
      'BAD_VOUCHER',
    );
    await rejectsCoded(
      alice.read(world.provider.service, letter.sector, COUNT, { ...(await alice.voucher(COST)), amount: (9n * COST) as Wei }),
      'BAD_VOUCHER',
    );
    expect(await served()).to.equal(0);
    await read(2n * COST);
    await read(COST);
    await rejectsCoded(read(COST), 'EGRESS_UNPAID');
    expect((await world.journal.egress(alice.deal))?.voucher?.amount).to.equal(2n * COST);
  });

  it('serves nothing against a voucher that the escrow does not cover', async () => {
    await start({ ask: { egressPrice: (GIB * TOKEN) as Wei } });
    await rejectsCoded(read(COST * TOKEN), 'EGRESS_UNFUNDED');
  });

  it('does not charge for a read that it cannot serve', async () => {
    await start();
    await rejectsCoded(read(1_000n * COST, 101), 'RANGE_OUTSIDE');
    expect(await served()).to.equal(0);
  });

  it('asks for nothing where reading is free', async () => {
    await start({ ask: { egressPrice: 0n as Wei } });
    for (let i = 0; i < 5; i++) await read(undefined, 100);
    expect(await served()).to.equal(0);
  });

  it('has the voucher on disk before it serves, and a restart charges nothing twice', async () => {
    const ledger = createMemoryLedger();
    const journal = await createMemoryJournal(ledger.identity);
    let durable = 0n;
    await start({
      ledger,
      journal: {
        ...journal,
        recordEgress: async (row) => journal.recordEgress(row).then(() => void (durable = row.voucher?.amount ?? 0n)),
      },
    });
    await read(2n * COST);
    expect(durable).to.equal(2n * COST);
    await read();
    const { service } = world.restart();
    expect(await served(service)).to.equal(2 * COUNT * LEAF_BYTES);
    await rejectsCoded(read(undefined, COUNT, service), 'EGRESS_UNPAID');
  });

  it('gives away less than its credit by a crash', async () => {
    await start({ policy: { egressCredit: 3 * COUNT * LEAF_BYTES } });
    for (let i = 0; i < 3; i++) await read();
    await read(9n * COST);
    for (let i = 0; i < 4; i++) await read();
    const lost = (await served()) - (await served(world.restart().service));
    expect(lost).to.be.within(1, 3 * COUNT * LEAF_BYTES - 1);
  });

  it('redeems once it is worth the gas, and not before', async () => {
    await start({ policy: { gasFactor: 1n, egressCredit: 0 }, ask: { egressPrice: (GIB * 10n ** 12n) as Wei } });
    const price = 10n ** 12n;
    await liveTo(world.ledger, world.provider, 2, 10);
    await read(COST * price - 1n, COUNT - 1);
    await liveTo(world.ledger, world.provider, 3, 30);
    // 120,000 gas at a gwei: 1.2 · 10^14 wei; the voucher brings 3.2 · 10^14.
    expect(await redemptions()).to.deep.equal([COST * price - 1n]);
    await read(COST * price, 1);
    await liveTo(world.ledger, world.provider, 5, 30);
    expect(await redemptions()).to.have.length(1);
  });

  it('redeems whatever there is before it closes a deal or before its renter can', async () => {
    await start();
    await liveTo(world.ledger, world.provider, 1, 10);
    await read(COST);
    await liveTo(world.ledger, world.provider, 2, 30);
    expect(await redemptions()).to.deep.equal([]);
    await alice.sign(world.provider.service, await alice.request({ remove: [0], append: [] }));
    await liveTo(world.ledger, world.provider, 2, 34);
    expect(await redemptions()).to.deep.equal([COST]);
    world.ledger.mineTo(4, 0);
    await alice.chain.submit({ kind: 'cancel', deal: alice.deal });
  });

  it('redeems what the signer before signed while it still can', async () => {
    await start();
    await liveTo(world.ledger, world.provider, 1, 10);
    // More than the gas of a redemption, less than its tenfold.
    await read(3n * 10n ** 14n);
    await liveTo(world.ledger, world.provider, 2, 30);
    expect(await redemptions()).to.deep.equal([]);
    await alice.chain.submit({ kind: 'setSigner', deal: alice.deal, signer: actor('another session').address });
    await liveTo(world.ledger, world.provider, 3, 30);
    expect(await redemptions()).to.deep.equal([3n * 10n ** 14n]);
  });

  it('claims the rewards of an epoch once it is over, by itself and once', async () => {
    await start({ parameters: { epochPeriods: 3, feeBps: 200 }, policy: { gasFactor: 0n, settleEvery: 1 } });
    await liveTo(world.ledger, world.provider, 9, 30);
    const claimed = (await world.ownerChain.events(0 as never, world.ledger.block)).filter(({ name }) => name === 'RewardClaimed');
    expect(claimed.map(({ args }) => args['epoch'])).to.deep.equal([0n, 1n]);
    expect(await world.ownerChain.rewards(world.address, [0, 1])).to.deep.equal([0n, 0n]);
    expect(world.log.events('warn')).to.deep.equal([]);
  });

  it('claims again in the next period if a claim failed', async () => {
    let tries = 0;
    const wrapSettlement = (settlement: Settlement): Settlement => ({
      ...settlement,
      submit: async (action, options) => {
        if (action.kind === 'claim' && ++tries === 1) throw new Error('no RPC answers');
        return await settlement.submit(action, options);
      },
    });
    await start({ parameters: { epochPeriods: 3, feeBps: 200 }, policy: { gasFactor: 0n, settleEvery: 1 }, wrapSettlement });
    await liveTo(world.ledger, world.provider, 5, 30);
    expect(tries).to.equal(2);
    expect(await world.ownerChain.rewards(world.address, [0])).to.deep.equal([0n]);
    expect(world.log.events('warn')).to.deep.equal(['claim-failed']);
  });

  it('forgets vouchers once their deal is closed for good, and tells what they are worth until then', async () => {
    await start();
    await liveTo(world.ledger, world.provider, 1, 10);
    await read(COST);
    expect((await world.provider.status(signal)).egress).to.deep.equal({ promised: COST, unredeemed: COST });
    await alice.sign(world.provider.service, await alice.request({ remove: [0], append: [] }));
    await liveTo(world.ledger, world.provider, 2, 30);
    expect((await world.provider.status(signal)).egress).to.deep.equal({ promised: COST, unredeemed: 0n });
    world.ledger.mineTo(3, 0);
    await alice.chain.submit({ kind: 'cancel', deal: alice.deal });
    await liveTo(world.ledger, world.provider, 5, 30);
    await settle();
    expect(await world.journal.egress(alice.deal)).to.equal(undefined);
  });
});
