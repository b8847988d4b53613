import { signerOf } from '../core/keys/signing.js';
import { revisionDigest } from '../core/market/revision.js';
import type { MarketIdentity } from '../core/keys/market-identity.js';
import type { Revision } from '../core/market/deal.js';
import type { Signature } from '../core/units.js';
import type { Signer } from '../ports/world.js';

/**
 * The provider's signature under a revision that it signed before: as it was, or by the key that has taken the former one's place, since
 * what a former operator signed and nobody posted binds nobody. The same revision under the same number, so nothing is promised twice.
 */
export const ownSignature = async (signer: Signer, identity: MarketIdentity, revision: Revision, before: Signature): Promise<Signature> => {
  const digest = revisionDigest(identity, revision);
  return signerOf(digest, before) === signer.address ? before : signer.sign(digest);
};
