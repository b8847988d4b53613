import type { Address, DealId, Period } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import type { Finding } from './finding.js';
import type { HeldPlace, PlaceFinding } from './sample-places.js';

/** What the provider of some deals holds of what was asked for. */
export interface ProviderFinding {
  /** Undefined of deals that the chain does not know. */
  readonly provider: Address | undefined;
  readonly deals: ReadonlySet<DealId>;
  /** Shards by what was found of them. */
  readonly shards: ReadonlyMap<Finding, number>;
  /** What it said to the first that is not held. */
  readonly error?: Error | undefined;
  /** In which it proved on chain last what it holds. */
  readonly lastProven?: Period | undefined;
}

/** What is found of a provider, as it is counted. */
interface Counted {
  readonly deals: Set<DealId>;
  readonly shards: Map<Finding, number>;
  error?: Error | undefined;
}

/** Counts what is found by provider. */
export const createProviderTally = () => {
  const counted = new Map<Address | undefined, Counted>();
  return {
    /** What was found of places, in their order. */
    note: (places: readonly Pick<HeldPlace, 'deal'>[], found: readonly PlaceFinding[]): void => {
      for (const [index, { finding, provider, error }] of found.entries()) {
        const own: Counted = counted.get(provider) ?? { deals: new Set(), shards: new Map() };
        counted.set(provider, own);
        const deal = places[index]?.deal;
        if (deal !== undefined) own.deals.add(deal);
        own.shards.set(finding, (own.shards.get(finding) ?? 0) + 1);
        own.error ??= error;
      }
    },
    /** All of it, with the period in which each proved last, by the chain. */
    findings: async ({ settlement }: Pick<RenterContext, 'settlement'>, signal?: AbortSignal): Promise<readonly ProviderFinding[]> => {
      const addresses = [...counted.keys()].filter((one) => one !== undefined);
      const sheets = await settlement.providerSheets(addresses, signal);
      const provenBy = new Map(addresses.map((address, index) => [address, sheets[index]?.lastProven]));
      return [...counted].map(([provider, own]) => ({ provider, ...own, lastProven: provider && provenBy.get(provider) }));
    },
  };
};
