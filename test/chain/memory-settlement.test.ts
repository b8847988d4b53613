import { expect } from 'chai';
import { encodeProof, sampleOf } from '../../node/core/market/audit-proof.js';
import { dataSetOf, type SectorRef } from '../../node/core/data/data-set.js';
import type { ProviderSheet, Revision, SignedRevision } from '../../node/core/market/deal.js';
import { dealIdOf } from '../../node/core/market/deal-id.js';
import { isHoldfastError, type ErrorCode } from '../../node/core/errors/holdfast-error.js';
import { buildTree, sectorRoot } from '../../node/core/data/merkle.js';
import { nextRevision, revisionDigest } from '../../node/core/market/revision.js';
import { auditRandom, drawLeaf, drawSlot } from '../../node/core/market/sampling.js';
import { blockNumber, leaves, leavesOf, period, type DealId, type Period, type Wei } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { actor, bytesOf, hashOf } from '../support/worlds/actors.js';
import { createMemoryLedger, type MemoryLedger } from '../support/memory-market/settlement.js';

const TOKEN = 10n ** 18n;
const alice = actor('alice');
const session = actor('alice session');
const bob = actor('bob');
const operator = actor('bob operator');
const carol = actor('carol');

const content = bytesOf('content', 3200);
const sector: SectorRef = { root: sectorRoot(content), leaves: leavesOf(content.length) };

const refused = async (promise: Promise<unknown>, code: ErrorCode): Promise<void> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isHoldfastError(error, code), `${String(error)} should be ${code}`).to.equal(true);
};

describe('the market in memory', () => {
  let ledger: MemoryLedger;
  let renter: Settlement;
  let provider: Settlement;
  let deal: DealId;

  const sheet = async (): Promise<ProviderSheet> => (await renter.provider(bob.address)) as ProviderSheet;

  const sign = async (revision: Revision): Promise<SignedRevision> => {
    const digest = revisionDigest(ledger.identity, revision);
    return { revision, renterSignature: await session.sign(digest), providerSignature: await operator.sign(digest) };
  };

  const commit = async (number: bigint, sectors: readonly SectorRef[]) => {
    const validUntil = period(ledger.period + 1);
    const signed = await sign(nextRevision({ deal, number, sectors, end: period(30), price: (30n * TOKEN) as Wei, validUntil }));
    return provider.submit({ kind: 'batch', items: [{ kind: 'commit', signed }] });
  };

  const proof = async (of: Period): Promise<Uint8Array> => {
    const seed = await provider.seed(of);
    const set = dataSetOf([sector]);
    const weights = (await provider.treeOf(bob.address)).map(({ weight }) => weight);
    const samples = Array.from({ length: 5 }, (_, i) => {
      const { low, high } = auditRandom(seed, bob.address, i);
      expect(drawSlot(weights, low)).to.equal(0);
      return sampleOf(set, drawLeaf(high, set.leaves), buildTree(content));
    });
    return encodeProof(samples);
  };

  /** Every wei that somebody owns lies in the vault, and every wei in the vault is owned. */
  const expectConserved = async (): Promise<void> => {
    let owned = 0n;
    const vault = (await renter.balances('0x00000000000000000000000000000000000a0170' as never)).token;
    for (const account of [alice.address, bob.address, carol.address, '0x000000000000000000000000000000000000dead' as never])
      owned += (await renter.balances(account)).credit;
    owned += (await sheet()).stake + ((await renter.deal(deal))?.escrow ?? 0n);
    // Fees wait for the reward pool.
    for (const { name, args } of await renter.events(blockNumber(0), ledger.block))
      if (name === 'DealSettled') owned += args['fee'] as bigint;
    expect(owned).to.equal(vault);
  };

  beforeEach(async () => {
    ledger = createMemoryLedger();
    for (const { address } of [alice, bob, carol, operator]) ledger.fund(address, 1000n * TOKEN);
    renter = ledger.as(alice.address);
    provider = ledger.as(bob.address);
    const ask = { price: (30n * TOKEN) as Wei, egressPrice: 0n as Wei, minLeaves: leaves(1), maxLeaves: leaves(1 << 25), maxPeriods: 1000 };
    await provider.submit({
      kind: 'register',
      operator: operator.address,
      peerId: 'bob',
      addresses: ['/memory/bob'],
      ask,
      lockLimit: (100n * TOKEN) as Wei,
    });
    await provider.submit({ kind: 'stake', provider: bob.address, amount: (100n * TOKEN) as Wei });
    const salt = hashOf('salt');
    const request = {
      provider: bob.address,
      salt,
      signer: session.address,
      maxPrice: ask.price,
      maxEgressPrice: 0n as Wei,
      maxEgress: 0n as Wei,
    };
    const bounds = { maxEnd: period(100), maxLeaves: leaves(1000), escrow: (10n * TOKEN) as Wei };
    await renter.submit({ kind: 'open', requests: [{ ...request, ...bounds }] });
    deal = dealIdOf(ledger.identity, alice.address, bob.address, salt);
  });

  it('pays for proven periods, slashes missed ones and closes at the end, to the wei', async () => {
    const receipt = await commit(1n, [sector]);
    expect(receipt.failed).to.deep.equal([]);
    expect(receipt.events.map(({ name }) => name)).to.deep.equal(['DealCommitted']);
    const { rate, weight } = (await renter.deal(deal))!;
    expect(rate).to.equal((30n * TOKEN * 100n + 2n ** 25n - 1n) / 2n ** 25n);
    expect(weight).to.equal(1n);

    ledger.mineTo(2, 2);
    await provider.submit({ kind: 'prove', provider: bob.address, period: period(2), samples: await proof(period(2)) });
    expect((await sheet()).lastProven).to.equal(2);

    ledger.mineTo(4, 0);
    const found = await ledger.as(carol.address).submit({ kind: 'sync', provider: bob.address });
    expect(found.events.map(({ name, args }) => [name, args['period']])).to.deep.equal([['Missed', 3n]]);
    expect((await renter.balances(carol.address)).credit).to.equal((10n ** 14n * 200n) / 10_000n);

    ledger.mineTo(4, 5);
    await provider.submit({ kind: 'prove', provider: bob.address, period: period(4), samples: await proof(period(4)) });
    const settled = await provider.submit({ kind: 'batch', items: [{ kind: 'settle', deal }] });
    expect(settled.events[0]?.args).to.deep.include({ through: 4n, rent: rate * 2n, compensation: (10n ** 14n * 4_800n) / 10_000n });
    await expectConserved();

    expect((await commit(2n, [])).failed).to.deep.equal([]);
    ledger.mineTo(6, 0);
    await renter.submit({ kind: 'cancel', deal });
    expect((await renter.deal(deal))?.status).to.equal('closed');
    await expectConserved();
  });

  it('declares a default after five misses in a row and pays the collateral at close', async () => {
    await commit(1n, [sector]);
    ledger.mineTo(6, 20);
    const { events } = await ledger.as(carol.address).submit({ kind: 'sync', provider: bob.address });
    expect(events.map(({ name }) => name)).to.deep.equal([...Array<string>(5).fill('Missed'), 'Defaulted']);
    const { weight, defaulted } = (await renter.deal(deal))!;
    expect(defaulted).to.deep.equal({ period: 6, share: ledger.parameters.unit });
    const closed = await ledger.as(carol.address).submit({ kind: 'batch', items: [{ kind: 'close', deal }] });
    expect(closed.events.at(-1)?.args).to.deep.include({ refund: 10n * TOKEN, collateral: weight * ledger.parameters.unit });
    expect((await sheet()).total).to.equal(0n);
    await expectConserved();
  });

  it('refuses a wrong proof, and takes a copied one as nothing', async () => {
    await commit(1n, [sector]);
    ledger.mineTo(2, 0);
    await refused(provider.seed(period(2)), 'SEED_UNAVAILABLE');
    ledger.mine();
    const samples = await proof(period(2));
    const wrong = samples.slice();
    wrong[0]! ^= 1;
    await refused(provider.submit({ kind: 'prove', provider: bob.address, period: period(2), samples: wrong }), 'WRONG_ROOT');
    const long = new Uint8Array([...samples, 0]);
    await refused(provider.submit({ kind: 'prove', provider: bob.address, period: period(2), samples: long }), 'PROOF_LENGTH');
    const short = samples.slice(0, -1);
    await refused(provider.submit({ kind: 'prove', provider: bob.address, period: period(2), samples: short }), 'PROOF_LENGTH');
    await provider.submit({ kind: 'prove', provider: bob.address, period: period(2), samples });
    const copied = await ledger
      .as(carol.address)
      .submit({ kind: 'prove', provider: bob.address, period: period(2), samples: new Uint8Array(3) });
    expect(copied.events).to.deep.equal([]);
  });

  it('forgets what a reorganization took away, and draws anew', async () => {
    await commit(1n, [sector]);
    ledger.mineTo(2, 1);
    const before = await provider.seed(period(2));
    const hash = await provider.blockHash(ledger.block);
    await provider.submit({ kind: 'prove', provider: bob.address, period: period(2), samples: await proof(period(2)) });
    ledger.reorganize(3);
    expect((await sheet()).lastProven).to.equal(1);
    expect(await provider.seed(period(2))).to.not.equal(before);
    expect(await provider.blockHash(ledger.block)).to.not.equal(hash);
  });

  it('gives up a transaction at its deadline and mines audits first', async () => {
    ledger.inclusion = 'never';
    const late = provider.submit({ kind: 'drip' }, { deadline: (ledger.block + 2) as never });
    const normal = renter.submit({ kind: 'stake', provider: bob.address, amount: 1n as Wei });
    const audit = ledger.as(carol.address).submit({ kind: 'stake', provider: bob.address, amount: 2n as Wei }, { priority: 'audit' });
    const expired = refused(late, 'TRANSACTION_EXPIRED');
    ledger.mine(3);
    await expired;
    ledger.inclusion = 'next-block';
    ledger.mine();
    expect((await audit).block).to.equal((await normal).block);
    const events = await renter.events(ledger.block, ledger.block);
    expect(events.filter(({ name }) => name === 'Staked').map(({ args }) => args['amount'])).to.deep.equal([2n, 1n]);
  });
});
