import { expect } from 'chai';
import type { Deal } from '../../node/core/market/deal.js';
import { nextRevision } from '../../node/core/market/revision.js';
import { leaves, LEAVES_PER_GIB, period, SECTOR_LEAVES, weight, wei, type DealId, type Wei } from '../../node/core/units.js';
import { decideAdmission, type AdmissionSnapshot } from '../../node/provider/accept/decide-admission.js';
import { decideSigning, type SigningSnapshot } from '../../node/provider/accept/decide-signature.js';
import { actor, hashOf } from '../support/worlds/actors.js';

const UNIT = wei(100n);
/** Token wei per GiB-period: a leaf costs a wei. */
const PRICE = wei(BigInt(LEAVES_PER_GIB));
const id = hashOf('deal') as string as DealId;
const deal = {
  id,
  status: 'active',
  provider: actor('bob').address,
  signer: actor('alice session').address,
  number: 3n,
  leaves: leaves(100),
  sectors: 1,
  maxLeaves: leaves(1_000),
  maxEnd: period(100),
  end: period(30),
  price: PRICE,
  rate: wei(100n),
  weight: weight(90n),
  escrow: wei(100_000n),
  redeemed: wei(0n),
  maxEgress: wei(50_000n),
  settledThrough: period(9),
  challenged: false,
} as Deal;
const sector = { root: hashOf('sector'), leaves: leaves(40) };
const parameters = { unit: UNIT, collateralPeriods: 90, windowBlocks: 20 };

describe('deciding whether a sector is taken in', () => {
  const snapshot: AdmissionSnapshot = {
    sector,
    deal,
    sheet: { provider: deal.provider, stake: wei(50_000n), total: weight(200n), lockLimit: wei(40_000n) },
    parameters,
    pending: 20,
    pendingSectors: 1,
    held: 500,
    room: 1 << 20,
    kept: 3,
    policy: { capacity: leaves(1_000), maxDeals: 10, maxPendingLeaves: leaves(100) },
  };
  const refusal = (fields: Partial<AdmissionSnapshot> = {}): string | undefined => decideAdmission({ ...snapshot, ...fields })?.code;

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
  });

  it('is not beside more of them than a revision with all of them could name', () => {
    const large = { ...deal, leaves: leaves(5_000), maxLeaves: leaves(6_000) };
    const most = 4_096 + Math.floor((5_000 + 20 + 40) / 256);
    expect(refusal({ deal: large, pendingSectors: most - 1 })).to.equal(undefined);
    expect(refusal({ deal: large, pendingSectors: most })).to.equal('OUT_OF_BOUNDS');
  });

  it('is not if nobody pays for two periods of it, or nothing stands behind it', () => {
    expect(refusal({ deal: { ...deal, escrow: wei(120n) } })).to.equal(undefined);
    expect(refusal({ deal: { ...deal, escrow: wei(119n) } })).to.equal('ESCROW_TOO_SMALL');
    // Others weigh 110, and 60 leaves 54.
    const sheet = (stake: bigint, lockLimit: bigint) => ({ ...snapshot.sheet, stake: wei(stake), lockLimit: wei(lockLimit) });
    expect(refusal({ sheet: sheet(16_400n, 16_400n) })).to.equal(undefined);
    expect(refusal({ sheet: sheet(16_399n, 16_400n) })).to.equal('STAKE_TOO_SMALL');
    expect(refusal({ sheet: sheet(16_400n, 16_399n) })).to.equal('LOCK_LIMIT_PASSED');
  });
});

describe('deciding on a signature', () => {
  const kept = { root: hashOf('kept'), leaves: leaves(100) };
  const before = nextRevision({ deal: id, number: 3n, sectors: [kept], end: period(30), price: PRICE, validUntil: period(9) });
  const revision = nextRevision({ deal: id, number: 4n, sectors: [kept, sector], end: period(30), price: PRICE, validUntil: period(12) });
  const change = { remove: [], append: [sector] };
  const ask = { price: PRICE, egressPrice: wei(0n), minLeaves: leaves(1), maxLeaves: leaves(10_000), maxPeriods: 100 };
  const snapshot: SigningSnapshot = {
    request: { revision, base: 3n, change, renterSignature: '0x01' as never },
    renter: deal.signer,
    deal,
    period: period(10),
    sheet: { ask, operator: actor('operator').address, total: weight(200n), lockLimit: wei(10n ** 9n) },
    stake: wei(10n ** 9n),
    misses: 0,
    promised: weight(0n),
    kept: 3,
    parameters,
    revisions: [{ revision: before, renterSignature: '0x' as never, providerSignature: '0x03' as never, sectors: [kept] }],
    voucher: wei(0n),
    held: new Set([sector.root]),
    doubt: undefined,
    lost: new Set(),
    signer: actor('operator').address,
    policy: { minLeaves: leaves(1), maxDeals: 10, maxUnposted: 4 },
  };
  const outcome = (fields: Partial<SigningSnapshot> = {}): string => {
    const decision = decideSigning({ ...snapshot, ...fields });
    return decision.kind === 'refuse' ? decision.error.code : decision.kind;
  };
  const asking = (fields: object): Partial<SigningSnapshot> => ({
    request: { ...snapshot.request, revision: { ...revision, ...fields } },
  });

  it('is to sign what both compute alike, and to repeat what was signed before', () => {
    expect(outcome()).to.equal('sign');
    const signed = { revision, renterSignature: '0x' as never, providerSignature: '0x04' as never, sectors: [kept, sector] };
    expect(outcome({ revisions: [...snapshot.revisions, signed], held: new Set() })).to.equal('repeat');
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
    expect(outcome({ policy: { ...snapshot.policy, maxUnposted: 0 } })).to.equal('REVISIONS_UNPOSTED');
  });

  it('is to refuse a time in which it cannot be posted, a dust deal, and a price or an end that is not offered', () => {
    for (const until of [10, 13]) expect(outcome(asking({ validUntil: period(until) }))).to.equal('OUT_OF_BOUNDS');
    expect(outcome({ policy: { ...snapshot.policy, minLeaves: leaves(141) } })).to.equal('REVISION_TOO_SMALL');
    expect(outcome(asking({ price: (PRICE - 1n) as Wei }))).to.equal('REVISION_UNDERPAID');
    const offered = (fields: object): Partial<SigningSnapshot> => ({ sheet: { ...snapshot.sheet, ask: { ...ask, ...fields } } });
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
    expect(outcome({ sheet: { ...snapshot.sheet, lockLimit: wei(23_599n) } })).to.equal('LOCK_LIMIT_PASSED');
  });
});
