import { dealIdOf } from '../../../../../node/core/market/deal-id.js';
import type { Deal, OpenRequest, SignedRevision } from '../../../../../node/core/market/deal.js';
import { authorizationDigest } from '../../../../../node/core/market/authorization.js';
import { applyChange, nextRevision, revisionDigest } from '../../../../../node/core/market/revision.js';
import { voucherDigest } from '../../../../../node/core/market/voucher.js';
import type { SectorRef } from '../../../../../node/core/data/data-set.js';
import { sectorRoot } from '../../../../../node/core/data/merkle.js';
import { createKeySigner } from '../../../../../node/core/keys/signing.js';
import { leaves, leavesOf, period, wei, type Address, type DealId, type Hash } from '../../../../../node/core/units.js';
import type { Authorization, Dialer, ProviderLink } from '../../../../../node/ports/link.js';
import type { Receipt, Settlement } from '../../../../../node/ports/settlement.js';
import type { Chance } from '../../../staging/chance.js';
import { EGRESS_PRICE, ESCROW, PRICE, TOKEN } from './terms.js';
import { readOne } from '../../../../../test/support/read-one.js';

/** What a provider co-signed. */
export interface CoSigned extends SignedRevision {
  readonly sectors: readonly SectorRef[];
}

/** A renter by hand, with one deal, who speaks to the provider over the wire and remembers what was co-signed. */
export interface Tenant {
  readonly deal: DealId;
  /** Oldest first. */
  readonly signed: readonly CoSigned[];
  /** What opens the deal. */
  readonly request: OpenRequest;
  /** Opens the deal; the same request again after it was undone. */
  open(): Promise<Receipt>;
  /** Uploads `sectors` sectors of `size` bytes and has the revision that adds them co-signed. */
  put(sectors: number, size: number, signal: AbortSignal): Promise<void>;
  /** Reads `count` leaves of a sector and pays for them with a voucher of `amount` token wei, all so far. */
  read(root: Hash, count: number, amount: bigint, signal: AbortSignal): Promise<void>;
  /** Takes over what the provider says was co-signed last: an answer may have been lost. */
  refresh(signal: AbortSignal): Promise<void>;
  sheet(): Promise<Deal | undefined>;
  /** Forgets the connection, which is made again. */
  hangUp(): Promise<void>;
}

export interface TenantOptions {
  readonly chain: Settlement;
  readonly provider: Address;
  readonly dialer: Dialer;
  readonly chance: Chance;
  /** Periods from opening to the end. */
  readonly periods: number;
}

const nowOf = async (chain: Settlement): Promise<number> => {
  const { block } = await chain.head();
  return 1 + Math.floor((block - chain.genesisBlock) / chain.parameters.periodBlocks);
};

/** @param options.chance Decides its session key, its salt and its bytes. */
export const createTenant = async ({ chain, provider, dialer, chance, periods }: TenantOptions): Promise<Tenant> => {
  const signer = createKeySigner(chance.hash());
  const salt = chance.hash();
  const deal = dealIdOf(chain.identity, chain.account, provider, salt);
  const end = period((await nowOf(chain)) + periods);
  const request: OpenRequest = {
    provider,
    salt,
    signer: signer.address,
    maxPrice: PRICE,
    maxEgressPrice: EGRESS_PRICE,
    maxEnd: end,
    maxLeaves: leaves(1 << 20),
    maxEgress: wei(10n * TOKEN),
    escrow: wei(ESCROW),
  };
  const signed: CoSigned[] = [];
  let link: ProviderLink | undefined;
  const reach = async (signal: AbortSignal): Promise<ProviderLink> => {
    const sheet = await chain.provider(provider, signal);
    if (sheet === undefined) throw new Error('nobody is registered');
    return (link ??= await dialer.dial(sheet, signal));
  };
  const authorize = async (): Promise<Authorization> => {
    const fields = { deal, peer: dialer.peer, expires: period((await nowOf(chain)) + 5) };
    return { ...fields, signature: await signer.sign(authorizationDigest(chain.identity, fields)) };
  };
  const bytesOf = (size: number): Uint8Array => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 32) bytes.set(Buffer.from(chance.hash().slice(2), 'hex').subarray(0, size - at), at);
    return bytes;
  };
  return {
    deal,
    signed,
    request,
    open: () => chain.submit({ kind: 'open', requests: [request] }),
    put: async (sectors, size, signal) => {
      const open = await reach(signal);
      const authorization = await authorize();
      const append: SectorRef[] = [];
      for (let index = 0; index < sectors; index++) {
        const bytes = bytesOf(size);
        const sector = { root: sectorRoot(bytes), leaves: leavesOf(size) };
        const read = (offset: number, length: number): Promise<Uint8Array> => Promise.resolve(bytes.subarray(offset, offset + length));
        await open.writeSector(authorization, { sector, read }, signal);
        append.push(sector);
      }
      const before = signed.at(-1);
      const change = { remove: [], append };
      const after = applyChange(before?.sectors ?? [], change);
      const now = await nowOf(chain);
      const revision = nextRevision({
        deal,
        number: (before?.revision.number ?? 0n) + 1n,
        sectors: after,
        end: before?.revision.end ?? end,
        price: PRICE,
        validUntil: period(now + 2),
      });
      const renterSignature = await signer.sign(revisionDigest(chain.identity, revision));
      const base = before?.revision.number ?? 0n;
      const providerSignature = await open.signRevision(authorization, { revision, base, change, renterSignature }, signal);
      signed.push({ revision, renterSignature, providerSignature, sectors: after });
    },
    read: async (root, count, amount, signal) => {
      const voucher = { amount: wei(amount), signature: await signer.sign(voucherDigest(chain.identity, deal, wei(amount))) };
      await readOne(await reach(signal), await authorize(), { root, from: leaves(0), count: leaves(count), voucher }, signal);
    },
    refresh: async (signal) => {
      const listed = await (await reach(signal)).listSectors(await authorize(), signal);
      if (listed !== undefined && listed.signed.revision.number > (signed.at(-1)?.revision.number ?? 0n))
        signed.push({ ...listed.signed, sectors: listed.sectors });
    },
    sheet: () => chain.deal(deal),
    hangUp: async () => {
      await link?.close();
      link = undefined;
    },
  };
};
