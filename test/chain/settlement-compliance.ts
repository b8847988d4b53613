import { expect } from 'chai';
import { encodeProof, sampleOf, type Sample } from '../../node/core/audit-proof.js';
import { dataSetOf } from '../../node/core/data-set.js';
import type { Deal, OpenRequest, ProviderSheet, SectorRef, SignedRevision } from '../../node/core/deal.js';
import { dealIdOf } from '../../node/core/deal-id.js';
import { HoldfastError } from '../../node/core/errors.js';
import { buildTree, sectorRoot } from '../../node/core/merkle.js';
import { bondUp, rateUp, weightFor } from '../../node/core/rent.js';
import { nextRevision, revisionDigest } from '../../node/core/revision.js';
import { auditRandom, challengeLeaf, drawLeaf, drawSlot } from '../../node/core/sampling.js';
import { mostEgress, voucherDigest } from '../../node/core/voucher.js';
import {
  blockNumber,
  hash,
  leaves,
  leavesOf,
  period,
  wei,
  type DealId,
  type Hash,
  type Leaves,
  type Period,
} from '../../node/core/units.js';
import type { Receipt, Settlement } from '../../node/ports/settlement.js';
import { actor, bytesOf, hashOf } from '../support/actors.js';
import { rejection } from '../support/coded-rejection.js';
import type { MarketWorld } from './market-world.js';

const TOKEN = 10n ** 18n;
const PEER_ID = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN';
const alice = actor('alice');
const session = actor('alice session');
const bob = actor('bob');
const operator = actor('bob operator');
const carol = actor('carol');

const ask = { price: wei(30n * TOKEN), egressPrice: wei(5n), minLeaves: leaves(1), maxLeaves: leaves(1 << 25), maxPeriods: 1_000 };
const contents = [bytesOf('first', 3_200), bytesOf('second', 64), bytesOf('third', 32 * 1_000)];
const sectors = contents.map((content): SectorRef => ({ root: sectorRoot(content), leaves: leavesOf(content.length) }));

/** What every `Settlement` does, whatever is behind it. `open` makes a market without providers. */
export const settlementCompliance = (open: () => Promise<MarketWorld>): void => {
  let world: MarketWorld;
  let renter: Settlement;
  let provider: Settlement;
  let bystander: Settlement;
  /** Sectors of each deal on chain. */
  let stored: Map<DealId, readonly number[]>;

  const sheet = async (): Promise<ProviderSheet> => (await renter.provider(bob.address)) as ProviderSheet;
  const dealOf = async (id: DealId): Promise<Deal> => (await renter.deal(id)) as Deal;
  const now = async (): Promise<Period> => {
    const { block } = await renter.head();
    return period(1 + Math.floor((block - renter.genesisBlock) / world.parameters.periodBlocks));
  };

  const requestOf = (salt: Hash): OpenRequest => ({
    provider: bob.address,
    salt,
    signer: session.address,
    maxPrice: ask.price,
    maxEgressPrice: ask.egressPrice,
    maxEnd: period(100),
    maxLeaves: leaves(10_000),
    escrow: wei(20n * TOKEN),
  });
  const openDeal = async (name: string): Promise<DealId> => {
    await renter.submit({ kind: 'open', requests: [requestOf(hashOf(name))] });
    return dealIdOf(world.identity, alice.address, bob.address, hashOf(name));
  };
  const signed = async (deal: DealId, number: bigint, which: readonly number[], end = 30): Promise<SignedRevision> => {
    const content = which.map((index) => sectors[index] as SectorRef);
    const validUntil = period((await now()) + 1);
    const revision = nextRevision({ deal, number, sectors: content, end: period(end), price: ask.price, validUntil });
    const digest = revisionDigest(world.identity, revision);
    return { revision, renterSignature: await session.sign(digest), providerSignature: await operator.sign(digest) };
  };
  const commit = async (deal: DealId, number: bigint, which: readonly number[], end = 30): Promise<Receipt> => {
    const receipt = await provider.submit({ kind: 'batch', items: [{ kind: 'commit', signed: await signed(deal, number, which, end) }] });
    expect(receipt.failed).to.deep.equal([]);
    stored.set(deal, which);
    return receipt;
  };

  /** Part of a period's rent that goes to the reward pool. */
  const feeOf = (rate: bigint): bigint => (rate * BigInt(world.parameters.feeBps) + 9_999n) / 10_000n;

  const sampleAt = (deal: DealId, leaf: Leaves): Sample => {
    const which = stored.get(deal) as readonly number[];
    const set = dataSetOf(which.map((index) => sectors[index] as SectorRef));
    return sampleOf(set, leaf, buildTree(contents[which[set.locate(leaf).index] as number] as Uint8Array));
  };

  const proof = async (of: Period): Promise<Uint8Array> => {
    const seed = await provider.seed(of);
    const tree = await provider.treeOf(bob.address);
    const weights = Array.from({ length: (await sheet()).slots }, (_, slot) => tree.find((deal) => deal.slot === slot)?.weight ?? 0n);
    const samples = Array.from({ length: world.parameters.samples }, (_, i) => {
      const { low, high } = auditRandom(seed, bob.address, i);
      const deal = tree.find(({ slot }) => slot === drawSlot(weights, low)) as Deal;
      return sampleAt(deal.id, drawLeaf(high, deal.leaves));
    });
    return encodeProof(samples);
  };
  const prove = async (of: number): Promise<Receipt> =>
    provider.submit({ kind: 'prove', provider: bob.address, period: period(of), samples: await proof(period(of)) }, { priority: 'audit' });
  /** Samples for the challenge of `deal`, which was opened in the period before `of`. */
  const answerTo = async (deal: DealId, of: number): Promise<Uint8Array> => {
    const [seed, { leaves: count }] = [await provider.seed(period(of)), await dealOf(deal)];
    return encodeProof(Array.from({ length: world.parameters.samples }, (_, i) => sampleAt(deal, challengeLeaf(seed, deal, i, count))));
  };
  const expire = async (who: Settlement, deal: DealId): Promise<Receipt> =>
    who.submit({ kind: 'batch', items: [{ kind: 'expire', deal }] });
  const refusalIn = ({ failed }: Receipt): string | undefined => (failed[0]?.error as HoldfastError | undefined)?.code;
  const eventIn = (receipt: Receipt, wanted: string) => receipt.events.find(({ name }) => name === wanted)?.args;
  const names = (receipt: Receipt): string[] => receipt.events.map(({ name }) => name).filter((name) => name !== 'Transfer');

  beforeEach(async () => {
    world = await open();
    stored = new Map();
    for (const name of ['alice', 'bob', 'carol', 'bob operator']) await world.fund(name, 1_000n * TOKEN);
    renter = await world.as('alice');
    provider = await world.as('bob');
    bystander = await world.as('carol');
    const addresses = ['/ip4/127.0.0.1/tcp/4711', '/dns4/bob.example/tcp/4711'];
    await provider.submit({ kind: 'register', operator: operator.address, peerId: PEER_ID, addresses, ask });
    await provider.submit({ kind: 'stake', provider: bob.address, amount: wei(100n * TOKEN) });
  });
  afterEach(async () => world.close());

  it('shows a provider as it registered, and nothing for a stranger', async () => {
    const found = await sheet();
    expect(found).to.deep.include({
      provider: bob.address,
      operator: operator.address,
      peerId: PEER_ID,
      addresses: ['/ip4/127.0.0.1/tcp/4711', '/dns4/bob.example/tcp/4711'],
      ask,
      stake: 100n * TOKEN,
      locked: 0n,
      total: 0n,
      generation: 0,
      slots: 0,
      frozen: false,
    });
    const { provider: who, operator: hot, peerId, addresses } = found;
    expect(await renter.providerRecords()).to.deep.equal([{ provider: who, operator: hot, peerId, addresses, ask }]);
    expect(await renter.providerSheets([])).to.deep.equal([]);
    expect(await renter.providerSheets([carol.address, bob.address, bob.address])).to.deep.equal([undefined, found, found]);
    expect(await renter.provider(carol.address)).to.equal(undefined);
    expect(await renter.deal(hashOf('no deal') as unknown as DealId)).to.equal(undefined);
  });

  it('changes what a provider asks for and where it is, by owner or operator', async () => {
    const hot = await world.as('bob operator');
    await hot.submit({ kind: 'setAsk', provider: bob.address, ask: { ...ask, price: wei(31n * TOKEN) } });
    await hot.submit({ kind: 'setEndpoint', provider: bob.address, peerId: PEER_ID, addresses: ['/memory/bob'] });
    const other = { operator: operator.address, peerId: PEER_ID, addresses: ['/memory/carol'], ask: { ...ask, maxLeaves: leaves(7) } };
    await bystander.submit({ kind: 'register', ...other });
    const [first] = await renter.providerRecords();
    expect(first).to.deep.include({ operator: operator.address, ask: { ...ask, price: wei(31n * TOKEN) } });
    await provider.submit({ kind: 'setOperator', operator: carol.address });
    expect(await renter.providerRecords()).to.deep.equal([
      { ...first, operator: carol.address, addresses: ['/memory/bob'] },
      { provider: carol.address, ...other },
    ]);
    expect(await sheet()).to.deep.include({ operator: carol.address, addresses: ['/memory/bob'] });
    expect((await sheet()).ask.price).to.equal(31n * TOKEN);
    const refused = await rejection(hot.submit({ kind: 'setAsk', provider: bob.address, ask }), 'NOT_PROVIDER');
    expect(refused.data).to.deep.equal({ provider: bob.address, caller: operator.address });
  });

  it('opens deals, several at once, and refuses the same one twice', async () => {
    const requests = [requestOf(hashOf('one')), requestOf(hashOf('two'))];
    const before = await renter.balances(alice.address);
    const receipt = await renter.submit({ kind: 'open', requests });
    const ids = requests.map(({ salt }) => dealIdOf(world.identity, alice.address, bob.address, salt));
    expect(names(receipt)).to.deep.equal(['DealOpened', 'DealOpened']);
    expect(receipt.events.filter(({ name }) => name === 'DealOpened').map(({ args }) => args['deal'])).to.deep.equal(ids);
    expect(await renter.dealIdsOf('renter', alice.address)).to.deep.equal(ids);
    expect(await renter.dealIdsOf('provider', bob.address)).to.deep.equal(ids);
    expect(await renter.dealIdsOf('renter', carol.address)).to.deep.equal([]);
    const [deal, nothing] = await renter.deals([ids[0] as DealId, hash(`0x${'1'.repeat(64)}`) as unknown as DealId]);
    expect(nothing).to.equal(undefined);
    expect(deal).to.deep.include({
      id: ids[0],
      status: 'empty',
      renter: alice.address,
      provider: bob.address,
      signer: session.address,
      leaves: 0,
      number: 0n,
      end: 100,
      maxEnd: 100,
      maxLeaves: 10_000,
      weight: 0n,
      price: ask.price,
      egressPrice: ask.egressPrice,
      escrow: 20n * TOKEN,
    });
    const after = await renter.balances(alice.address);
    expect(before.token - after.token).to.equal(40n * TOKEN);
    expect(before.allowance - after.allowance).to.equal(40n * TOKEN);
    expect(after.coin < before.coin).to.equal(true);
    await rejection(renter.submit({ kind: 'open', requests: [requestOf(hashOf('one'))] }), 'DEAL_EXISTS');
  });

  it('commits, is paid for what it proves, slashed for what it misses, and closes at the end, to the wei', async () => {
    const deal = await openDeal('deal');
    expect(names(await commit(deal, 1n, [0, 1]))).to.deep.equal(['DealCommitted']);
    const size = leaves(102);
    const rate = rateUp(ask.price, size);
    const weight = weightFor(ask.price, size, world.parameters);
    expect(await dealOf(deal)).to.deep.include({ status: 'active', leaves: 102, sectors: 2, number: 1n, end: 30, rate, weight, slot: 0 });
    expect((await provider.treeOf(bob.address)).map(({ id }) => id)).to.deep.equal([deal]);
    expect(await sheet()).to.deep.include({ total: weight, locked: weight * world.parameters.unit, slots: 1 });

    await world.mineTo(2, 2);
    expect((await sheet()).frozen).to.equal(true);
    expect(names(await prove(2))).to.include('Proven');
    expect(await sheet()).to.deep.include({ lastProven: 2, frozen: false, decided: 2 });

    await world.mineTo(3, 20);
    const sync = await bystander.submit({ kind: 'sync', provider: bob.address });
    const missed = sync.events.find(({ name }) => name === 'Missed');
    const slash = (weight * world.parameters.unit * 100n) / 10_000n;
    expect(missed?.args).to.deep.equal({
      provider: bob.address,
      period: 3n,
      finder: carol.address,
      burnt: slash / 2n,
      bounty: (slash * 200n) / 10_000n,
      compensation: (slash * 4_800n) / 10_000n,
    });
    expect(await renter.missesThrough(bob.address, period(3))).to.equal(1);
    expect(await renter.missesThrough(bob.address, period(2))).to.equal(0);
    expect((await bystander.balances(carol.address)).credit).to.equal((slash * 200n) / 10_000n);
    expect((await sheet()).stake).to.equal(100n * TOKEN - slash);

    await world.mineTo(4, 2);
    await prove(4);
    const fee = 2n * feeOf(rate);
    const settled = await bystander.submit({ kind: 'batch', items: [{ kind: 'settle', deal }] });
    const payment = settled.events.find(({ name }) => name === 'DealSettled');
    expect(payment?.args).to.deep.equal({
      deal,
      provider: bob.address,
      through: 4n,
      rent: rate * 2n,
      fee,
      compensation: (slash * 4_800n) / 10_000n,
    });
    expect((await provider.balances(bob.address)).credit).to.equal(rate * 2n - fee);

    await commit(deal, 2n, []);
    expect(await dealOf(deal)).to.deep.include({ status: 'empty', leaves: 0, weight: 0n });
    await renter.submit({ kind: 'cancel', deal });
    expect((await dealOf(deal)).status).to.equal('closed');
    const credit = (await renter.balances(alice.address)).credit;
    expect(credit).to.equal(20n * TOKEN - rate * 2n + (slash * 4_800n) / 10_000n);
    await renter.submit({ kind: 'withdraw', amount: wei(credit), to: alice.address });
    expect((await renter.balances(alice.address)).credit).to.equal(0n);
    expect((await renter.balances(alice.address)).token).to.equal(980n * TOKEN + credit);
  });

  it('declares a default after five misses in a row and pays the collateral', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [2]);
    const { weight } = await dealOf(deal);
    await world.mineTo(6, 20);
    const sync = await bystander.submit({ kind: 'sync', provider: bob.address });
    expect(names(sync)).to.deep.equal(['Missed', 'Missed', 'Missed', 'Missed', 'Missed', 'Defaulted']);
    expect(await sheet()).to.deep.include({ generation: 1, total: 0n });
    const { defaulted } = await dealOf(deal);
    expect(defaulted).to.deep.equal({ period: 6, share: world.parameters.unit });
    const closed = await bystander.submit({ kind: 'batch', items: [{ kind: 'close', deal }] });
    expect(closed.events.find(({ name }) => name === 'DealClosed')?.args).to.deep.include({
      deal,
      refund: 20n * TOKEN,
      collateral: weight * world.parameters.unit,
    });
    expect((await dealOf(deal)).status).to.equal('closed');
  });

  it('skips the failing item of a batch and says which and why', async () => {
    const good = await openDeal('good');
    const bad = await openDeal('bad');
    const stale = await signed(bad, 1n, [0]);
    await commit(bad, 2n, [0]);
    const items = [
      { kind: 'commit', signed: stale },
      { kind: 'commit', signed: await signed(good, 1n, [1]) },
      { kind: 'close', deal: good },
    ] as const;
    const receipt = await bystander.submit({ kind: 'batch', items });
    expect(receipt.failed.map(({ index }) => index)).to.deep.equal([0, 2]);
    expect(receipt.failed.map(({ error }) => (error as HoldfastError).code)).to.deep.equal(['STALE_REVISION', 'TOO_EARLY_TO_CLOSE']);
    expect((receipt.failed[0]?.error as HoldfastError).data).to.deep.equal({ number: 1n, current: 2n });
    expect((await dealOf(good)).number).to.equal(1n);
  });

  it('proves a tree of several deals, with a freed slot in it', async () => {
    const deals = [await openDeal('one'), await openDeal('two'), await openDeal('three')];
    for (const [index, deal] of deals.entries()) await commit(deal, 1n, [index]);
    await commit(deals[1] as DealId, 2n, []);
    expect((await provider.treeOf(bob.address)).map(({ id, slot }) => [id, slot])).to.deep.equal([
      [deals[0], 0],
      [deals[2], 2],
    ]);
    await world.mineTo(2, 1);
    await prove(2);
    expect((await sheet()).lastProven).to.equal(2);
  });

  it('refuses a wrong proof, and takes a second one as nothing', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    await world.mineTo(2, 1);
    const samples = await proof(period(2));
    const wrong = samples.slice();
    wrong[0] = (wrong[0] as number) ^ 1;
    const action = { kind: 'prove', provider: bob.address, period: period(2) } as const;
    const refusal = await provider.submit({ ...action, samples: wrong }).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(HoldfastError);
    await provider.submit({ ...action, samples });
    expect((await bystander.submit({ ...action, samples: new Uint8Array(3) })).events).to.deep.equal([]);
    await rejection(provider.submit({ ...action, period: period(1), samples }), 'WRONG_PERIOD');
  });

  it('gives the seed of a period from its second block on', async () => {
    await world.mineTo(3, 0);
    const refusal = await rejection(renter.seed(period(4)), 'SEED_UNAVAILABLE');
    expect(refusal.data).to.deep.equal({ period: 4n });
    await world.mineTo(3, 2);
    const seed = await renter.seed(period(3));
    expect(seed).to.match(/^0x[0-9a-f]{64}$/);
    await world.mine(1);
    expect(await renter.seed(period(3))).to.equal(seed);
  });

  it("names each party's refusals", async () => {
    const deal = await openDeal('deal');
    await rejection(bystander.submit({ kind: 'cancel', deal }), 'NOT_PARTY');
    await rejection(bystander.submit({ kind: 'deposit', deal: hashOf('none') as unknown as DealId, amount: wei(1n) }), 'DEAL_UNKNOWN');
    await rejection(provider.submit({ kind: 'unstake', amount: wei(101n * TOKEN) }), 'INSUFFICIENT_FUNDS');
    await rejection(provider.submit({ kind: 'withdraw', amount: wei(1n), to: bob.address }), 'INSUFFICIENT_FUNDS');
    await renter.submit({ kind: 'approve', amount: wei(5n) });
    await rejection(renter.submit({ kind: 'deposit', deal, amount: wei(6n) }), 'ERC20_INSUFFICIENT_ALLOWANCE');
    await rejection(renter.submit({ kind: 'sendToken', to: bob.address, amount: wei(10_000n * TOKEN) }), 'ERC20_INSUFFICIENT_BALANCE');
  });

  it('changes a deal as its renter says: more escrow, wider bounds, another signer, notice', async () => {
    const deal = await openDeal('deal');
    await renter.submit({ kind: 'deposit', deal, amount: wei(TOKEN) });
    await renter.submit({ kind: 'setBounds', deal, maxEnd: period(200), maxLeaves: leaves(20_000) });
    await renter.submit({ kind: 'setSigner', deal, signer: carol.address });
    expect(await dealOf(deal)).to.deep.include({ escrow: 21n * TOKEN, maxEnd: 200, maxLeaves: 20_000, signer: carol.address });
    await renter.submit({ kind: 'leave', deal });
    const end = (await now()) + 1 + world.parameters.noticePeriods;
    expect(await dealOf(deal)).to.deep.include({ end, maxEnd: end });
  });

  it('forfeits a deal: collateral and escrow go to the renter', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    const { weight } = await dealOf(deal);
    await provider.submit({ kind: 'forfeit', deal });
    expect((await dealOf(deal)).status).to.equal('closed');
    expect((await renter.balances(alice.address)).credit).to.equal(20n * TOKEN + weight * world.parameters.unit);
  });

  it('pays what vouchers add, once, out of what rent does not need, and by the signer before for a while', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    const redeem = async (amount: bigint, by = session, named = deal): Promise<Receipt> => {
      const signature = await by.sign(voucherDigest(world.identity, named, wei(amount)));
      return bystander.submit({ kind: 'batch', items: [{ kind: 'redeem', deal, amount: wei(amount), signature }] });
    };
    const codes = ({ failed }: Receipt): unknown[] => failed.map(({ error }) => (error as HoldfastError).code);
    const credit = async (): Promise<bigint> => (await renter.balances(bob.address)).credit;

    const first = await redeem(7n);
    expect(first.events.find(({ name }) => name === 'VoucherRedeemed')?.args).to.deep.equal({
      deal,
      provider: bob.address,
      paid: 7n,
      redeemed: 7n,
    });
    expect(await credit()).to.equal(7n);
    expect((await dealOf(deal)).redeemed).to.equal(7n);
    expect(codes(await redeem(7n))).to.deep.equal(['NOTHING_TO_REDEEM']);
    await redeem(10n);
    expect(await credit()).to.equal(10n);
    expect(codes(await redeem(20n, carol))).to.deep.equal(['BAD_VOUCHER']);
    expect(codes(await redeem(20n, session, dealIdOf(world.identity, alice.address, bob.address, hashOf('other'))))).to.deep.equal([
      'BAD_VOUCHER',
    ]);

    const most = mostEgress(await dealOf(deal));
    await redeem(1_000n * TOKEN);
    expect((await dealOf(deal)).redeemed).to.equal(most);
    const { rate, end, settledThrough, escrow } = await dealOf(deal);
    expect(escrow).to.equal(rate * BigInt(end - 1 - settledThrough));

    await renter.submit({ kind: 'deposit', deal, amount: wei(100n) });
    await renter.submit({ kind: 'setSigner', deal, signer: carol.address });
    await redeem(most + 30n);
    await redeem(most + 60n, carol);
    expect((await dealOf(deal)).redeemed).to.equal(most + 60n);
    await world.mineTo((await now()) + 2, 0);
    expect(codes(await redeem(most + 90n))).to.deep.equal(['BAD_VOUCHER']);
  });

  it('tells what the reward pool owes, and pays it to the owner once its epoch is over', async () => {
    const { epochPeriods } = world.parameters;
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    expect(await renter.rewards(bob.address, [0, 1])).to.deep.equal([0n, 0n]);
    const of = (await now()) + 1;
    await world.mineTo(of, 2);
    await prove(of);
    const settled = await provider.submit({ kind: 'batch', items: [{ kind: 'settle', deal }] });
    const fee = settled.events.find(({ name }) => name === 'DealSettled')?.args['fee'] as bigint;
    const kept = fee - (fee + 1n) / 2n;
    expect(kept > 0n).to.equal(true);
    expect(await renter.rewards(bob.address, [0, 1])).to.deep.equal([kept, 0n]);
    expect(await renter.rewards(carol.address, [0])).to.deep.equal([0n]);
    const claim = { kind: 'claim', provider: bob.address, epochs: [0] } as const;
    await rejection(bystander.submit(claim), 'EPOCH_NOT_OVER');

    await world.mineTo(epochPeriods + 1, 0);
    const { token } = await renter.balances(bob.address);
    const claimed = await bystander.submit(claim);
    expect(claimed.events.find(({ name }) => name === 'RewardClaimed')?.args).to.deep.equal({
      epoch: 0n,
      provider: bob.address,
      reward: kept,
    });
    expect((await renter.balances(bob.address)).token).to.equal(token + kept);
    expect(await renter.rewards(bob.address, [0])).to.deep.equal([0n]);
    await rejection(bystander.submit(claim), 'ALREADY_CLAIMED');
    await rejection(bystander.submit({ ...claim, provider: carol.address }), 'NOTHING_EARNED');
  });

  it('has a deal proven by a direct challenge, which pins it until it is answered', async () => {
    const [deal, other] = [await openDeal('deal'), await openDeal('other')];
    await commit(deal, 1n, [0, 2]);
    await commit(other, 1n, [1]);
    const bond = await renter.bondOf(alice.address, bob.address);
    expect(bond).to.equal(bondUp(0, world.parameters));
    expect(await renter.challengeOf(deal)).to.equal(undefined);
    await rejection(bystander.submit({ kind: 'challenge', deal }), 'NOT_PARTY');
    const { token } = await renter.balances(alice.address);
    const opened = await renter.submit({ kind: 'challenge', deal });
    expect(eventIn(opened, 'ChallengeOpened')).to.deep.equal({
      deal,
      provider: bob.address,
      challenger: alice.address,
      period: 1n,
      bond,
    });
    expect((await renter.balances(alice.address)).token).to.equal(token - bond);
    expect((await dealOf(deal)).challenged).to.equal(true);
    expect(await renter.challengeOf(deal)).to.deep.equal({ challenger: alice.address, period: 1, ahead: 0 });
    expect(await renter.bondOf(alice.address, bob.address)).to.equal(bondUp(1, world.parameters));
    expect(await renter.bondOf(carol.address, bob.address)).to.equal(bond);

    await rejection(renter.submit({ kind: 'challenge', deal }), 'DEAL_CHALLENGED');
    const pinned = await provider.submit({ kind: 'batch', items: [{ kind: 'commit', signed: await signed(deal, 2n, [0]) }] });
    expect(refusalIn(pinned)).to.equal('DEAL_CHALLENGED');
    expect(refusalIn(await expire(bystander, deal))).to.equal('TOO_EARLY_TO_EXPIRE');
    await rejection(provider.submit({ kind: 'answer', deal, samples: new Uint8Array(3) }), 'SEED_UNAVAILABLE');
    await rejection(provider.submit({ kind: 'answer', deal: other, samples: new Uint8Array(3) }), 'NOT_CHALLENGED');

    await world.mineTo(2, 1);
    expect(refusalIn(await expire(bystander, deal))).to.equal('FROZEN');
    const samples = await answerTo(deal, 2);
    const wrong = samples.slice();
    wrong[0] = (wrong[0] as number) ^ 1;
    await rejection(provider.submit({ kind: 'answer', deal, samples: wrong }), 'WRONG_ROOT');
    await rejection(provider.submit({ kind: 'answer', deal, samples: new Uint8Array([...samples, 0]) }), 'PROOF_LENGTH');
    const before = (await provider.balances(bob.address)).credit;
    const answered = await bystander.submit({ kind: 'answer', deal, samples }, { priority: 'audit' });
    expect(eventIn(answered, 'ChallengeAnswered')).to.deep.equal({ deal, provider: bob.address, bond });
    expect((await provider.balances(bob.address)).credit - before).to.equal(bond / 2n);
    expect((await dealOf(deal)).challenged).to.equal(false);
    expect(await renter.challengeOf(deal)).to.equal(undefined);
    expect(await renter.bondOf(alice.address, bob.address)).to.equal(bond);
    await prove(2);
    expect(refusalIn(await expire(bystander, deal))).to.equal('NOT_CHALLENGED');
    await commit(deal, 2n, [0]);
  });

  it('ends a deal whose challenge nobody answered, for anyone who asks, and gives the bond back', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    const { weight } = await dealOf(deal);
    await renter.submit({ kind: 'challenge', deal });
    await world.mineTo(2, 2);
    await prove(2);
    expect(refusalIn(await expire(bystander, deal))).to.equal('TOO_EARLY_TO_EXPIRE');
    await world.mineTo(2, 20);
    const expired = await expire(bystander, deal);
    expect(names(expired)).to.deep.equal(['DealSettled', 'BondReturned', 'ChallengeExpired']);
    const { rent } = eventIn(expired, 'DealSettled') as { rent: bigint };
    const collateral = weight * world.parameters.unit;
    const bond = bondUp(0, world.parameters);
    expect(eventIn(expired, 'BondReturned')).to.deep.equal({ deal, challenger: alice.address, bond });
    expect(eventIn(expired, 'ChallengeExpired')).to.deep.equal({ deal, provider: bob.address, refund: 20n * TOKEN - rent, collateral });
    expect(await dealOf(deal)).to.deep.include({ status: 'closed', challenged: false, leaves: 0 });
    expect((await renter.balances(alice.address)).credit).to.equal(20n * TOKEN - rent + collateral + bond);
    expect((await sheet()).stake).to.equal(100n * TOKEN - collateral);
  });

  it('gives the bond back when the provider forfeits or defaults, and refuses a challenge too near to the end', async () => {
    const [given, lost, late] = [await openDeal('given'), await openDeal('lost'), await openDeal('late')];
    await commit(given, 1n, [0]);
    await commit(lost, 1n, [1]);
    await commit(late, 1n, [2], 3);
    await rejection(renter.submit({ kind: 'challenge', deal: await openDeal('empty') }), 'DEAL_IS_EMPTY');
    await renter.submit({ kind: 'challenge', deal: given });
    await renter.submit({ kind: 'challenge', deal: lost });
    const forfeited = await provider.submit({ kind: 'forfeit', deal: given });
    expect(names(forfeited)).to.include.members(['BondReturned', 'DealForfeited']);
    expect(eventIn(forfeited, 'BondReturned')).to.include({ bond: bondUp(0, world.parameters) });
    await world.mineTo(2, 2);
    await prove(2);
    const refusal = await rejection(renter.submit({ kind: 'challenge', deal: late }), 'TOO_LATE_TO_CHALLENGE');
    expect(refusal.data).to.deep.equal({ period: 2n, end: 3n });
    await world.mineTo(7, 20);
    await bystander.submit({ kind: 'sync', provider: bob.address });
    await rejection(provider.submit({ kind: 'answer', deal: lost, samples: new Uint8Array(3) }), 'DEAL_DEFAULTED');
    const closed = await expire(bystander, lost);
    expect(names(closed)).to.include.members(['BondReturned', 'DealClosed']);
    expect(eventIn(closed, 'BondReturned')).to.deep.equal({ deal: lost, challenger: alice.address, bond: bondUp(1, world.parameters) });
    expect(await renter.bondOf(alice.address, bob.address)).to.equal(bondUp(0, world.parameters));
  });

  it('tells events in order, the same in receipts and by block, and heads as they come', async () => {
    const first = await renter.head();
    const receipts = [
      await provider.submit({ kind: 'stake', provider: bob.address, amount: wei(1n) }),
      await bystander.submit({ kind: 'stake', provider: bob.address, amount: wei(2n) }),
    ];
    const [one, two] = receipts as [Receipt, Receipt];
    const events = await renter.events(blockNumber(first.block + 1), two.block);
    expect(events).to.deep.equal([...one.events, ...two.events]);
    expect(events.filter(({ name }) => name === 'Staked').map(({ args }) => args)).to.deep.equal([
      { provider: bob.address, from: bob.address, amount: 1n },
      { provider: bob.address, from: carol.address, amount: 2n },
    ]);
    expect(await renter.blockHash(two.block)).to.equal(two.blockHash);
    expect(await renter.blockHash(blockNumber(two.block + 100))).to.equal(undefined);
    expect(one.fee > 0n && one.gasUsed > 0n).to.equal(true);

    const stop = new AbortController();
    const seen: number[] = [];
    for await (const { block } of renter.heads(stop.signal)) {
      seen.push(block);
      if (seen.length === 3) stop.abort();
      else await world.mine(1);
    }
    expect(seen).to.deep.equal([two.block, two.block + 1, two.block + 2]);
  });

  it('refuses what comes too late', async () => {
    const { block } = await renter.head();
    const late = renter.submit({ kind: 'stake', provider: bob.address, amount: wei(1n) }, { deadline: blockNumber(block) });
    await rejection(late, 'TRANSACTION_EXPIRED');
    const stopped = AbortSignal.abort(new Error('stopped'));
    const outcome = await renter.submit({ kind: 'drip' }, { signal: stopped }).catch((error: unknown) => error);
    expect(outcome).to.have.property('message', 'stopped');
  });

  it('draws from the faucet, once in a while', async () => {
    const before = (await bystander.balances(carol.address)).token;
    await bystander.submit({ kind: 'drip' });
    expect((await bystander.balances(carol.address)).token > before).to.equal(true);
    await rejection(bystander.submit({ kind: 'drip' }), 'FAUCET_TOO_SOON');
  });
};
