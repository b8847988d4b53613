import { expect } from 'chai';
import fc from 'fast-check';
import { leaves, period, type DealId } from '../../../node/core/units.js';
import type { SignedRevision } from '../../../node/core/market/deal.js';
import { createDealTally } from '../../../node/storage/journal/deal-tally.js';
import { dealNamed, sectorNamed, signedRevision } from '../sample-sectors.js';

const names = ['Alice', 'Carol', 'Dave', 'Erin'].map(dealNamed);
const revisionsOf = (deal: DealId, facts: readonly (readonly [data: boolean, validUntil: number])[]): SignedRevision[] =>
  facts.map(([data, validUntil], at) =>
    signedRevision(deal, BigInt(at + 1), [sectorNamed('one')], { leaves: leaves(data ? 2 : 0), validUntil: period(validUntil) }),
  );

describe('the tally of deals', () => {
  const facts = fc.array(fc.tuple(fc.boolean(), fc.nat(6)), { maxLength: 3 });

  it('says what a walk over all deals would, whatever became of them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), facts), { maxLength: 30 }), (changes) => {
        const tally = createDealTally();
        const all = new Map<DealId, readonly SignedRevision[]>();
        for (const [deal, next] of changes) {
          const after = revisionsOf(deal, next);
          tally.follow(deal, all.get(deal) ?? [], after);
          all.set(deal, after);
        }
        const walk = (fits: (revision: SignedRevision['revision']) => boolean): DealId[] =>
          [...all].flatMap(([deal, kept]) => (kept.some(({ revision }) => fits(revision)) ? [deal] : []));
        expect(tally.withData).to.equal(walk((revision) => revision.leaves > 0).length);
        for (let from = 0; from <= 7; from++)
          expect([...tally.validFrom(period(from))].sort(), `from ${from}`).to.deep.equal(
            walk(({ validUntil }) => validUntil >= from).sort(),
          );
      }),
    );
  });
});
