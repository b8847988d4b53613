import type { ProviderSheet } from '../../core/market/deal.js';
import type { Address, Period } from '../../core/units.js';

/** Where a provider is reached. */
export interface Endpoint {
  readonly peerId: string;
  /** Multiaddrs. */
  readonly addresses: readonly string[];
}

/** Most bytes of addresses that the registry takes, one a line. */
const REGISTRY_BYTES = 512;

/** Addresses without the peer id, as many as the registry takes. */
export const registryAddresses = (addresses: readonly string[]): string[] => {
  const kept: string[] = [];
  for (const address of addresses.map((text) => text.replace(/\/p2p\/[^/]*$/, ''))) {
    if ([...kept, address].join('\n').length <= REGISTRY_BYTES) kept.push(address);
  }
  return kept;
};

const sorted = (addresses: readonly string[]): string => addresses.toSorted().join('\n');

/** In whatever order the addresses are: another one is not worth a transaction. */
export const sameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  one.peerId === other.peerId && sorted(one.addresses) === sorted(other.addresses);

export interface EndpointSnapshot {
  readonly sheet: Endpoint & Pick<ProviderSheet, 'provider' | 'operator'>;
  /** Where this daemon is reached, as the registry takes it. */
  readonly wanted: Endpoint;
  /** Who signs here. */
  readonly account: Address;
  readonly period: Period;
  /** R2, now. */
  readonly frozen: boolean;
  /** In which this daemon published last. */
  readonly publishedIn: Period | undefined;
  /** How often somebody else replaced what was right. */
  readonly replaced: number;
}

export type EndpointDecision =
  | { readonly kind: 'none' | 'publish' }
  /** Later: the proof goes first, or it was published a short time ago and replaced since. */
  | { readonly kind: 'wait' }
  /** Not by this daemon as it is. */
  | { readonly kind: 'blocked'; readonly reason: 'not-operator' | 'no-address' };

/** First period for the next publication: each that was replaced doubles the time, since two who do not know of each other would go on for ever. */
const nextIn = (publishedIn: Period, replaced: number): number => publishedIn + 2 ** Math.max(0, replaced - 1);

/** Whether the registry is to be told where this daemon is. */
export const decideEndpoint = ({ sheet, wanted, account, period, frozen, publishedIn, replaced }: EndpointSnapshot): EndpointDecision => {
  if (sameEndpoint(sheet, wanted)) return { kind: 'none' };
  if (wanted.addresses.length === 0) return { kind: 'blocked', reason: 'no-address' };
  if (account !== sheet.operator && account !== sheet.provider) return { kind: 'blocked', reason: 'not-operator' };
  if (frozen || (publishedIn !== undefined && period < nextIn(publishedIn, replaced))) return { kind: 'wait' };
  return { kind: 'publish' };
};
