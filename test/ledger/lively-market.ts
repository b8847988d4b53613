import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bookText, type Book } from '../../node/app/book/book.js';
import { loadSettings, type Settings } from '../../node/app/settings/config.js';
import { encodeProof, sampleOf } from '../../node/core/market/audit-proof.js';
import { dataSetOf, type SectorRef } from '../../node/core/data/data-set.js';
import type { SignedRevision } from '../../node/core/market/deal.js';
import { dealIdOf } from '../../node/core/market/deal-id.js';
import { buildTree, sectorRoot } from '../../node/core/data/merkle.js';
import type { ChainFamily } from '../../node/core/market/networks.js';
import { nextRevision, revisionDigest } from '../../node/core/market/revision.js';
import { auditRandom, drawLeaf } from '../../node/core/market/sampling.js';
import { leaves, leavesOf, period, wei, type DealId } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { chainWorld, deployOn, type MarketWorld } from '../chain/market-world.js';
import { actor, bytesOf, hashOf } from '../support/worlds/actors.js';
import type { TestChain } from '../support/rpc/anvil.js';

const TOKEN = 10n ** 18n;
const PEER_ID = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN';
const session = actor('alice session');
const operator = actor('bob operator');
export const alice = actor('alice');
export const bob = actor('bob');
const dora = actor('dora');
const content = bytesOf('first', 3_200);
const sector: SectorRef = { root: sectorRoot(content), leaves: leavesOf(content.length) };
const ask = { price: wei(30n * TOKEN), egressPrice: wei(5n), minLeaves: leaves(1), maxLeaves: leaves(1 << 25), maxPeriods: 1_000 };

/** A market in which most of what can happen has happened. */
export interface LivelyMarket {
  readonly book: Book;
  readonly world: MarketWorld;
  /** Bob's deal that was proven, missed, settled and cancelled. */
  readonly deal: DealId;
  /** The book's file in `home`, and settings that name it and these RPCs. */
  settingsIn(home: string, ...rpcs: readonly string[]): Promise<Settings>;
  /** One more event: Bob stakes a little. */
  stakeMore(): Promise<void>;
  close(): Promise<void>;
}

const requestTo = (provider: typeof bob, name: string): object => ({
  provider: provider.address,
  salt: hashOf(name),
  signer: session.address,
  maxPrice: ask.price,
  maxEgressPrice: ask.egressPrice,
  maxEgress: wei(10n * TOKEN),
  maxEnd: period(100),
  maxLeaves: leaves(10_000),
  escrow: wei(20n * TOKEN),
});

/** Alice rents from Bob, who proves once and misses once, and from Dora, who never proves and defaults. */
export const makeLivelyMarket = async (chain: TestChain, family: ChainFamily = 'ethereum'): Promise<LivelyMarket> => {
  const book: Book = { ...(await deployOn(chain)), network: 'localhost', family };
  const world = await chainWorld(chain, book);
  for (const name of ['alice', 'bob', 'carol', 'dora', 'bob operator']) await world.fund(name, 1_000n * TOKEN);
  const [renter, provider, bystander, careless] = await Promise.all(['alice', 'bob', 'carol', 'dora'].map(world.as));
  if (!renter || !provider || !bystander || !careless) throw new Error('somebody is missing');

  const signed = async (deal: DealId, number: bigint, sectors: readonly SectorRef[]): Promise<SignedRevision> => {
    const { block } = await renter.head();
    const now = 1 + Math.floor((block - renter.genesisBlock) / world.parameters.periodBlocks);
    const revision = nextRevision({ deal, number, sectors, end: period(30), price: ask.price, validUntil: period(now + 1) });
    const digest = revisionDigest(world.identity, revision);
    return { revision, renterSignature: await session.sign(digest), providerSignature: await operator.sign(digest) };
  };
  const openWith = async (who: typeof bob, name: string): Promise<DealId> => {
    await renter.submit({ kind: 'open', requests: [requestTo(who, name) as never] });
    return dealIdOf(world.identity, alice.address, who.address, hashOf(name));
  };
  const prove = async (of: number): Promise<void> => {
    const seed = await provider.seed(period(of));
    const set = dataSetOf([sector]);
    const draws = Array.from({ length: world.parameters.samples }, (_, i) => drawLeaf(auditRandom(seed, bob.address, i).high, set.leaves));
    const samples = encodeProof(draws.map((leaf) => sampleOf(set, leaf, buildTree(content))));
    await provider.submit({ kind: 'prove', provider: bob.address, period: period(of), samples });
  };
  const enter = async (who: Settlement): Promise<void> => {
    await who.submit({
      kind: 'register',
      operator: operator.address,
      peerId: PEER_ID,
      addresses: ['/ip4/127.0.0.1/tcp/4711'],
      ask,
      lockLimit: wei(1_000n * TOKEN),
    });
    await who.submit({ kind: 'stake', provider: who.account, amount: wei(100n * TOKEN) });
  };

  await enter(provider);
  await enter(careless);
  await provider.submit({ kind: 'setAsk', provider: bob.address, ask: { ...ask, maxPeriods: 900 } });
  await provider.submit({ kind: 'setEndpoint', provider: bob.address, peerId: PEER_ID, addresses: ['/dns4/bob.example/tcp/1'] });
  await provider.submit({ kind: 'setOperator', operator: operator.address });
  await provider.submit({ kind: 'setLockLimit', provider: bob.address, limit: wei(500n * TOKEN) });
  const deal = await openWith(bob, 'deal');
  const lost = await openWith(dora, 'lost');
  const ended = await openWith(bob, 'ended');
  await bystander.submit({ kind: 'batch', items: [{ kind: 'commit', signed: await signed(deal, 1n, [sector]) }] });
  await bystander.submit({
    kind: 'batch',
    items: [
      { kind: 'commit', signed: await signed(lost, 1n, [sector]) },
      { kind: 'close', deal },
    ],
  });
  await renter.submit({ kind: 'deposit', deal, amount: wei(TOKEN) });
  await renter.submit({ kind: 'setBounds', deal, maxEnd: period(200), maxLeaves: leaves(20_000), maxEgress: wei(20n * TOKEN) });
  await renter.submit({ kind: 'setSigner', deal: ended, signer: operator.address });
  await renter.submit({ kind: 'leave', deal: ended });

  await world.mineTo(2, 2);
  await prove(2);
  await world.mineTo(3, 20);
  await bystander.submit({ kind: 'sync', provider: bob.address });
  await world.mineTo(4, 2);
  await prove(4);
  await bystander.submit({
    kind: 'batch',
    items: [
      { kind: 'settle', deal },
      { kind: 'commit', signed: await signed(deal, 2n, []) },
    ],
  });
  const again = await openWith(bob, 'given up');
  await bystander.submit({ kind: 'batch', items: [{ kind: 'commit', signed: await signed(again, 1n, [sector]) }] });
  await provider.submit({ kind: 'forfeit', deal: again });
  await world.mineTo(6, 20);
  await renter.submit({ kind: 'cancel', deal });
  await bystander.submit({ kind: 'sync', provider: dora.address });
  await bystander.submit({ kind: 'batch', items: [{ kind: 'close', deal: lost }] });
  await provider.submit({ kind: 'unstake', amount: wei(10n * TOKEN) });
  await renter.submit({ kind: 'withdraw', amount: wei(5n * TOKEN), to: alice.address });

  return {
    book,
    world,
    deal,
    settingsIn: async (home, ...rpcs) => {
      const path = join(home, 'book.json');
      await writeFile(path, bookText(book));
      return loadSettings({ home, rpc: rpcs.join(','), book: path }, {});
    },
    stakeMore: async () => void (await provider.submit({ kind: 'stake', provider: bob.address, amount: wei(TOKEN) })),
    close: async () => world.close(),
  };
};
