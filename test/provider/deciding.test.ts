import { expect } from 'chai';
import type { Deal } from '../../node/core/market/deal.js';
import { blockNumber, leaves, period, weight, type Address, type DealId, type Hash, type Wei } from '../../node/core/units.js';
import { dealCapacity } from '../../node/core/market/capacity.js';
import { decideRoom, mostDeals } from '../../node/provider/accept/decide-admission.js';
import { decideForfeits, isSigned } from '../../node/provider/settle/decide-forfeits.js';
import { CLAIM_GAS, claimableEpochs, decideClaim, EPOCH_GAS, type ClaimSnapshot } from '../../node/provider/settle/decide-claim.js';
import { doubtfulDeals } from '../../node/provider/settle/decide-doubts.js';
import { redeemOf } from '../../node/provider/settle/decide-redemption.js';
import {
  answerIsLate,
  decideAnswers,
  decideWithdrawals,
  type AnswerSnapshot,
  type ChallengedDeal,
} from '../../node/provider/audit/decide-answer.js';
import { decideProof, proofIsLate, type ProofSnapshot } from '../../node/provider/audit/decide-proof.js';
import { decideOrphans, decidePruning, decideStale, decideVoid, OVER, type ChainMark } from '../../node/provider/keep/decide-pruning.js';
import { closingOffset, decideSettlement, type DealView, type SettlementSnapshot } from '../../node/provider/settle/decide-settlement.js';
import type { ProviderDeal, ProviderRevision } from '../../node/ports/journal.js';
import type { DealDoubt } from '../../node/ports/journal-faults.js';
import { actor, hashOf } from '../support/worlds/actors.js';

const dealOf = (name: string, fields: Partial<Deal> = {}): Deal =>
  ({
    id: hashOf(name) as string as DealId,
    status: 'active',
    number: 3n,
    end: period(20),
    leaves: leaves(100),
    settledThrough: period(9),
    ...fields,
  }) as Deal;

const revisionOf = (deal: Deal, number: bigint, fields: object = {}): ProviderRevision =>
  ({ revision: { deal: deal.id, number, leaves: deal.leaves, validUntil: period(11), ...fields }, sectors: [] }) as never;

describe('deciding what to redeem', () => {
  const paid = (fields: Partial<Deal> = {}, signer = 'alice session') => ({
    deal: dealOf('paid', {
      escrow: 1_000n as Wei,
      rate: 0n as Wei,
      redeemed: 100n as Wei,
      maxEgress: 10_000n as Wei,
      signer: actor('alice session').address,
      ...fields,
    }),
    egress: {
      deal: hashOf('paid') as string as DealId,
      served: 1,
      voucher: { amount: 200n as Wei, signature: '0x' as never, signer: actor(signer).address },
    },
  });
  const due = (entry: ReturnType<typeof paid>, cost: bigint | undefined, fields: object = {}): boolean => {
    const redemption = cost === undefined ? undefined : { cost: cost as never, factor: 10n };
    return redeemOf(entry, { period: period(10), redemption, ending: false, ...fields }) !== undefined;
  };

  it('waits until a voucher brings ten times its gas, and needs to know what gas costs', () => {
    expect([due(paid(), 10n), due(paid(), 11n), due(paid(), undefined)]).to.deep.equal([true, false, false]);
  });

  it('counts only what the escrow has beyond rent, and nothing that is paid', () => {
    expect(due(paid({ escrow: 99n as Wei }), 10n)).to.equal(false);
    expect(due(paid({ redeemed: 200n as Wei }), 0n)).to.equal(false);
    expect(due(paid({ rate: 100n as Wei, settledThrough: period(9), end: period(20) }), 1n)).to.equal(false);
  });

  it('takes less, but not less than the gas, where the next period may be too late', () => {
    for (const late of [
      paid({ end: period(12) }),
      paid({ leaves: leaves(0) }),
      paid({ defaulted: { period: period(9), share: 1n as Wei } }),
      paid({}, 'old session'),
    ])
      expect([due(late, 100n), due(late, 101n), due(late, undefined)]).to.deep.equal([true, false, true]);
    expect(due(paid({ end: period(13) }), 100n)).to.equal(false);
  });

  it('takes anything before the deal is emptied or closed, and nothing after', () => {
    expect([due(paid(), 1_000n), due(paid(), 1_000n, { ending: true })]).to.deep.equal([false, true]);
    expect(due(paid({ status: 'closed' }), 1n, { ending: true })).to.equal(false);
  });
});

describe('deciding which rewards to claim', () => {
  const cost = CLAIM_GAS + 2n * EPOCH_GAS;
  const decide = (rewards: readonly (readonly [number, bigint])[], fields: Partial<ClaimSnapshot> = {}): number[] =>
    decideClaim({
      epoch: 20,
      rewards: rewards.map(([epoch, reward]) => ({ epoch, reward: reward as Wei })),
      gasPrice: 1n as never,
      factor: 10n,
      claimEpochs: 12,
      ...fields,
    });

  it('claims all that owe something once they bring ten times their gas', () => {
    expect(
      decide([
        [17, 5n * cost],
        [18, 0n],
        [19, 5n * cost],
      ]),
    ).to.deep.equal([17, 19]);
    expect(
      decide([
        [17, 5n * cost],
        [19, 5n * cost - 1n],
      ]),
    ).to.deep.equal([]);
    expect(
      decide([
        [17, 10n * cost - 1n],
        [19, 1n],
      ]),
      'the smallest reward counts',
    ).to.deep.equal([17, 19]);
    expect(decide([[17, 10n * (CLAIM_GAS + EPOCH_GAS)]], { gasPrice: 2n as never }), 'gas that costs twice as much').to.deep.equal([]);
    expect(decide([])).to.deep.equal([]);
    expect(decide([[17, 0n]], { gasPrice: 0n as never })).to.deep.equal([]);
  });

  it('claims what brings its gas before the oldest is too old to be looked at', () => {
    expect(
      decide([
        [8, cost],
        [19, 0n],
      ]),
    ).to.deep.equal([8]);
    expect(
      decide([
        [9, cost],
        [19, 0n],
      ]),
    ).to.deep.equal([]);
    expect(
      decide([
        [8, 1n],
        [19, cost - 1n],
      ]),
      'the oldest takes the others with it',
    ).to.deep.equal([8, 19]);
    expect(decide([[8, 1n]])).to.deep.equal([]);
  });

  it('looks at past epochs only, a bounded number of them', () => {
    expect(claimableEpochs(0, 12)).to.deep.equal([]);
    expect(claimableEpochs(3, 12)).to.deep.equal([0, 1, 2]);
    expect(claimableEpochs(20, 3)).to.deep.equal([17, 18, 19]);
  });
});

describe('deciding on answers to challenges', () => {
  const challengedAt = (name: string, seeded: number): ChallengedDeal => ({
    deal: dealOf(name, { challenged: true, weight: weight(3n) }),
    challenge: { challenger: `0x${'1'.repeat(40)}` as Address, period: period(6), bond: 1n as Wei },
    span: { seeded: blockNumber(seeded), expires: blockNumber(seeded + 20) },
  });
  const [one, two, three] = [challengedAt('one', 250), challengedAt('two', 250), challengedAt('three', 210)];
  const snapshot = (fields: Partial<AnswerSnapshot> = {}): AnswerSnapshot => ({
    block: blockNumber(252),
    challenged: [one],
    hashes: new Map([210, 250].map((block) => [blockNumber(block), hashOf(`${block}`)])),
    inHand: new Map(),
    impossible: new Set(),
    windowBlocks: 20,
    policy: { proofDelay: 2 },
    ...fields,
  });
  const deals = (fields: Partial<AnswerSnapshot>) => decideAnswers(snapshot(fields)).map(({ deal }) => deal);

  it('sends one from the second block after the draw on, in time or, as long as nobody made it expire, late', () => {
    const at = (block: number) => decideAnswers(snapshot({ block: blockNumber(block) })).map(({ deadline }) => deadline);
    expect([251, 252, 269, 270, 300].map(at)).to.deep.equal([[], [270], [270], [290], [320]]);
    expect(deals({ hashes: new Map() })).to.deep.equal([]);
    expect(deals({ challenged: [] })).to.deep.equal([]);
  });

  it('sends none twice, and withdraws one whose draw is another now', () => {
    const sent = (name: string) => new Map([[one.deal.id, { seeded: one.span.seeded, seededHash: hashOf(name) }]]);
    expect(deals({ inHand: sent('250') })).to.deep.equal([]);
    expect(deals({ inHand: sent('gone') })).to.deep.equal([]);
    const withdrawn = (fields: Partial<AnswerSnapshot>) => decideWithdrawals(snapshot(fields));
    expect(withdrawn({ inHand: sent('250') })).to.deep.equal([]);
    expect(withdrawn({ inHand: sent('gone') })).to.deep.equal([one.deal.id]);
    expect(withdrawn({ inHand: new Map([[one.deal.id, { seeded: blockNumber(210), seededHash: hashOf('210') }]]) })).to.have.length(1);
    expect(withdrawn({ inHand: sent('gone'), hashes: new Map() })).to.deep.equal([]);
  });

  it('sends those with the most collateral first, then those that expire first, and those last that could not be made', () => {
    const heavy = { ...two, deal: { ...two.deal, weight: weight(9n) } };
    const challenged = [one, three, heavy];
    expect(deals({ challenged })).to.deep.equal([heavy.deal, three.deal, one.deal]);
    expect(deals({ challenged, impossible: new Set([heavy.deal.id]) })).to.deep.equal([three.deal, one.deal, heavy.deal]);
    expect(deals({ challenged: [heavy, one], impossible: new Set([heavy.deal.id]) })).to.deep.equal([one.deal, heavy.deal]);
    const none = new Set([one.deal.id, heavy.deal.id]);
    expect(deals({ challenged: [one, heavy], impossible: none })).to.deep.equal([heavy.deal, one.deal]);
    const inHand = new Map([three, one].map(({ deal, span }) => [deal.id, { seeded: span.seeded, seededHash: hashOf(`${span.seeded}`) }]));
    expect(deals({ challenged, inHand })).to.deep.equal([heavy.deal]);
  });

  it('calls it late from exactly half of the window on', () => {
    expect([259, 260].map((block) => answerIsLate(one, blockNumber(block)))).to.deep.equal([false, true]);
  });
});

describe('deciding on the proof', () => {
  const snapshot = (fields: Partial<ProofSnapshot> = {}): ProofSnapshot => ({
    period: period(7),
    offset: 2,
    firstBlock: blockNumber(250),
    firstBlockHash: hashOf('first'),
    sheet: { total: weight(5n), lastProven: period(6) },
    parameters: { windowBlocks: 20 },
    policy: { proofDelay: 2 },
    inHand: undefined,
    ...fields,
  });

  it('sends it from the second block after the first one until the last block from which it can still be in time', () => {
    const kinds = [0, 1, 2, 18, 19, 20, 39].map((offset) => decideProof(snapshot({ offset })).kind);
    expect(kinds).to.deep.equal(['none', 'none', 'prove', 'prove', 'none', 'none', 'none']);
    expect(decideProof(snapshot())).to.deep.equal({ kind: 'prove', period: 7, deadline: 269, replace: false });
  });

  it('sends none when nothing is stored, the period is proven, or one is on its way', () => {
    const none = { kind: 'none' };
    expect(decideProof(snapshot({ sheet: { total: weight(0n), lastProven: period(6) } }))).to.deep.equal(none);
    expect(decideProof(snapshot({ sheet: { total: weight(1n), lastProven: period(6) } })).kind).to.equal('prove');
    expect(decideProof(snapshot({ sheet: { total: weight(5n), lastProven: period(7) } }))).to.deep.equal(none);
    const inHand = { period: period(7), firstBlockHash: hashOf('first') };
    expect(decideProof(snapshot({ inHand }))).to.deep.equal(none);
    expect(decideProof(snapshot({ inHand: { ...inHand, period: period(6) } }))).to.deep.include({ kind: 'prove', replace: false });
  });

  it('replaces the one on its way when the first block of the period is another now', () => {
    const inHand = { period: period(7), firstBlockHash: hashOf('gone') };
    expect(decideProof(snapshot({ inHand }))).to.deep.include({ kind: 'prove', replace: true });
  });

  it('calls it late from exactly half of the window on', () => {
    expect([9, 10, 19].map((offset) => proofIsLate(snapshot({ offset })))).to.deep.equal([false, true, true]);
    const odd = { windowBlocks: 21 };
    expect([10, 11].map((offset) => proofIsLate(snapshot({ offset, parameters: odd })))).to.deep.equal([false, true]);
    expect(proofIsLate(snapshot({ offset: 15, sheet: { total: weight(5n), lastProven: period(7) } }))).to.equal(false);
  });
});

describe('deciding what to post', () => {
  const parameters = { periodBlocks: 40, windowBlocks: 20 };
  const snapshot = (deals: readonly DealView[], fields: Partial<SettlementSnapshot> = {}): SettlementSnapshot => ({
    period: period(10),
    offset: 5,
    frozen: false,
    decided: period(10),
    sheet: { total: weight(5n), lastProven: period(10) },
    parameters,
    deals,
    refused: new Set(),
    policy: { batchItems: 16, settleEvery: 30, endMargin: 2 },
    ...fields,
  });
  const items = (deals: readonly DealView[], fields: Partial<SettlementSnapshot> = {}): string[] =>
    decideSettlement(snapshot(deals, fields)).flatMap((batch) => batch.items.map(({ kind }) => kind));
  const alice = dealOf('alice');
  const grown = { deal: alice, newest: revisionOf(alice, 4n, { leaves: leaves(101) }), signed: true };

  it('is nothing while frozen or in the last blocks of a period, unless nothing is stored', () => {
    expect(items([grown], { frozen: true })).to.deep.equal([]);
    expect(items([grown], { offset: 37 })).to.deep.equal(['commit']);
    expect(items([grown], { offset: 38 })).to.deep.equal([]);
    expect(items([grown], { offset: 38, sheet: { total: weight(0n), lastProven: period(10) } })).to.deep.equal(['commit']);
    expect(items([grown], { offset: 38, sheet: { total: weight(1n), lastProven: period(10) } })).to.deep.equal([]);
  });

  it('is each revision that is newer than the chain and still valid', () => {
    const at = (number: bigint, fields: object = {}): string[] =>
      items([{ deal: alice, newest: revisionOf(alice, number, fields), signed: true }]);
    expect(at(3n)).to.deep.equal([]);
    expect(at(4n)).to.deep.equal(['commit']);
    expect([9, 10, 12, 13].map((until) => at(4n, { validUntil: until }).length)).to.deep.equal([0, 1, 1, 0]);
    const gone = (fields: Partial<Deal>): DealView[] => [{ ...grown, deal: { ...alice, ...fields } }];
    expect(items(gone({ status: 'closed' }))).to.deep.equal([]);
    expect(items(gone({ end: period(11) }))).to.deep.equal(['commit']);
    expect(items(gone({ end: period(10), status: 'empty' }))).to.deep.equal([]);
  });

  it('lets a revision grow only when the period itself is proven', () => {
    const missed = { sheet: { total: weight(5n), lastProven: period(9) } };
    expect(items([grown], missed)).to.deep.equal([]);
    const shrunk = { ...grown, newest: revisionOf(alice, 4n, { leaves: leaves(100) }) };
    expect(items([shrunk], missed)).to.deep.equal(['commit']);
  });

  it('closes late in the last paid period, at once after it, and at once after a default', () => {
    expect(closingOffset(parameters)).to.equal(30);
    expect(closingOffset({ periodBlocks: 40, windowBlocks: 35 })).to.equal(35);
    expect(closingOffset({ periodBlocks: 42, windowBlocks: 20 }), 'three quarters of 42 are 31 whole blocks').to.equal(31);
    const ending = (end: number, fields: Partial<Deal> = {}): DealView[] => [
      { deal: dealOf('bob', { end: period(end), ...fields }), newest: undefined, signed: true },
    ];
    expect(items(ending(11), { offset: 29 })).to.deep.equal([]);
    expect(items(ending(11), { offset: 30 })).to.deep.equal(['close']);
    expect(items(ending(12), { offset: 30 })).to.deep.equal([]);
    expect(items(ending(10))).to.deep.equal(['close']);
    expect(items(ending(10, { status: 'empty' }))).to.deep.equal([]);
    expect(items(ending(99, { defaulted: { period: period(8), share: 1n as Wei } }))).to.deep.equal(['close']);
  });

  it('leaves a challenged deal as it is, but for its rent, until its provider has defaulted', () => {
    const pinned = (fields: Partial<Deal> = {}): DealView[] => [{ ...grown, deal: { ...alice, challenged: true, ...fields } }];
    expect(items(pinned())).to.deep.equal([]);
    expect(items(pinned({ end: period(10) }))).to.deep.equal([]);
    const policy = { batchItems: 16, settleEvery: 3, endMargin: 2 };
    expect(items(pinned({ settledThrough: period(1) }), { policy })).to.deep.equal(['settle']);
    // The last paid period is the ninth.
    const ended = (through: number): string[] => items(pinned({ end: period(10), settledThrough: period(through) }), { policy });
    expect([ended(6), ended(7)]).to.deep.equal([['settle'], []]);
    expect(items(pinned({ defaulted: { period: period(8), share: 1n as Wei } }))).to.deep.equal(['close']);
  });

  it('does not close a deal whose renewal is still to be posted', () => {
    const last = dealOf('carol', { end: period(11) });
    const renewed = { deal: last, newest: revisionOf(last, 4n), signed: true };
    expect(items([renewed], { offset: 30 })).to.deep.equal(['commit']);
  });

  it('redeems before it posts or closes, and closes only in a later batch, when nothing is left to redeem or the chain refused it', () => {
    const money = { escrow: 1_000n as Wei, rate: 0n as Wei, redeemed: 0n as Wei, maxEgress: 1_000n as Wei };
    const voucher = { amount: 200n as Wei, signature: '0x' as never, signer: actor('alice session').address };
    const paid = (fields: Partial<Deal>, newest?: ProviderRevision): DealView => {
      const deal = dealOf('paid', { ...money, signer: voucher.signer, ...fields });
      return { deal, newest, signed: true, egress: { deal: deal.id, served: 1, voucher } };
    };
    const over = paid({ end: period(10) });
    expect(items([over])).to.deep.equal(['redeem']);
    expect(items([over], { refused: new Set([`redeem ${over.deal.id} 200`]) })).to.deep.equal(['close']);
    expect(items([paid({ end: period(10), redeemed: 200n as Wei })])).to.deep.equal(['close']);
    const redemption = { cost: 1_000n as never, factor: 10n };
    const emptied = revisionOf(dealOf('paid'), 4n, { leaves: leaves(0) });
    expect(items([paid({}, emptied), grown], { redemption })).to.deep.equal(['redeem', 'commit', 'commit']);
    expect(items([paid({}, revisionOf(dealOf('paid'), 4n)), grown], { redemption })).to.deep.equal(['commit', 'commit']);
    expect(items([paid({ end: period(12) }), grown])).to.deep.equal(['commit', 'redeem']);
  });

  it('settles only what has waited as many periods as it may', () => {
    const waiting = (through: number): DealView[] => [
      { deal: dealOf('dave', { settledThrough: period(through), end: period(99) }), newest: undefined, signed: true },
    ];
    const policy = { batchItems: 16, settleEvery: 4, endMargin: 2 };
    expect(items(waiting(7), { policy })).to.deep.equal([]);
    expect(items(waiting(6), { policy })).to.deep.equal(['settle']);
    const { id } = dealOf('dave');
    expect(items(waiting(6), { policy, refused: new Set([`settle ${id}`]) })).to.deep.equal([]);
    const over = [{ deal: dealOf('dave', { settledThrough: period(1), end: period(10) }), newest: undefined, signed: true }];
    expect(items(over, { policy }), 'what is closed is settled by that').to.deep.equal(['close']);
    expect(items(over, { policy, refused: new Set([`close ${id}`]) })).to.deep.equal(['settle']);
  });

  it('makes batches of bounded size, the soonest to expire first, and leaves out what was refused', () => {
    const views = Array.from({ length: 5 }, (_, i) => {
      const deal = dealOf(`deal ${i}`);
      return { deal, newest: revisionOf(deal, 4n, { validUntil: period(i === 3 ? 10 : 12) }), signed: true };
    });
    const policy = { batchItems: 2, settleEvery: 30, endMargin: 2 };
    const batches = decideSettlement(snapshot(views, { policy }));
    expect(batches.map((batch) => batch.items.length)).to.deep.equal([2, 2, 1]);
    expect(batches[0]?.items[0]).to.deep.equal({ kind: 'commit', signed: views[3]?.newest });
    const refused = new Set([`commit ${views[3]?.deal.id} 4`]);
    expect(decideSettlement(snapshot(views, { policy, refused })).map((batch) => batch.items.length)).to.deep.equal([2, 2]);
  });
});

describe('deciding what to forget', () => {
  const deal = dealOf('alice', { number: 5n });
  const kept: ProviderDeal = { id: deal.id, revisions: [4n, 5n, 6n].map((number) => revisionOf(deal, number)) };
  const head = (block: number) => ({ block: blockNumber(block), hash: hashOf(`block ${block}`), timestamp: 0 });
  const run = (at: number, chain: Deal | undefined, marks: ReadonlyMap<DealId, ChainMark>, lost: readonly number[] = []) => {
    const hashes = new Map<number, Hash>(
      [...marks.values()].map(({ block, hash }) => [block, lost.includes(block) ? hashOf('other') : hash]),
    );
    return decidePruning({ head: head(at), confirmations: 6, final: 9, grace: 3, deals: [{ kept, chain }], marks, hashes });
  };

  it('waits until the block that showed it lies deep enough', () => {
    const first = run(100, deal, new Map());
    expect(first.prune).to.deep.equal([]);
    expect(run(105, deal, first.marks).prune).to.deep.equal([]);
    expect(run(106, deal, first.marks).prune).to.deep.equal([{ deal: deal.id, number: 5n }]);
  });

  it('starts again when that block is gone, or the chain has gone back', () => {
    const { marks } = run(100, deal, new Map());
    const reorganized = run(106, deal, marks, [100]);
    expect(reorganized.prune).to.deep.equal([]);
    expect(reorganized.marks.get(deal.id)?.block).to.equal(106);
    const back = run(106, { ...deal, number: 4n }, marks);
    expect([back.prune, back.marks.size]).to.deep.equal([[], 0]);
  });

  it('lets a newer revision not restart the wait of the older one', () => {
    const { marks } = run(100, deal, new Map());
    expect(run(106, { ...deal, number: 6n }, marks).prune).to.deep.equal([{ deal: deal.id, number: 5n }]);
  });

  it('forgets nothing of a deal while the chain holds a revision that is not here: a restored journal names its sectors by older ones', () => {
    const { marks } = run(100, { ...deal, number: 7n }, new Map());
    expect([marks.size, run(200, { ...deal, number: 7n }, marks).prune]).to.deep.equal([0, []]);
  });

  it('forgets deals that are closed or defaulted, and none that the chain does not know', () => {
    for (const gone of [{ status: 'closed' } as const, { defaulted: { period: period(3), share: 1n as Wei } }]) {
      const { marks } = run(100, { ...deal, ...gone }, new Map());
      expect(run(106, { ...deal, ...gone }, marks).prune).to.deep.equal([{ deal: deal.id, number: OVER }]);
    }
    expect(run(100, undefined, new Map()).marks.size).to.equal(0);
    const { marks } = run(100, deal, new Map());
    const closed = run(106, { ...deal, status: 'closed' }, marks);
    expect(closed.prune, 'the end does not restart the wait of what it makes history of').to.deep.equal([{ deal: deal.id, number: 5n }]);
    expect(OVER, 'the first number beyond those of 64 bits').to.equal(BigInt('0xffffffffffffffff') + 1n);
  });

  it("drops revisions beyond the chain's once their time, and grace for their renter, is over in final blocks", () => {
    const revisions = [4n, 6n, 7n, 8n].map((number) => revisionOf(deal, number, { validUntil: period(number === 7n ? 9 : 8) }));
    const dropped = (final: number, chain: Deal | undefined) =>
      decidePruning({
        head: head(100),
        confirmations: 6,
        final,
        grace: 3,
        deals: [{ kept: { id: deal.id, revisions }, chain }],
        marks: new Map(),
        hashes: new Map(),
      }).drop;
    expect(dropped(11, deal)).to.deep.equal([]);
    expect(dropped(12, deal)).to.deep.equal([{ deal: deal.id, numbers: [6n, 8n] }]);
    expect(dropped(13, { ...deal, number: 6n })).to.deep.equal([{ deal: deal.id, numbers: [7n, 8n] }]);
    expect(dropped(12, { ...deal, number: 6n })).to.deep.equal([{ deal: deal.id, numbers: [8n] }]);
    expect(dropped(99, undefined), 'of a deal that the chain does not know').to.deep.equal([]);
  });

  it('drops pending sectors and orphans after exactly their time', () => {
    const waiting = { deal: deal.id, root: hashOf('a'), leaves: leaves(1), receivedAt: 1_000 };
    expect([10_999, 11_000].map((now) => decideStale([waiting], now, 10_000).length)).to.deep.equal([0, 1]);
    const roots = [hashOf('a'), hashOf('b')];
    const first = decideOrphans(roots, new Set([hashOf('b')]), new Map(), 5_000, 10_000);
    expect(first.remove).to.deep.equal([]);
    expect(decideOrphans(roots, new Set([hashOf('b')]), first.seen, 14_999, 10_000).remove).to.deep.equal([]);
    expect(decideOrphans(roots, new Set([hashOf('b')]), first.seen, 15_000, 10_000).remove).to.deep.equal([hashOf('a')]);
    expect(decideOrphans(roots, new Set(roots), first.seen, 15_000, 10_000).remove).to.deep.equal([]);
  });
});

describe('which lost numbers nobody can post any more', () => {
  const deal = dealOf('alice', {});
  /** Number 5 was signed, 3 is known, the chain has 4; it could be posted through period 5, and six before the final one are over for good. */
  const isVoid = (change: Partial<DealDoubt> = {}, posted = 4n): boolean => {
    const doubt: DealDoubt = { deal: deal.id, number: 5n, newest: 3n, validUntil: period(5), ...change };
    const chain = new Map([[deal.id, { ...deal, number: posted }]]);
    return decideVoid([doubt], chain, { final: period(9), grace: 3 }).includes(doubt);
  };

  it('are those whose time is past, with a grace, and that neither journal nor chain has', () => {
    expect(isVoid()).to.equal(true);
    expect(isVoid({ validUntil: period(6) })).to.equal(false);
    expect(isVoid({ newest: 5n })).to.equal(false);
    expect(isVoid({ newest: 4n })).to.equal(true);
    expect(isVoid({}, 5n)).to.equal(false);
    const timeless: DealDoubt = { deal: deal.id, number: 5n, newest: 3n };
    expect(decideVoid([timeless], new Map([[deal.id, { ...deal, number: 4n }]]), { final: period(9), grace: 3 })).to.deep.equal([]);
    expect(decideVoid([{ ...timeless, validUntil: period(5) }], new Map(), { final: period(9), grace: 3 })).to.deep.equal([]);
  });
});

describe('which doubts count', () => {
  const doubt = (id: DealId): DealDoubt => ({ deal: id, number: 5n, newest: 3n });
  const view = (change: Partial<Deal>): DealView => ({ deal: dealOf('alice', change), newest: undefined, signed: true });
  const { id } = dealOf('alice', {});

  it('are those of deals that are not over: closed, or of a provider that defaulted', () => {
    const counts = (change: Partial<Deal>): boolean => doubtfulDeals([view(change)], [doubt(id)]).has(id);
    expect(counts({ status: 'active' })).to.equal(true);
    expect(counts({ status: 'empty' })).to.equal(true);
    expect(counts({ status: 'closed' })).to.equal(false);
    expect(counts({ status: 'active', defaulted: { period: period(3), share: 1n as Wei } })).to.equal(false);
  });

  it('are those of deals that were not seen as well, and of no others', () => {
    expect([...doubtfulDeals([], [doubt(id)])]).to.deep.equal([id]);
    expect([...doubtfulDeals([view({ status: 'active' })], [])]).to.deep.equal([]);
  });
});

describe('deciding which deals to give up', () => {
  const root = hashOf('root');
  const view = (name: string, signed: boolean, fields: Partial<Deal> = {}): DealView => ({
    deal: dealOf(name, fields),
    newest: undefined,
    signed,
  });

  it('is those whose data somebody else signed for since the daemon began, while they are active', () => {
    const views = [view('ours', true), view('theirs', false), view('before', false), view('over', false, { status: 'closed' })];
    const ids = decideForfeits(views, new Set([dealOf('before').id])).map(({ id }) => id);
    expect(ids).to.deep.equal([dealOf('theirs').id]);
    expect(decideForfeits([view('late', false, { defaulted: { period: period(3), share: 1n as Wei } })], new Set())).to.deep.equal([]);
  });

  it('knows a revision by its number and its root', () => {
    const deal = dealOf('alice', { number: 3n, root });
    const kept = (number: bigint, fields: object = { root }) => ({ revisions: [revisionOf(deal, number, fields)] });
    expect(isSigned(deal, kept(3n))).to.equal(true);
    expect(isSigned(deal, kept(4n))).to.equal(false);
    expect(isSigned(deal, kept(3n, { root: hashOf('another') }))).to.equal(false);
    expect(isSigned(deal, undefined)).to.equal(false);
    expect(isSigned({ ...deal, number: 0n }, undefined)).to.equal(true);
  });
});

describe('deciding how much room there is', () => {
  const room = (
    stake: bigint,
    price: bigint,
    held: number,
    fields: { lockLimit?: bigint; locked?: bigint; kept?: number; bytes?: number } = {},
  ) =>
    decideRoom({
      sheet: {
        stake: stake as Wei,
        lockLimit: (fields.lockLimit ?? 10n ** 40n) as Wei,
        locked: (fields.locked ?? 0n) as Wei,
        ask: { price: price as Wei } as never,
      },
      parameters: { collateralPeriods: 90, windowBlocks: 20 },
      held,
      room: fields.bytes ?? 1 << 30,
      kept: fields.kept ?? 0,
      policy: { capacity: leaves(1000), maxDeals: 300 },
    });

  it('is what fits and what the free stake backs, as far as it may be locked, whichever is less', () => {
    expect(room(10n ** 30n, 1n, 400).freeLeaves).to.equal(600);
    expect(room(10n ** 30n, 1n, 1001).freeLeaves).to.equal(0);
    const onDisk = [0, 31, 32, 63, 64].map((bytes) => room(10n ** 30n, 1n, 400, { bytes }).freeLeaves);
    expect(onDisk, 'whole leaves on the disk').to.deep.equal([0, 0, 1, 1, 2]);
    expect(room(90n * 10n, 2n ** 25n, 400).freeLeaves).to.equal(10);
    expect(room(10n ** 30n, 2n ** 25n, 400, { lockLimit: 90n * 10n }).freeLeaves).to.equal(10);
    expect(room(0n, 1n, 0).freeLeaves).to.equal(0);
    expect(room(1n, 0n, 0).freeLeaves).to.equal(1000);
    expect(room(90n * 25n, 2n ** 25n, 400, { locked: 90n * 15n }).freeLeaves, 'of what is not locked').to.equal(10);
    for (const locked of [1n, 2n]) expect(room(1n, 0n, 0, { locked }).freeLeaves, 'nothing is free, whatever it costs').to.equal(0);
  });

  it('is as many deals as can be answered for in a quarter of a window, or as the operator wants', () => {
    expect([0, 139, 140, 141].map((kept) => room(1n, 1n, 0, { kept }).freeDeals)).to.deep.equal([140, 1, 0, 0]);
    expect(mostDeals({ parameters: { windowBlocks: 20 }, policy: { maxDeals: 9 } })).to.equal(9);
    expect([2, 60, 150, 1_800].map((windowBlocks) => dealCapacity({ windowBlocks }))).to.deep.equal([28, 420, 1_036, 12_600]);
  });
});
