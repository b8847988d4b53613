import type { Address, DealId, Hash, Period, Wei } from '../core/units.js';
import type { Quote } from './homes/quote.js';
import type { HealedShard } from './repair/healed-shard.js';

/** What happens during a task, in order. */
export type RenterEvent =
  /** Plaintext bytes read; `total` is undefined until it is known. */
  | { readonly kind: 'hashed'; readonly bytes: number; readonly total: number | undefined }
  | { readonly kind: 'quoted'; readonly quote: Quote }
  /** A provider asks more than it was quoted with, token wei for a GiB and period or for a GiB read: it is quoted again. */
  | { readonly kind: 'rose'; readonly provider: Address; readonly quoted: Wei; readonly asked: Wei }
  | { readonly kind: 'opened'; readonly deal: DealId; readonly provider: Address; readonly escrow: Wei; readonly transaction?: Hash }
  /** Plaintext bytes whose shards are durable at their providers. */
  | { readonly kind: 'uploaded'; readonly bytes: number; readonly total: number | undefined }
  | { readonly kind: 'signed'; readonly deal: DealId; readonly provider: Address; readonly number: bigint }
  | { readonly kind: 'committed'; readonly deal: DealId; readonly provider: Address; readonly number: bigint }
  /** A deal lasts longer: its provider has signed that, and the chain holds what was paid in. */
  | { readonly kind: 'renewed'; readonly deal: DealId; readonly provider: Address; readonly end: Period; readonly deposit: Wei }
  /** Before a challenge is paid for. */
  | { readonly kind: 'bond'; readonly deal: DealId; readonly provider: Address; readonly bond: Wei }
  /** A lost shard is durable again at its provider. */
  | ({ readonly kind: 'healed' } & HealedShard)
  /** Deals that store something, of this wallet. */
  | { readonly kind: 'found'; readonly deals: number }
  /** So many of them were looked through for pages of the catalogue. */
  | { readonly kind: 'looked'; readonly deals: number; readonly total: number }
  /** Objects that are in the catalogue again, and plaintext bytes of these. */
  | { readonly kind: 'recovered'; readonly objects: number; readonly bytes: number }
  /** Objects of which all shards were looked at. */
  | { readonly kind: 'verified'; readonly objects: number }
  | { readonly kind: 'failed'; readonly failure: ProviderFailure }
  /** Plaintext bytes verified and written. */
  | { readonly kind: 'downloaded'; readonly bytes: number; readonly total: number };

/** A provider that did not do what it should, and how. */
export interface ProviderFailure {
  readonly provider: Address;
  readonly error: Error;
}
