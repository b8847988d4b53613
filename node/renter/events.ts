import type { Address, DealId, Hash, Wei } from '../core/units.js';
import type { Quote } from './homes/quote.js';
import type { HealedShard } from './repair/healed-shard.js';

/** What happens during a task, in order. */
export type RenterEvent =
  | { readonly kind: 'hashed'; readonly bytes: number; readonly total: number }
  | { readonly kind: 'quoted'; readonly quote: Quote }
  | { readonly kind: 'opened'; readonly deal: DealId; readonly provider: Address; readonly escrow: Wei; readonly transaction?: Hash }
  /** Plaintext bytes whose shards are durable at their providers. */
  | { readonly kind: 'uploaded'; readonly bytes: number; readonly total: number }
  | { readonly kind: 'signed'; readonly deal: DealId; readonly provider: Address; readonly number: bigint }
  | { readonly kind: 'committed'; readonly deal: DealId; readonly provider: Address; readonly number: bigint }
  /** Before a challenge is paid for. */
  | { readonly kind: 'bond'; readonly deal: DealId; readonly provider: Address; readonly bond: Wei }
  /** A lost shard is durable again at its provider. */
  | ({ readonly kind: 'healed' } & HealedShard)
  | { readonly kind: 'failed'; readonly failure: ProviderFailure }
  /** Plaintext bytes verified and written. */
  | { readonly kind: 'downloaded'; readonly bytes: number; readonly total: number };

/** A provider that did not do what it should, and how. */
export interface ProviderFailure {
  readonly provider: Address;
  readonly error: Error;
}
