import { expect } from 'chai';
import type { Deal } from '../../node/core/market/deal.js';
import { leaves, period, wei } from '../../node/core/units.js';
import type { RenterDeal } from '../../node/ports/catalogue.js';
import { decideTakingOut } from '../../node/renter/deals/decide-taking-out.js';
import { dealAt, idOf, knownDeal, signedRevision } from './sample-deals.js';

const now = period(10);
const id = idOf('bob');
const signed = (number: bigint, validUntil = 12): RenterDeal => ({
  ...knownDeal('bob').record,
  current: signedRevision(id, number, leaves(8), validUntil),
});
/** What becomes of freed sectors of a deal that the chain holds by revision 3. */
const fate = (record: RenterDeal, named: number, change: Partial<Deal> = {}): string => {
  const decision = decideTakingOut({ record, deal: dealAt('bob', { status: 'active', number: 3n, ...change }), named }, now);
  return decision.kind === 'leave' ? decision.reason : decision.kind;
};

describe('sectors that nothing uses any more', () => {
  it('are forgotten once the chain holds a revision that names none of them', () => {
    expect(fate(signed(3n), 0)).to.equal('forget');
    expect(fate(signed(3n), 1)).to.equal('sign');
    expect(fate(signed(4n), 0), 'signed, and not on chain').to.equal('posted-later');
    expect(fate(signed(4n), 2), 'signed, and names some').to.equal('sign');
    expect(fate(signed(4n, 10), 0), 'in its last period').to.equal('posted-later');
    expect(fate(signed(4n, 9), 0), 'ran out before it was posted').to.equal('sign');
    expect(fate(knownDeal('bob').record, 0, { number: 0n }), 'of a deal that never held anything').to.equal('forget');
  });

  it('wait for the answer to what was proposed last, as long as it may come', () => {
    const { revision, renterSignature } = signedRevision(id, 4n, leaves(8));
    const asked = (validUntil: number, number = 4n): RenterDeal => ({
      ...signed(3n),
      proposed: { revision: { ...revision, number, validUntil: period(validUntil) }, renterSignature, base: 3n },
    });
    expect(fate(asked(12), 0)).to.equal('sign');
    expect(fate(asked(10), 0)).to.equal('sign');
    expect(fate(asked(9), 0), 'nobody can post it any more').to.equal('forget');
    expect(fate({ ...asked(12, 5n), current: signedRevision(id, 4n, leaves(8)) }, 0), 'it comes of what is signed').to.equal('sign');
  });

  it('are forgotten with deals that keep nothing any more', () => {
    expect(fate(signed(3n), 5, { status: 'closed' })).to.equal('forget');
    expect(fate(signed(3n), 5, { defaulted: { period: period(9), share: wei(1n) } })).to.equal('forget');
  });

  it('stay while a challenge pins the deal, and where it ends before that would save anything', () => {
    expect(fate(signed(3n), 5, { challenged: true })).to.equal('challenged');
    expect(fate(signed(3n), 5, { end: period(12) })).to.equal('ends-soon');
    expect(fate(signed(3n), 5, { end: period(13) })).to.equal('sign');
    expect(fate(signed(3n), 0, { challenged: true }), 'it names none of them').to.equal('forget');
  });
});
