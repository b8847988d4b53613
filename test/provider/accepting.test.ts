import { expect } from 'chai';
import type { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { leaves, period, SECTOR_LEAVES, weight, wei, type Wei } from '../../node/core/units.js';
import { decideAdmission, type AdmissionSnapshot } from '../../node/provider/accept/decide-admission.js';
import { decideSigning, type SigningSnapshot } from '../../node/provider/accept/decide-signature.js';
import { actor, hashOf } from '../support/worlds/actors.js';
import { admission, ask, deal, kept, PRICE, revision, sector, signing } from './sample-requests.js';

describe('deciding whether a sector is taken in', () => {
  const refused = (fields: Partial<AdmissionSnapshot> = {}): HoldfastError | undefined => decideAdmission({ ...admission, ...fields });
  const refusal = (fields: Partial<AdmissionSnapshot> = {}): string | undefined => refused(fields)?.code;

  it('is, where there is room and money for it', () => {
    expect(refusal()).to.equal(undefined);
    expect(refusal({ held: 960 })).to.equal(undefined);
    expect(refusal({ pending: 60 })).to.equal(undefined);
  });

  it('is not for a deal that is over, nor a new one too many', () => {
    expect(refusal({ deal: { ...deal, status: 'closed' } })).to.equal('DEAL_IS_CLOSED');
    expect(refusal({ deal: { ...deal, defaulted: { period: period(3), share: wei(1n) } } })).to.equal('DEAL_DEFAULTED');
    expect(refusal({ kept: 10 })).to.equal(undefined);
    expect(refusal({ kept: 9, deal: { ...deal, leaves: leaves(0), weight: weight(0n) } })).to.equal(undefined);
    expect(refusal({ kept: 10, deal: { ...deal, leaves: leaves(0), weight: weight(0n) } })).to.equal('DEALS_FULL');
  });

  it('is not if it is no sector, or one too many', () => {
    for (const size of [0, SECTOR_LEAVES + 1]) expect(refusal({ sector: { ...sector, leaves: leaves(size) } })).to.equal('OUT_OF_BOUNDS');
    expect(refusal({ pending: 61 })).to.equal('PENDING_FULL');
    expect(refusal({ deal: { ...deal, maxLeaves: leaves(59) } })).to.equal('PENDING_FULL');
    expect(refusal({ held: 961 })).to.equal('PROVIDER_FULL');
    expect(refusal({ room: sector.leaves * 32 })).to.equal(undefined);
    expect(refusal({ room: sector.leaves * 32 - 1 })).to.equal('PROVIDER_FULL');
    expect(refusal({ room: 5_000, cost: 5_000 })).to.equal(undefined);
    expect(refusal({ room: 5_000, cost: 5_001 })).to.equal('PROVIDER_FULL');
  });

  it('is not beside more of them than a revision with all of them could name', () => {
    const large = { ...deal, leaves: leaves(5_000), maxLeaves: leaves(6_000) };
    const most = 4_096 + Math.floor((5_000 + 20 + 40) / 256);
    expect(refusal({ deal: large, pendingSectors: most - 1 })).to.equal(undefined);
    expect(refusal({ deal: large, pendingSectors: most })).to.equal('OUT_OF_BOUNDS');
    const bounds = { name: 'sectors', value: BigInt(most) + 1n, min: 0n, max: BigInt(most) };
    expect(refused({ deal: large, pendingSectors: most })?.data).to.deep.equal(bounds);
  });

  it('is refused with what it is, what there may be and what there is', () => {
    const sized = (size: number): Partial<AdmissionSnapshot> => ({ sector: { ...sector, leaves: leaves(size) } });
    expect(refused(sized(0))?.data).to.deep.equal({ name: 'sector', value: 0n, min: 1n, max: BigInt(SECTOR_LEAVES) });
    expect(refusal(sized(SECTOR_LEAVES)), 'the largest sector is one').to.equal('PENDING_FULL');
    expect(refused({ pending: 61 })?.data).to.deep.equal({ deal: deal.id, pending: 101, limit: 100 });
    expect(refused({ held: 961 })?.data).to.deep.equal({ needed: 40, free: 39 });
    expect(refused({ room: 5_000, cost: 5_001 })?.data, 'what it takes of the disk').to.deep.equal({ needed: 157, free: 156 });
    expect(refused({ room: 5_000, cost: 5_001, held: 900 })?.data, 'whichever is less').to.deep.equal({ needed: 157, free: 100 });
    for (const held of [1_000, 1_002]) expect(refused({ held })?.data, 'nothing, and never less').to.deep.equal({ needed: 40, free: 0 });
  });

  it('is not if nobody pays for two periods of it, or nothing stands behind it', () => {
    expect(refusal({ deal: { ...deal, escrow: wei(120n) } })).to.equal(undefined);
    expect(refusal({ deal: { ...deal, escrow: wei(119n) } })).to.equal('ESCROW_TOO_SMALL');
    // Others weigh 110, and 60 leaves 54.
    const sheet = (stake: bigint, lockLimit: bigint) => ({ ...admission.sheet, stake: wei(stake), lockLimit: wei(lockLimit) });
    expect(refusal({ sheet: sheet(16_400n, 16_400n) })).to.equal(undefined);
    expect(refusal({ sheet: sheet(16_399n, 16_400n) })).to.equal('STAKE_TOO_SMALL');
    expect(refusal({ sheet: sheet(16_400n, 16_399n) })).to.equal('LOCK_LIMIT_PASSED');
  });
});

describe('deciding on a signature', () => {
  const outcome = (fields: Partial<SigningSnapshot> = {}): string => {
    const decision = decideSigning({ ...signing, ...fields });
    return decision.kind === 'refuse' ? decision.error.code : decision.kind;
  };
  const asking = (fields: object): Partial<SigningSnapshot> => ({
    request: { ...signing.request, revision: { ...revision, ...fields } },
  });

  it('is to sign what both compute alike, and to repeat what was signed before', () => {
    expect(outcome()).to.equal('sign');
    const signed = { revision, renterSignature: '0x' as never, providerSignature: '0x04' as never };
    expect(outcome({ revisions: [...signing.revisions, signed], held: new Set() })).to.equal('repeat');
  });

  it('is to refuse who asks for another deal, a number again, or what is not what it says', () => {
    expect(outcome(asking({ deal: hashOf('another') }))).to.equal('DEAL_UNKNOWN');
    expect(outcome({ renter: actor('mallory').address })).to.equal('BAD_SIGNATURE');
    expect(outcome({ signer: actor('old operator').address })).to.equal('OPERATOR_REPLACED');
    expect(outcome(asking({ number: 3n }))).to.equal('REVISION_CONFLICT');
    expect(outcome({ deal: { ...deal, number: 4n } })).to.equal('JOURNAL_BEHIND');
    expect(outcome({ doubt: { deal: deal.id, number: 5n, newest: 3n } })).to.equal('JOURNAL_BEHIND');
    for (const fields of [{ leaves: leaves(141) }, { sectors: 3 }, { root: hashOf('another') }])
      expect(outcome(asking(fields))).to.equal('REVISION_DISAGREES');
    expect(outcome({ held: new Set() })).to.equal('SECTOR_NOT_HELD');
    expect(outcome({ policy: { ...signing.policy, maxUnposted: 0 } })).to.equal('REVISIONS_UNPOSTED');
  });

  it('is to refuse a difference against a base that has another root, and not to ask a renter that names none', () => {
    const against = (baseRoot: typeof kept.root | undefined) => outcome({ request: { ...signing.request, baseRoot } });
    expect([against(signing.revisions[0]!.revision.root), against(undefined), against(hashOf('another'))]).to.deep.equal([
      'sign',
      'sign',
      'REVISION_BASE_UNKNOWN',
    ]);
  });

  it('is to refuse what would name a lost sector, and never to sign what was not carried out', () => {
    const lost = decideSigning({ ...signing, lost: kept.root });
    expect(lost.kind === 'refuse' && lost.error.data).to.deep.equal({ deal: deal.id, root: kept.root });
    expect(outcome({ after: undefined })).to.equal('INTERNAL');
    expect(outcome({ after: { ...signing.after!, root: hashOf('another') } })).to.equal('REVISION_DISAGREES');
    for (const counted of [
      { sectors: 2, leaves: leaves(139) },
      { sectors: 3, leaves: leaves(140) },
    ])
      expect(outcome({ counted })).to.equal('REVISION_DISAGREES');
  });

  it('is to refuse a time in which it cannot be posted, a dust deal, and a price or an end that is not offered', () => {
    for (const until of [10, 13]) expect(outcome(asking({ validUntil: period(until) }))).to.equal('OUT_OF_BOUNDS');
    expect(outcome({ policy: { ...signing.policy, minLeaves: leaves(141) } })).to.equal('REVISION_TOO_SMALL');
    expect(outcome(asking({ price: (PRICE - 1n) as Wei }))).to.equal('REVISION_UNDERPAID');
    const offered = (fields: object): Partial<SigningSnapshot> => ({ sheet: { ...signing.sheet, ask: { ...ask, ...fields } } });
    expect(outcome(offered({ price: wei(PRICE + 1n) })), 'what grows keeps its price').to.equal('sign');
    expect(outcome(offered({ maxLeaves: leaves(139) }))).to.equal('OUT_OF_BOUNDS');
    expect(outcome({ ...asking({ end: period(31) }), ...offered({ price: wei(PRICE + 1n) }) })).to.equal('REVISION_UNDERPAID');
    expect(outcome({ ...asking({ end: period(31) }), ...offered({ maxPeriods: 20 }) })).to.equal('OUT_OF_BOUNDS');
    expect(outcome({ ...asking({ end: period(31) }), ...offered({ maxPeriods: 21 }) })).to.equal('sign');
  });

  it('is to refuse what takes escrow from a voucher, stake from another promise, or more than the owner allows', () => {
    // Nineteen periods at 140 after period 10, which costs 100.
    const escrow = 100n + 19n * 140n;
    const poor = { ...deal, escrow: wei(escrow + 7n) };
    expect(outcome({ deal: poor, voucher: wei(7n) })).to.equal('sign');
    expect(outcome({ deal: poor, voucher: wei(8n) })).to.equal('ESCROW_TOO_SMALL');
    expect(outcome({ deal: { ...deal, escrow: wei(escrow - 1n) } })).to.equal('ESCROW_TOO_SMALL');
    // 140 leaves weigh 126 instead of 90.
    expect(outcome({ stake: wei(23_600n) })).to.equal('sign');
    expect(outcome({ stake: wei(23_599n) })).to.equal('STAKE_TOO_SMALL');
    expect(outcome({ stake: wei(23_600n), promised: weight(1n) })).to.equal('STAKE_TOO_SMALL');
    expect(outcome({ sheet: { ...signing.sheet, lockLimit: wei(23_599n) } })).to.equal('LOCK_LIMIT_PASSED');
  });
});
