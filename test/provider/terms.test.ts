import { expect } from 'chai';
import type { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { RevisionTerms } from '../../node/core/market/egress-cover.js';
import { leaves, period, weight, wei } from '../../node/core/units.js';
import { checkRevisionTerms, checkSize } from '../../node/provider/accept/check-revision-terms.js';
import { checkRequest, decideSigning, type SigningSnapshot } from '../../node/provider/accept/decide-signature.js';
import { actor, hashOf } from '../support/worlds/actors.js';
import { ask, deal, PRICE, revision, signing } from './sample-requests.js';

const asking = (fields: object): Partial<SigningSnapshot> => ({
  request: { ...signing.request, revision: { ...revision, ...fields } },
});
const offered = (fields: object): Partial<SigningSnapshot> => ({ sheet: { ...signing.sheet, ask: { ...ask, ...fields } } });
const refused = (fields: Partial<SigningSnapshot>): HoldfastError | undefined => {
  const decision = decideSigning({ ...signing, ...fields });
  return decision.kind === 'refuse' ? decision.error : undefined;
};
const refusal = (fields: Partial<SigningSnapshot>): string | undefined => refused(fields)?.code;

describe('who asks for a signature', () => {
  it('is told first that the deal is another, whoever signed and whatever the number is', () => {
    const another = asking({ deal: hashOf('another'), number: 3n });
    expect(refusal({ ...another, renter: actor('mallory').address })).to.equal('DEAL_UNKNOWN');
  });

  it('is told who signed, if anybody did', () => {
    const mallory = actor('mallory').address;
    const bad = { side: 'renter', expected: deal.signer };
    expect(refused({ renter: mallory })?.data).to.deep.equal({ ...bad, recovered: mallory });
    expect(refused({ renter: undefined })?.data).to.deep.equal({ ...bad, recovered: 'nobody' });
  });

  it('may not start from before what the chain has, even once its time is over', () => {
    const older = { ...signing.revisions[0], revision: { ...revision, number: 2n, validUntil: period(8) } } as never;
    const from = (base: bigint) => refusal({ revisions: [older, ...signing.revisions], request: { ...signing.request, base } });
    expect([from(2n), from(3n)]).to.deep.equal(['REVISION_BASE_UNKNOWN', undefined]);
  });

  it('is told by counting that the sectors are others, before anything is hashed', () => {
    const size = { sectors: 2, leaves: 140 };
    const wrong = { leaves: leaves(141), sectors: 3 };
    expect(checkSize(revision, size)).to.equal(undefined);
    expect(checkSize({ ...revision, ...wrong }, size)?.data).to.deep.equal({ field: 'leaves', ours: '140', theirs: '141' });
    expect(checkSize({ ...revision, sectors: 3 }, size)?.data).to.deep.equal({ field: 'sectors', ours: '2', theirs: '3' });
    expect(checkRequest({ ...signing, ...asking({ sectors: 3 }) })?.code).to.equal('REVISION_DISAGREES');
  });
});

describe('the terms of a revision', () => {
  it('are those that a deal has, whatever is asked today, while it gets no first data, does not grow and lasts no longer', () => {
    const stays = { ...deal, leaves: leaves(140) };
    expect(refusal({ policy: { ...signing.policy, minLeaves: leaves(140) } })).to.equal(undefined);
    expect(refusal(offered({ maxPeriods: 19 })), 'an end further away than any is sold now').to.equal(undefined);
    expect(refusal({ deal: stays, ...offered({ maxLeaves: leaves(139) }) }), 'more leaves than are sold now').to.equal(undefined);
    expect(refusal({ kept: 10 }), 'as many deals as there may be').to.equal(undefined);
  });

  it('are refused with their bounds', () => {
    const until = (value: number) => refused(asking({ validUntil: period(value) }))?.data;
    expect([11, 12].map(until)).to.deep.equal([undefined, undefined]);
    for (const value of [10, 13]) expect(until(value)).to.deep.equal({ name: 'validUntil', value: BigInt(value), min: 11n, max: 12n });
    expect(refused(offered({ maxLeaves: leaves(139) }))?.data).to.deep.equal({ name: 'leaves', value: 140n, min: 0n, max: 139n });
    const empty = { ...deal, leaves: leaves(0), weight: weight(0n), rate: wei(0n) };
    const ending = (end: number) => refused({ deal: empty, ...asking({ end: period(end) }) })?.data;
    expect(ending(12)).to.equal(undefined);
    expect(ending(11)).to.deep.equal({ name: 'end', value: 11n, min: 12n, max: 110n });
  });

  it('are of first data after an empty revision as long as that may be posted', () => {
    const terms = { number: 4n, leaves: leaves(0), validUntil: period(10), price: PRICE, end: period(30) };
    const after = (fields: Partial<RevisionTerms>) =>
      checkRevisionTerms({ ...revision, number: 5n }, { ...signing, kept: 10, signed: [{ ...terms, ...fields }] })?.code;
    expect(after({})).to.equal('DEALS_FULL');
    expect(after({ validUntil: period(9) }), 'its time is over').to.equal(undefined);
    expect(after({ number: 3n }), 'the chain has that number').to.equal(undefined);
    expect(after({ leaves: leaves(1) }), 'it is not empty').to.equal(undefined);
  });

  it('take nothing from a voucher that the escrow did not cover anyway', () => {
    expect(refusal({ voucher: wei(deal.maxEgress + 1n) })).to.equal(undefined);
  });
});
