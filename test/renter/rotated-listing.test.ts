import { expect } from 'chai';
import { dataSetOf } from '../../node/core/data/data-set.js';
import type { Deal } from '../../node/core/market/deal.js';
import { revisionDigest } from '../../node/core/market/revision.js';
import { isNewer } from '../../node/renter/deals/reconcile.js';
import { dealNamed, sectorNamed, signedRevision } from '../storage/sample-sectors.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { actor } from '../support/worlds/actors.js';

const alice = actor('alice session');
const [former, fresh] = [actor('bob operator'), actor('bob operator of now')];

describe('A catalogue of yesterday, after the operator’s key was rotated', () => {
  it('takes over the revision that the chain holds, and nothing else that the former key signed', async () => {
    const id = dealNamed('Bob');
    const sectors = [sectorNamed('a'), sectorNamed('b')];
    const { root, leaves } = dataSetOf(sectors);
    const { revision } = signedRevision(id, 2n, sectors, { root, leaves });
    const digest = revisionDigest(testIdentity, revision);
    const signed = { revision, renterSignature: await alice.sign(digest), providerSignature: await former.sign(digest) };
    const record = { id, provider: actor('bob').address };
    const deal = { id, number: 2n, root, leaves, sectors: 2, signer: alice.address } as Deal;
    const isTaken = (chain: Deal): boolean => isNewer({ signed, sectors }, record, { operator: fresh.address }, chain, testIdentity);
    expect(isTaken(deal)).to.equal(true);
    expect(isTaken({ ...deal, number: 1n })).to.equal(false);
    expect(isTaken({ ...deal, root: sectorNamed('other').root })).to.equal(false);
  });
});
