/** What a provider asks, as the registry takes it. */
export interface Ask {
  /** Token wei per GiB-period. */
  readonly price: bigint;
  /** Token wei per GiB read. */
  readonly egressPrice: bigint;
  readonly minLeaves: bigint;
  readonly maxLeaves: bigint;
  readonly maxPeriods: bigint;
}

/** An ask that takes deals of any size up to `maxLeaves`, and lets everybody read for nothing. */
export const askOf = (ask: Pick<Ask, 'price' | 'maxLeaves' | 'maxPeriods'>): Ask => ({ ...ask, egressPrice: 0n, minLeaves: 1n });
