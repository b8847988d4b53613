import type { KeySigner } from '../../../../node/core/keys/signing.js';
import type { Revision, SignedRevision } from '../../../../node/core/market/deal.js';
import { revisionDigest } from '../../../../node/core/market/revision.js';
import type { World } from '../world/world.js';

/** A revision signed for both sides by somebody who has both keys, or an accomplice with the other. */
export const forge = async (
  { reader }: Pick<World, 'reader'>,
  revision: Revision,
  renter: KeySigner,
  operator: KeySigner,
): Promise<SignedRevision> => {
  const digest = revisionDigest(reader.identity, revision);
  return { revision, renterSignature: await renter.sign(digest), providerSignature: await operator.sign(digest) };
};
