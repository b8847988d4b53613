import type { Address, Hash } from '../units.js';

/** Which market on which chain. Every store, catalogue and book records it and refuses another. */
export interface MarketIdentity {
  readonly chainId: bigint;
  readonly market: Address;
  /** Hash of the block that the market was deployed in: tells a wiped chain from the one that was meant. */
  readonly deploymentHash: Hash;
}
