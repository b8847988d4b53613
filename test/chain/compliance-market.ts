import { expect } from 'chai';
import { encodeProof, sampleOf, type Sample } from '../../node/core/market/audit-proof.js';
import { dataSetOf, type SectorRef } from '../../node/core/data/data-set.js';
import type { Deal, OpenRequest, ProviderSheet, SignedRevision } from '../../node/core/market/deal.js';
import { dealIdOf } from '../../node/core/market/deal-id.js';
import type { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { buildTree, sectorRoot } from '../../node/core/data/merkle.js';
import { nextRevision, revisionDigest } from '../../node/core/market/revision.js';
import { auditRandom, challengeLeaf, drawLeaf, drawSlot } from '../../node/core/market/sampling.js';
import { leaves, leavesOf, period, wei, type DealId, type Hash, type Leaves, type Period } from '../../node/core/units.js';
import type { Receipt, Settlement } from '../../node/ports/settlement.js';
import { actor, bytesOf, hashOf } from '../support/worlds/actors.js';
import type { MarketWorld } from './market-world.js';

export const TOKEN = 10n ** 18n;
export const PEER_ID = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN';
export const alice = actor('alice');
export const session = actor('alice session');
export const bob = actor('bob');
export const operator = actor('bob operator');
export const carol = actor('carol');

export const ask = { price: wei(30n * TOKEN), egressPrice: wei(5n), minLeaves: leaves(1), maxLeaves: leaves(1 << 25), maxPeriods: 1_000 };
export const LOCK_LIMIT = wei(90n * TOKEN);
export const contents = [bytesOf('first', 3_200), bytesOf('second', 64), bytesOf('third', 32 * 1_000)];
export const sectors = contents.map((content): SectorRef => ({ root: sectorRoot(content), leaves: leavesOf(content.length) }));

/** Makes a market without providers and stages it with `stage`, or brings it back as that left it. */
export type OpenStaged = (stage: (world: MarketWorld) => Promise<void>) => Promise<MarketWorld>;

/** What every story of compliance begins with: people have tokens, Bob has registered and staked. */
const stage = async (world: MarketWorld): Promise<void> => {
  for (const name of ['alice', 'bob', 'carol', 'bob operator']) await world.fund(name, 1_000n * TOKEN);
  const provider = await world.as('bob');
  const addresses = ['/ip4/127.0.0.1/tcp/4711', '/dns4/bob.example/tcp/4711'];
  await provider.submit({ kind: 'register', operator: operator.address, peerId: PEER_ID, addresses, ask, lockLimit: LOCK_LIMIT });
  await provider.submit({ kind: 'stake', provider: bob.address, amount: wei(100n * TOKEN) });
};

/** Makes a market for the stories of compliance before each of them. */
export const useComplianceMarket = (open: OpenStaged) => {
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
    maxEgress: wei(20n * TOKEN),
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
    world = await open(stage);
    stored = new Map();
    renter = await world.as('alice');
    provider = await world.as('bob');
    bystander = await world.as('carol');
  });
  afterEach(async () => world.close());

  return {
    get world() {
      return world;
    },
    get renter() {
      return renter;
    },
    get provider() {
      return provider;
    },
    get bystander() {
      return bystander;
    },
    sheet,
    dealOf,
    now,
    requestOf,
    openDeal,
    signed,
    commit,
    feeOf,
    sampleAt,
    proof,
    prove,
    answerTo,
    expire,
    refusalIn,
    eventIn,
    names,
  };
};
export type ComplianceMarket = ReturnType<typeof useComplianceMarket>;
