import { authorizationDigest } from '../../../node/core/market/authorization.js';
import type { Revision } from '../../../node/core/market/deal.js';
import type { SectorRef } from '../../../node/core/data/data-set.js';
import { dealIdOf } from '../../../node/core/market/deal-id.js';
import { sectorRoot } from '../../../node/core/data/merkle.js';
import { applyChange, nextRevision, revisionDigest } from '../../../node/core/market/revision.js';
import { leaves, leavesOf, period, type Address, type DealId, type Period, type Signature, type Wei } from '../../../node/core/units.js';
import type { KeySigner } from '../../../node/core/keys/signing.js';
import { voucherDigest, type Voucher } from '../../../node/core/market/voucher.js';
import type { Authorization, LeafRange, ProviderService, RevisionChange, SignRequest } from '../../../node/ports/link.js';
import type { Settlement } from '../../../node/ports/settlement.js';
import { actor, hashOf } from './actors.js';
import type { MemoryLedger } from '../memory-market/settlement.js';
import { PRICE, TOKEN } from './provider-world.js';

/** A sector's bytes and how it is called. */
export interface Content {
  readonly sector: SectorRef;
  readonly bytes: Uint8Array;
}

export const contentOf = (bytes: Uint8Array): Content => ({ bytes, sector: { root: sectorRoot(bytes), leaves: leavesOf(bytes.length) } });

const signal = new AbortController().signal;

export interface TestRenterOptions {
  readonly ledger: MemoryLedger;
  readonly provider: Address;
  readonly name?: string;
  readonly salt?: string;
  /** Token wei. */
  readonly escrow?: bigint;
  /** Token wei that all vouchers together may take. Default: as much as the default escrow. */
  readonly maxEgress?: bigint;
  readonly maxLeaves?: number;
  readonly maxEnd?: number;
}

/** A renter by hand: one deal with one provider, spoken to through the service itself. */
export class TestRenter {
  readonly chain: Settlement;
  peer: string;
  readonly deal: DealId;
  /** What it believes both have signed last. */
  number = 0n;
  sectors: readonly SectorRef[] = [];
  /** End of the newest revision, which an empty one cannot move out. */
  private end: Period;

  private constructor(
    readonly options: TestRenterOptions,
    readonly name: string,
  ) {
    this.chain = options.ledger.as(actor(name).address);
    this.peer = `${name} peer`;
    const salt = hashOf(options.salt ?? 'salt');
    this.deal = dealIdOf(options.ledger.identity, actor(name).address, options.provider, salt);
    this.end = period(options.maxEnd ?? options.ledger.period + 500);
  }

  /** Opens the deal. */
  static async open(options: TestRenterOptions): Promise<TestRenter> {
    const renter = new TestRenter(options, options.name ?? 'alice');
    const { ledger, provider } = options;
    ledger.fund(renter.chain.account, 1_000n * TOKEN);
    const request = {
      provider,
      salt: hashOf(options.salt ?? 'salt'),
      signer: renter.signer.address,
      maxPrice: (1n << 127n) as Wei,
      maxEgressPrice: (1n << 127n) as Wei,
      maxEnd: period(options.maxEnd ?? ledger.period + 500),
      maxLeaves: leaves(options.maxLeaves ?? 100_000),
      maxEgress: (options.maxEgress ?? 100n * TOKEN) as Wei,
      escrow: (options.escrow ?? 100n * TOKEN) as Wei,
    };
    await renter.chain.submit({ kind: 'open', requests: [request] });
    return renter;
  }

  get signer() {
    return actor(`${this.name} session`);
  }

  async authorization(change: Partial<Authorization> = {}): Promise<Authorization> {
    const { ledger } = this.options;
    const fields = { deal: this.deal, peer: this.peer, expires: period(ledger.period + 5), ...change };
    return { ...fields, signature: change.signature ?? (await this.signer.sign(authorizationDigest(ledger.identity, fields))) };
  }

  async upload(service: ProviderService, ...contents: readonly Content[]): Promise<void> {
    const authorization = await this.authorization();
    for (const { sector, bytes } of contents) {
      if ((await service.admitSector(this.peer, authorization, sector, signal)) === 'have') continue;
      await service.storeSector(this.peer, authorization, sector, bytes, signal);
    }
  }

  /** A request for the provider's signature under the revision that `change` makes. */
  async request(change: RevisionChange, fields: Partial<Revision> = {}): Promise<SignRequest> {
    const { ledger } = this.options;
    const sectors = applyChange(this.sectors, change);
    const plan = {
      deal: this.deal,
      number: this.number + 1n,
      sectors,
      end: sectors.length === 0 ? this.end : period(ledger.period + 20),
      price: PRICE,
      validUntil: period(ledger.period + 2),
    };
    const revision = { ...nextRevision(plan), ...fields };
    const renterSignature = await this.signer.sign(revisionDigest(ledger.identity, revision));
    return { revision, base: this.number, change, renterSignature };
  }

  async sign(service: ProviderService, request: SignRequest): Promise<Signature> {
    const signature = await service.signRevision(this.peer, await this.authorization(), request, signal);
    this.sectors = applyChange(this.sectors, request.change);
    this.number = request.revision.number;
    this.end = request.revision.end;
    return signature;
  }

  /** A voucher over `amount` for all reads of the deal. */
  async voucher(amount: bigint, change: { readonly deal?: DealId; readonly by?: KeySigner } = {}): Promise<Voucher> {
    const { deal = this.deal, by = this.signer } = change;
    const digest = voucherDigest(this.options.ledger.identity, deal, amount as Wei);
    return { amount: amount as Wei, signature: await by.sign(digest) };
  }

  /** Reads the first `count` leaves of a sector. */
  async read(service: ProviderService, { root }: SectorRef, count: number, voucher?: Voucher): Promise<LeafRange> {
    const range = { root, from: leaves(0), count: leaves(count), voucher };
    return service.readLeaves(this.peer, await this.authorization(), range, signal);
  }

  /** Takes over what the provider says both have signed last. */
  async refresh(service: ProviderService): Promise<void> {
    const listed = await service.listSectors(this.peer, await this.authorization(), signal);
    this.number = listed?.signed.revision.number ?? 0n;
    this.sectors = listed === undefined ? [] : await Array.fromAsync(listed.sectors);
  }

  /** Another process of the same wallet, with a memory of its own, that speaks for the same deal. */
  twin(peer: string): TestRenter {
    const twin = new TestRenter(this.options, this.name);
    twin.peer = peer;
    return twin;
  }

  /** Uploads and has a revision signed that adds the contents and takes sectors of the indices `remove` out. */
  async put(service: ProviderService, contents: readonly Content[], remove: readonly number[] = []): Promise<Signature> {
    await this.upload(service, ...contents);
    return this.sign(service, await this.request({ remove, append: contents.map(({ sector }) => sector) }));
  }
}
