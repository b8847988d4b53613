import { expect } from 'chai';
import { balancesOf } from '../../node/core/ledger/balances.js';
import { transfersOf } from '../../node/core/ledger/transfers.js';
import { blockNumber, hash } from '../../node/core/units.js';
import type { MarketEvent } from '../../node/ports/settlement.js';
import { tokens } from '../../scripts/demo/main-job/money.js';

const ALICE = '0x00000000000000000000000000000000000a11ce';
const BOB = '0x0000000000000000000000000000000000000b0b';
const CAROL = '0x00000000000000000000000000000000000ca401';
const DEAL = `0x${'dd'.repeat(32)}`;

const event = (name: string, args: Record<string, unknown>): MarketEvent => ({
  name,
  args,
  block: blockNumber(1),
  blockHash: hash(`0x${'01'.repeat(32)}`),
  transaction: hash(`0x${'02'.repeat(32)}`),
  logIndex: 0,
});

const opened = event('DealOpened', { deal: DEAL, renter: ALICE, provider: BOB, escrow: 100n });

const moves = (...events: readonly MarketEvent[]): readonly (readonly [string, string, string, bigint])[] =>
  transfersOf(events).map(({ reason, from, to, amount }) => [reason, from, to, amount] as const);

describe('who paid whom', () => {
  it('is rent from escrow to provider, and compensation to the renter', () => {
    expect(moves(opened, event('DealSettled', { deal: DEAL, provider: BOB, rent: 7n, fee: 0n, compensation: 3n }))).to.deep.equal([
      ['escrow', ALICE, `escrow:${DEAL}`, 100n],
      ['rent', `escrow:${DEAL}`, BOB, 7n],
      ['compensation', `compensation:${BOB}`, ALICE, 3n],
    ]);
  });

  it('is a slash divided between nobody, the finder and the renters', () => {
    expect(moves(event('Missed', { provider: BOB, finder: CAROL, burnt: 50n, bounty: 2n, compensation: 48n }))).to.deep.equal([
      ['burn', `stake:${BOB}`, '0x000000000000000000000000000000000000dead', 50n],
      ['bounty', `stake:${BOB}`, CAROL, 2n],
      ['compensation', `stake:${BOB}`, `compensation:${BOB}`, 48n],
    ]);
  });

  it("is escrow and the defaulted provider's collateral at the close", () => {
    expect(moves(opened, event('DealClosed', { deal: DEAL, refund: 60n, collateral: 9n })).slice(1)).to.deep.equal([
      ['refund', `escrow:${DEAL}`, ALICE, 60n],
      ['collateral', `stake:${BOB}`, ALICE, 9n],
    ]);
  });

  it('is a bond, halved by an answer or given back', () => {
    const challenged = event('ChallengeOpened', { deal: DEAL, provider: BOB, challenger: ALICE, bond: 11n });
    const answered = [challenged, event('ChallengeAnswered', { deal: DEAL, provider: BOB, bond: 11n })];
    expect(moves(opened, ...answered).slice(1)).to.deep.equal([
      ['bond', ALICE, `bond:${DEAL}`, 11n],
      ['bond', `bond:${DEAL}`, BOB, 5n],
      ['burn', `bond:${DEAL}`, '0x000000000000000000000000000000000000dead', 6n],
    ]);
    const expired = [
      event('BondReturned', { deal: DEAL, challenger: ALICE, bond: 11n }),
      event('ChallengeExpired', { deal: DEAL, provider: BOB, refund: 60n, collateral: 9n }),
    ];
    const { credits, stakes, escrows } = balancesOf(
      [event('Staked', { provider: BOB, from: BOB, amount: 50n }), opened, challenged, ...expired],
      CAROL,
    );
    expect([credits.get(ALICE), stakes.get(BOB), escrows.get(DEAL)]).to.deep.equal([80n, 41n, 40n]);
  });

  it('keeps fees apart from what accounts have', () => {
    const settled = event('DealSettled', { deal: DEAL, provider: BOB, rent: 7n, fee: 2n, compensation: 0n });
    expect([...balancesOf([opened, settled], CAROL).credits]).to.deep.equal([[BOB, 5n]]);
  });

  it('leaves out what moved nothing', () => {
    expect(moves(event('Defaulted', { provider: BOB, burnt: 0n }), event('Proven', { provider: BOB }))).to.deep.equal([]);
  });
});

describe('amounts as they are told', () => {
  it('are cut after six decimals and never look like nothing', () => {
    expect([0n, 1n, 10n ** 12n, 1_250_000_000_000_000_000n, 2n * 10n ** 18n].map(tokens)).to.deep.equal([
      '0 HOLD',
      '< 0.000001 HOLD',
      '0.000001 HOLD',
      '1.25 HOLD',
      '2 HOLD',
    ]);
  });
});
