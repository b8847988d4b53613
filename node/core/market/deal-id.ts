import { concatBytes, fromHex, uintBytes } from '../data/bytes.js';
import type { MarketIdentity } from '../keys/market-identity.js';
import { keccak256 } from '../data/keccak.js';
import { dealId, type Address, type DealId, type Hash } from '../units.js';

/** Id of a deal (R4): keccak(uint256 chain id ‖ market ‖ renter ‖ provider ‖ salt). A repeated open finds it taken. */
export const dealIdOf = (
  { chainId, market }: Pick<MarketIdentity, 'chainId' | 'market'>,
  renter: Address,
  provider: Address,
  salt: Hash,
): DealId => dealId(keccak256(concatBytes(uintBytes(chainId, 32), fromHex(market), fromHex(renter), fromHex(provider), fromHex(salt))));
