import { dataSetOf, type SectorRef } from '../../../../node/core/data/data-set.js';
import { sectorRoot } from '../../../../node/core/data/merkle.js';
import { isHoldfastError } from '../../../../node/core/errors/holdfast-error.js';
import { authorizationDigest } from '../../../../node/core/market/authorization.js';
import { dealIdOf } from '../../../../node/core/market/deal-id.js';
import type { Deal, Revision, SignedRevision } from '../../../../node/core/market/deal.js';
import { changeBetween, revisionDigest } from '../../../../node/core/market/revision.js';
import { voucherDigest, type Voucher } from '../../../../node/core/market/voucher.js';
import type { KeySigner } from '../../../../node/core/keys/signing.js';
import {
  leavesOf,
  leaves as leavesFrom,
  period,
  wei,
  type Address,
  type DealId,
  type Hash,
  type Signature,
} from '../../../../node/core/units.js';
import type { Authorization, ProviderService } from '../../../../node/ports/link.js';
import type { PreparedCall } from '../../staging/chain.js';
import type { Person } from '../chain/stage.js';
import type { Outcome, World } from '../world/world.js';

/** A revision that both sides have signed, and its sectors. */
export interface SignedDraft extends SignedRevision {
  readonly sectors: readonly SectorRef[];
}

/** What the holder of a deal's keys may ask for when it opens one. */
export interface TenantTerms {
  readonly provider: Address;
  readonly salt: Hash;
  readonly periods: number;
  readonly maxLeaves: number;
  readonly maxEgress: bigint;
  readonly escrow: bigint;
}

/** One deal in the hands of somebody who signs what it likes and posts what it likes when it likes. */
export interface Tenant {
  readonly id: DealId;
  readonly wallet: Address;
  /** Signs for the deal; another once it was replaced. */
  key: KeySigner;
  readonly provider: Address;
  /** Everything that was ever signed by both, oldest first. */
  readonly signed: SignedDraft[];
  /** Sum of the vouchers, and bytes read. */
  promised: bigint;
  read: number;
  deal(): Promise<Deal | undefined>;
  upload(contents: readonly Uint8Array[]): Promise<SectorRef[] | undefined>;
  /** Asks the provider to sign a revision with these sectors; undefined if it refuses. */
  ask(sectors: readonly SectorRef[], fields?: Partial<Revision>): Promise<SignedDraft | undefined>;
  post(signed: SignedRevision, from?: Address): Promise<Outcome>;
  voucher(amount: bigint, by?: KeySigner): Promise<Voucher>;
  /** Reads leaves of a sector with a voucher over `amount` if it is given; whether it got them. */
  fetch(sector: SectorRef, count: number, amount?: bigint): Promise<boolean>;
  verb(name: string, call: Promise<PreparedCall>, from?: Address): Promise<Outcome>;
}

const never = new AbortController().signal;

const isOf = (signed: SignedDraft, number: bigint): boolean => signed.revision.number === number;

/** The deal of `id`, spoken for by `key` to `service`. */
export const createTenant = (
  world: World,
  service: ProviderService,
  { id, wallet, key: first, provider, name }: { id: DealId; wallet: Address; key: KeySigner; provider: Address; name: string },
): Tenant => {
  const { reader, tally, stage } = world;
  const { market } = stage.contracts;
  const peer = `${name} peer`;
  const signed: SignedDraft[] = [];

  const authorization = async (): Promise<Authorization> => {
    const claim = { deal: id, peer, expires: period(world.period + 2) };
    return { ...claim, signature: await tenant.key.sign(authorizationDigest(reader.identity, claim)) };
  };
  /** What came of asking a daemon; its refusals are counted. */
  const told = async <Result>(answer: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await answer();
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      tally.answer(error);
      return undefined;
    }
  };

  const uploadOne = async (bytes: Uint8Array): Promise<SectorRef | undefined> => {
    const sector = { root: sectorRoot(bytes), leaves: leavesOf(bytes.length) };
    return told(async () => {
      const claim = await authorization();
      if ((await service.admitSector(peer, claim, sector, never)) === 'wanted')
        await service.storeSector(peer, claim, sector, bytes, never);
      return sector;
    });
  };

  /** The newest revision that may still count: on chain or to be posted. */
  const base = (deal: Deal): SignedDraft | undefined =>
    signed.findLast(({ revision }) => revision.number === deal.number || revision.validUntil >= world.period);

  const tenant: Tenant = {
    id,
    wallet,
    key: first,
    provider,
    signed,
    promised: 0n,
    read: 0,
    deal: () => reader.deal(id),
    upload: async (contents) => {
      const sectors: SectorRef[] = [];
      for (const bytes of contents) {
        const sector = await uploadOne(bytes);
        if (sector === undefined) return undefined;
        sectors.push(sector);
      }
      return sectors;
    },
    ask: async (sectors, fields = {}) => {
      const deal = await reader.deal(id);
      if (deal === undefined) return undefined;
      const before = base(deal);
      const newest = [deal.number, ...signed.map(({ revision }) => revision.number)].reduce((a, b) => (a > b ? a : b));
      const { root, leaves, sectors: count } = dataSetOf(sectors);
      const terms = { end: deal.end, price: deal.price, validUntil: period(world.period + 2) };
      const revision: Revision = { deal: id, number: newest + 1n, root, leaves, sectors: count, ...terms, ...fields };
      const renterSignature = await tenant.key.sign(revisionDigest(reader.identity, revision));
      const change = changeBetween(before?.sectors ?? [], sectors);
      const request = { revision, base: before?.revision.number ?? 0n, change, renterSignature };
      const providerSignature: Signature | undefined = await told(async () =>
        service.signRevision(peer, await authorization(), request, never),
      );
      if (providerSignature === undefined) return undefined;
      const draft = { revision, renterSignature, providerSignature, sectors };
      if (!signed.some((one) => isOf(one, revision.number))) signed.push(draft);
      return draft;
    },
    post: ({ revision, renterSignature, providerSignature }, from = wallet) =>
      world.attempt(from, 'commit', market.commit.populateTransaction(revision, renterSignature, providerSignature)),
    voucher: async (amount, by = tenant.key) => ({
      amount: wei(amount),
      signature: await by.sign(voucherDigest(reader.identity, id, wei(amount))),
    }),
    fetch: async ({ root }, count, amount) => {
      const voucher = amount === undefined ? undefined : await tenant.voucher(amount);
      const range = { root, from: leavesFrom(0), count: leavesFrom(count), voucher };
      const got = await told(async () => service.readLeaves(peer, await authorization(), range, never));
      if (got === undefined) return false;
      tenant.read += count * 32;
      if (amount !== undefined && amount > tenant.promised) tenant.promised = amount;
      return true;
    },
    verb: (name_, call, from = wallet) => world.attempt(from, name_, call),
  };
  return tenant;
};

/** Opens a deal of `person` with a provider. Undefined if the contract refuses. */
export const openTenant = async (
  world: World,
  service: ProviderService,
  { name, wallet, session }: Person,
  terms: TenantTerms,
): Promise<Tenant | undefined> => {
  const { provider, salt, periods, maxLeaves, maxEgress, escrow } = terms;
  const most = 2n ** 127n;
  const request = {
    provider,
    salt,
    signer: session.address,
    maxPrice: most,
    maxEgressPrice: most,
    maxEnd: world.period + periods,
    maxLeaves,
    maxEgress,
    escrow,
  };
  const call = world.stage.contracts.market.open.populateTransaction([request]);
  const outcome = await world.attempt(wallet.address, 'open', call);
  if (!outcome.done) return undefined;
  const id = dealIdOf(world.reader.identity, wallet.address, provider, salt);
  return createTenant(world, service, { id, wallet: wallet.address, key: session, provider, name });
};
