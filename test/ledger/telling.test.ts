import { expect } from 'chai';
import { EventFragment } from 'ethers';
import { IHoldToken__factory } from '../../node/chain/contracts/factories/interfaces/IHoldToken__factory.js';
import { IMarketView__factory } from '../../node/chain/contracts/factories/interfaces/IMarketView__factory.js';
import { IProviderRegistry__factory } from '../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IRewardPool__factory } from '../../node/chain/contracts/factories/interfaces/IRewardPool__factory.js';
import { IStorageMarket__factory } from '../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { IVault__factory } from '../../node/chain/contracts/factories/interfaces/IVault__factory.js';
import { eventWords, wordsOfEvent } from '../../node/cli/event-words.js';
import { createLedgerFilter, parseSince } from '../../node/cli/ledger/filter.js';
import { csvHeader, csvRows, recordLines } from '../../node/cli/ledger/format.js';
import { blockNumber, hash, type Address, type DealId } from '../../node/core/units.js';
import type { MarketEvent } from '../../node/ports/settlement.js';
import { hashOf } from '../support/worlds/actors.js';

const factories = [
  IStorageMarket__factory,
  IProviderRegistry__factory,
  IHoldToken__factory,
  IVault__factory,
  IRewardPool__factory,
  IMarketView__factory,
];
const VAULT = `0x${'fa'.repeat(20)}`;
const BOB = `0x${'b0'.repeat(20)}` as Address;
const DEAL = `0x${'dd'.repeat(32)}` as DealId;

/** A value that fits the type of an argument. */
const sampleOf = (type: string): unknown => {
  if (type === 'address') return BOB;
  if (type === 'bytes32') return DEAL;
  if (type === 'bytes') return '0x';
  if (type === 'string') return '/ip4/1.2.3.4/tcp/1';
  if (type.startsWith('tuple')) return { price: 1n, egressPrice: 2n, minLeaves: 3n, maxLeaves: 4n, maxPeriods: 5n };
  return 7n * 10n ** 18n;
};

describe('every event of the contracts', () => {
  const fragments = factories
    .flatMap((factory) => factory.createInterface().fragments)
    .filter((fragment): fragment is EventFragment => fragment instanceof EventFragment);

  it('is one of those that have words, and no words are for an event that is gone', () => {
    expect(Object.keys(eventWords).toSorted()).to.deep.equal(fragments.map(({ name }) => name).toSorted());
  });

  for (const fragment of fragments) {
    it(`${fragment.name} is told in words, from arguments that it has`, () => {
      const args = Object.fromEntries(fragment.inputs.map(({ name, type }) => [name, sampleOf(type)]));
      const words = wordsOfEvent({ name: fragment.name, args }, VAULT);
      expect(words).not.to.match(/undefined|NaN|\[object/);
      expect(words.length).to.be.greaterThan(15);
    });
  }

  it('tells amounts in tokens, and who got which part of a slash', () => {
    const args = { provider: BOB, period: 4n, finder: VAULT, burnt: 5n * 10n ** 17n, bounty: 10n ** 16n, compensation: 49n * 10n ** 16n };
    expect(wordsOfEvent({ name: 'Missed', args }, VAULT)).to.equal(
      `provider ${BOB} missed period 4 and was slashed 1 HOLD: 0.5 HOLD burnt, 0.01 HOLD bounty to ${VAULT}, 0.49 HOLD to its renters`,
    );
  });

  it('does not let a provider write to the terminal', () => {
    const args = { provider: BOB, peerId: '0x', addresses: '/dns4/\u001b[2J\u202ebob/tcp/1' };
    expect(wordsOfEvent({ name: 'EndpointSet', args }, VAULT)).to.include('/dns4/\\x1b[2J\\u202ebob/tcp/1');
  });

  it('of an interface to come is not passed over in silence', () => {
    expect(wordsOfEvent({ name: 'Unknown', args: { contract: VAULT } }, VAULT)).to.include(VAULT);
  });
});

const event = (name: string, args: Record<string, unknown>): MarketEvent => ({
  name,
  args,
  block: blockNumber(9),
  blockHash: hashOf('nine'),
  transaction: hash(`0x${'02'.repeat(32)}`),
  logIndex: 3,
});
const recordWith = (...events: MarketEvent[]) => ({
  block: blockNumber(9),
  hash: hashOf('nine'),
  parentHash: hashOf('eight'),
  timestamp: 1_785_600_000,
  events,
});

describe('a record', () => {
  const closed = event('DealClosed', { deal: DEAL, refund: 10n ** 18n, collateral: 0n });

  it('is told with its links and its time', () => {
    expect(recordLines(recordWith(closed), VAULT)).to.deep.equal([
      'block 9  2026-08-01 16:00:00Z',
      `  previous ${hashOf('eight')}`,
      `  deal ${DEAL} was closed: 1 HOLD of escrow back to its renter`,
      `  hash     ${hashOf('nine')}`,
    ]);
  });

  it('is a row of CSV for each event, quotes and commas guarded', () => {
    const [row] = csvRows('added', recordWith(event('EndpointSet', { provider: BOB, peerId: '0x', addresses: 'a"b,c' })), VAULT);
    expect(row?.startsWith(`added,9,${hashOf('eight')},2026-08-01T16:00:00.000Z,${hashOf('nine')},3,`)).to.equal(true);
    expect(row).to.include(`"provider ${BOB} is reached at a""b,c"`);
    expect(csvHeader.split(',')).to.have.length(10);
  });

  it('concerns a deal, or a provider and all of its deals', () => {
    const opened = event('DealOpened', { deal: DEAL, renter: VAULT, provider: BOB });
    const other = event('DealClosed', { deal: hashOf('other'), refund: 0n, collateral: 0n });
    const ofDeal = createLedgerFilter({ deal: DEAL });
    expect(ofDeal(recordWith(opened, other))?.events).to.deep.equal([opened]);
    expect(ofDeal(recordWith(other))).to.equal(undefined);
    const ofBob = createLedgerFilter({ provider: BOB });
    expect(ofBob(recordWith(opened, other, closed))?.events).to.deep.equal([opened, closed]);
    expect(createLedgerFilter({})(recordWith(other, closed))?.events).to.have.length(2);
  });
});

it('a beginning is a block, a date, or a time ago', () => {
  const now = Date.parse('2026-08-08T00:00:00Z');
  const seconds = (text: string): number => Date.parse(text) / 1000;
  expect(parseSince('1200', now)).to.deep.equal({ block: 1200 });
  expect(parseSince('2026-08-01', now)).to.deep.equal({ timestamp: seconds('2026-08-01T00:00:00Z') });
  expect(parseSince('2026-08-01T12:00Z', now)).to.deep.equal({ timestamp: seconds('2026-08-01T12:00:00Z') });
  expect(parseSince('7d', now)).to.deep.equal({ timestamp: seconds('2026-08-01T00:00:00Z') });
  expect(parseSince('12h', now)).to.deep.equal({ timestamp: seconds('2026-08-07T12:00:00Z') });
  for (const text of ['yesterday', '-5', '7w', '2026-99-99', '']) expect(() => parseSince(text, now), text).to.throw(TypeError);
});
