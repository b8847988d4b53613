import { typedDigest, typeHash } from './eip712.js';
import type { MarketIdentity } from './market-identity.js';
import type { Address, Hash, Period, Signature } from '../units.js';

const GRANT = typeHash('Grant(address reader,uint32 until)');

/** That somebody else may read what lies in the deals of one signer: said by that signer. */
export interface Grant {
  /** Last period in which it counts. */
  readonly until: Period;
  /** The signer's, over {@link grantDigest} of whoever may read. */
  readonly signature: Signature;
}

/** What the signer of deals signs to let `reader` read in all of them, encrypted as they are, through period `until`. */
export const grantDigest = (
  identity: Pick<MarketIdentity, 'chainId' | 'market'>,
  { reader, until }: { readonly reader: Address; readonly until: Period },
): Hash => typedDigest(identity, GRANT, [reader, until]);
