import { address, hash } from '../../../node/core/units.js';
import type { MarketIdentity } from '../../../node/core/keys/market-identity.js';

/** A market that exists only in tests. */
export const testIdentity: MarketIdentity = {
  chainId: 31337n,
  market: address(`0x${'aa'.repeat(20)}`),
  deploymentHash: hash(`0x${'bb'.repeat(32)}`),
};
