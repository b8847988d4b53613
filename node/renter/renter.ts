import { objectKey, type ObjectKey } from '../core/data/cipher.js';
import type { Deal } from '../core/market/deal.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { shareKey } from '../core/keys/share-keys.js';
import { createSerial } from '../core/tasks/serial.js';
import type { Address, DealId, Wei } from '../core/units.js';
import type { Receipt } from '../ports/settlement.js';
import type { ObjectRecord, StoredObject } from '../ports/catalogue.js';
import { awaitChallenge, challengeDeal, type ChallengeEnd, type OpenedChallenge } from './deals/challenges.js';
import type { RenterContext, RenterWorld, TaskOptions } from './context.js';
import { closeDeal, leaveDeal, listDeals, settleDeal, withdrawCredit, type DealSummary } from './deals/deals.js';
import { dropFormer, type VersionRule } from './objects/former-versions.js';
import { objectsInDeal } from './deals/objects-in-deal.js';
import { depositIntoDeal, type Deposit, type DepositOptions } from './deals/deposit.js';
import { cancelDeal, releaseDeals, type ReleaseResult } from './deals/release.js';
import { explainUnavailable, unreadableObjects, type UnreadableObject, type UnreadableOptions } from './deals/unreadable.js';
import type { DealHealth } from './repair/decide-repair.js';
import { createEgress } from './download/egress.js';
import { getObject, type GetOptions, type GetResult } from './download/get.js';
import { findNeighbours, readNeighbours, type Neighbours, type NeighboursRead } from './download/neighbours.js';
import { createTrust } from './homes/trust.js';
import { defaultLimits, type RenterLimits } from './limits.js';
import { createLinks } from './links.js';
import { largestInCrate, putInCrates, type PutInCratesOptions, type PutInCratesResult } from './upload/put-in-crates.js';
import { createPageKeys } from './pages/page-keys.js';
import { putObject, type PutOptions, type PutResult } from './upload/put.js';
import type { SmallFile } from './upload/fill-crates.js';
import { healDeals, type HealOptions, type HealResult } from './repair/heal.js';
import { compactCrates, type CompactOptions, type CompactResult } from './compaction/compact-crates.js';
import { renewDeals, type RenewOptions, type RenewResult } from './upkeep/renew-deals.js';
import { announceNeeds, type AnnounceOptions, type AnnounceResult } from './upkeep/announce.js';
import { challengeDoubted, type ChallengeOptions, type ChallengeResult } from './upkeep/challenge-doubted.js';
import type { Need } from './upkeep/needs.js';
import { raiseBounds, type RaisedBound } from './upkeep/raise-bounds.js';
import { readNeeds, type NeedsOptions } from './upkeep/read-needs.js';
import { repairWithin, type RepairWithinOptions, type RepairWithinResult } from './upkeep/repair-within.js';
import { tidyDeals, type TidyOptions, type TidyResult } from './upkeep/tidy-deals.js';
import { readHealth } from './repair/read-health.js';
import { catchUp } from './recover/catch-up.js';
import { recoverCatalogue, type RecoverOptions, type RecoverResult } from './recover/recover.js';
import { verifyObjects, type VerifyOptions, type VerifyResult } from './verify/verify-objects.js';
import { sharingOf, type Sharing } from './sharing/share.js';
import { askedOnce } from './upload/agreement.js';
import { repairObjects, type RepairResult } from './repair/repair.js';
import type { RepairOptions } from './repair/repair-options.js';

/** What a person can do with rented space. All resolve when the effect is on chain or on disk. */
export interface Renter extends Sharing {
  put(options: PutOptions): Promise<PutResult>;
  /** Stores small files that share sectors. */
  putInCrates<File extends SmallFile>(options: PutInCratesOptions<File>): Promise<PutInCratesResult>;
  /** Bytes of the largest file that shares sectors. */
  largestInCrate(shape: Pick<PutOptions, 'k' | 'n'>): number;
  get(options: GetOptions): Promise<GetResult>;
  /** Which of these lie side by side, so that one read brings several. */
  neighbours(objects: Iterable<StoredObject>): Promise<readonly Neighbours[]>;
  /** The contents of neighbours. */
  read(neighbours: Neighbours, options?: TaskOptions & Pick<GetOptions, 'maxEgress' | 'onPaid'>): Promise<NeighboursRead>;
  /** By id or by name: the newest of that name that is stored, or else the newest that was begun. */
  object(idOrName: string): Promise<ObjectRecord | undefined>;
  /** All objects, in no order. */
  objects(): AsyncIterable<ObjectRecord>;
  /** The objects that any shard in the deal is of, in no order. */
  objectsIn(deal: DealId): AsyncIterable<ObjectRecord>;
  /** Deletes what was stored under these names before the versions that stay. */
  dropFormer(names: Iterable<string>, rule: VersionRule): Promise<readonly StoredObject[]>;
  /** The stored objects that nobody has to keep enough of, as things stand, or if the deals `without` stored nothing. */
  unreadable(options?: UnreadableOptions): Promise<readonly UnreadableObject[]>;
  /** How safe each deal is that holds shards, by chain and probe. */
  health(options?: TaskOptions & { readonly margin?: number }): Promise<ReadonlyMap<DealId, DealHealth>>;
  /** Has providers show that they hold what they should of objects. */
  verify(options: VerifyOptions): Promise<VerifyResult>;
  repair(options: RepairOptions): Promise<RepairResult>;
  /** Makes anew what providers lost, for the same deals. */
  heal(options?: HealOptions): Promise<HealResult>;
  /** Makes deals last longer that hold what is stored and end soon. */
  renew(options: RenewOptions): Promise<RenewResult>;
  /** Forgets puts that nobody goes on with, ends deals that are over or stayed empty, posts what providers did not, takes the credit out. */
  tidy(options?: TidyOptions): Promise<TidyResult>;
  /** Repairs each object for itself, with new deals paid out of a budget. */
  repairWithin(options: RepairWithinOptions): Promise<RepairWithinResult>;
  /** Moves what is left in crates with holes together, where that pays. */
  compact(options: CompactOptions): Promise<CompactResult>;
  /** Has those deals proven whose providers give nothing back. */
  challengeDoubted(options: ChallengeOptions): Promise<ChallengeResult>;
  /** What looking after stored files will need of a person. */
  needs(options: NeedsOptions): Promise<readonly Need[]>;
  announce(needs: readonly Need[], options: AnnounceOptions): Promise<AnnounceResult>;
  /** Lets deals be renewed so many periods ahead without the wallet. */
  raiseBounds(options: TaskOptions & { readonly periods: number }): Promise<readonly RaisedBound[]>;
  /** Brings the catalogue back from the deals. */
  recover(options?: RecoverOptions): Promise<RecoverResult>;
  deals(options?: TaskOptions): Promise<readonly DealSummary[]>;
  deal(id: DealId): Promise<Deal | undefined>;
  leave(deal: DealId, options?: TaskOptions): Promise<Receipt>;
  cancel(deal: DealId, options?: TaskOptions): Promise<Receipt>;
  /** For a deal whose last paid period, and the one after, are over, or of a provider that defaulted. */
  closeDeal(deal: DealId, options?: TaskOptions): Promise<Receipt>;
  settle(deal: DealId, options?: TaskOptions): Promise<Receipt>;
  /** Has the provider prove the deal in the next window, for a bond (R8). */
  challenge(deal: DealId, options?: TaskOptions): Promise<OpenedChallenge>;
  /** Follows a challenge to its end, and makes it expire when nobody has answered in time. */
  awaitChallenge(opened: OpenedChallenge, options?: TaskOptions): Promise<ChallengeEnd>;
  deposit(deal: DealId, amount: Wei, options?: DepositOptions): Promise<Deposit>;
  withdraw(options?: TaskOptions & { readonly amount?: Wei; readonly to?: Address }): Promise<Receipt | undefined>;
  /** Ends deals early by agreement with their providers; called again a period later, it finishes. */
  release(deals: readonly DealId[], options?: TaskOptions): Promise<ReleaseResult>;
  /** Closes connections, once all that is remembered of providers is on disk. The parts of the world stay open: whoever opened them closes them. */
  close(): Promise<void>;
}

const requireSameMarket = (found: MarketIdentity, expected: MarketIdentity): void => {
  for (const field of ['chainId', 'market', 'deploymentHash'] as const) {
    if (found[field] === expected[field]) continue;
    const values = { expected: String(expected[field]), found: String(found[field]) };
    throw new HoldfastError('STORE_FOREIGN', { path: 'catalogue', field, ...values });
  }
};

/** A renter in `world`. STORE_FOREIGN if the catalogue belongs to another market. */
export const createRenter = (world: RenterWorld, limits: Partial<RenterLimits> = {}): Renter => {
  requireSameMarket(world.catalogue.identity, world.settlement.identity);
  const bounds = { ...defaultLimits, ...limits };
  const links = createLinks({ ...world, authorizationPeriods: bounds.authorizationPeriods });
  const serial = createSerial();
  const egress = createEgress({ ...world, serial, limits: bounds });
  const trust = createTrust(world);
  const { master, renter = world.settlement.account, ...rest } = world;
  const keyOf = (id: string): ObjectKey => objectKey(master, id);
  const context: RenterContext = {
    ...rest,
    renter,
    objectKey: keyOf,
    shareKey: (id) => shareKey(master, id),
    pages: createPageKeys(master),
    limits: bounds,
    links,
    egress,
    trust,
    catchUp: (failures, signal) => catchUp(context, failures, signal),
    inHand: new Set(),
    serial,
  };
  return {
    put: (options) => putObject(context, options),
    putInCrates: (options) => putInCrates(context, options),
    largestInCrate: (shape) => largestInCrate(context, shape),
    get: (options) => getObject(context, options).catch((error: unknown) => explainUnavailable(context, error, options)),
    neighbours: (objects) => findNeighbours(context, objects),
    read: (neighbours, options) => readNeighbours(context, neighbours, options),
    object: (idOrName) => world.catalogue.object(idOrName),
    objects: () => world.catalogue.objects(),
    dropFormer: (names, rule) => dropFormer(world.catalogue, names, rule),
    objectsIn: (deal) => objectsInDeal(world.catalogue, deal),
    unreadable: (options) => unreadableObjects(context, options),
    health: ({ signal, margin = 2 } = {}) => readHealth(context, { margin, chain: world.settlement, signal }),
    verify: (options) => verifyObjects(context, options),
    repair: (options) => repairObjects(context, { ...options, ...askedOnce(options) }),
    heal: (options) => healDeals(context, options),
    renew: (options) => renewDeals(context, options),
    tidy: (options) => tidyDeals(context, options),
    repairWithin: (options) => repairWithin(context, options),
    compact: (options) => compactCrates(context, options),
    challengeDoubted: (options) => challengeDoubted(context, options),
    needs: (options) => readNeeds(context, options),
    announce: (needs, options) => announceNeeds(context, needs, options),
    raiseBounds: (options) => raiseBounds(context, options),
    recover: (options) => recoverCatalogue(context, options),
    ...sharingOf(context),
    deals: (options) => listDeals(context, options),
    deal: (id) => world.settlement.deal(id),
    leave: (deal, options) => leaveDeal(context, deal, options),
    cancel: (deal, options) => cancelDeal(context, deal, options),
    closeDeal: (deal, options) => closeDeal(context, deal, options),
    settle: (deal, options) => settleDeal(context, deal, options),
    challenge: (deal, options) => challengeDeal(context, deal, options),
    awaitChallenge: (opened, options) => awaitChallenge(context, opened, options),
    deposit: (deal, amount, options) => depositIntoDeal(context, deal, amount, options),
    withdraw: (options) => withdrawCredit(context, options),
    release: (deals, options) => releaseDeals(context, deals, options),
    close: async () => {
      await trust.settled();
      await links.close();
    },
  };
};
