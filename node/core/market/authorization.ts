import type { MarketIdentity } from '../keys/market-identity.js';
import { textWord, typedDigest, typeHash } from '../keys/eip712.js';
import type { DealId, Hash, Period } from '../units.js';

const AUTHORIZATION = typeHash('Authorization(bytes32 deal,string peer,uint32 expires)');

/** What a deal's signer signs to let the libp2p peer `peer` speak for the deal through period `expires`. */
export const authorizationDigest = (
  identity: Pick<MarketIdentity, 'chainId' | 'market'>,
  { deal, peer, expires }: { readonly deal: DealId; readonly peer: string; readonly expires: Period },
): Hash => typedDigest(identity, AUTHORIZATION, [deal, textWord(peer), expires]);
