import { expect } from 'chai';
import fc from 'fast-check';
import type { MarketParameters } from '../../../node/core/market/deal.js';
import {
  bondUp,
  compensationDue,
  defaultOf,
  escrowAfter,
  escrowNeeded,
  isUndercovered,
  lockedOf,
  ratesUp,
  rateUp,
  rentDue,
  reserved,
  settlesThrough,
  slashOf,
  slashPerUnit,
  weightFor,
  weightUp,
} from '../../../node/core/market/rent.js';
import { LEAVES_PER_GIB, period, wei, weight } from '../../../node/core/units.js';
import { devnetParameters } from '../../support/memory-market/market-parameters.js';
import { readVectors } from '../../support/vectors.js';

type Text<Key extends string> = Readonly<Record<Key, string>>;
const rent = readVectors<{
  parameters: Text<'unit' | 'missBps' | 'collateralPeriods' | 'burnBps' | 'bountyBps' | 'compensationBps' | 'bountyCap'>;
  rates: Text<'price' | 'leaves' | 'rate' | 'weight' | 'collateral'>[];
  slashes: Text<'total' | 'burnt' | 'bounty' | 'compensation'>[];
  settlements: (Text<'rate' | 'escrow' | 'rent' | 'escrowAfter' | 'reserved'> & {
    settledThrough: number;
    decided: number;
    end: number;
    defaultPeriod: number | null;
    misses: number[];
    through: number;
    paidPeriods: number;
  })[];
  escrows: (Text<'rate' | 'needed'> & { end: number; period: number })[];
  defaults: Text<'stake' | 'total' | 'share' | 'left' | 'burnt'>[];
}>('rent');
const parameters: MarketParameters = {
  ...devnetParameters,
  unit: wei(BigInt(rent.parameters.unit)),
  missBps: Number(rent.parameters.missBps),
  collateralPeriods: Number(rent.parameters.collateralPeriods),
  burnBps: Number(rent.parameters.burnBps),
  bountyBps: Number(rent.parameters.bountyBps),
  compensationBps: Number(rent.parameters.compensationBps),
  bountyCap: wei(BigInt(rent.parameters.bountyCap)),
};
const amounts = fc.bigInt({ min: 0n, max: 2n ** 90n });

describe('rent (R5)', () => {
  it('has the rates, weights and collateral of the vectors', () => {
    for (const { price, leaves, rate, weight: expected, collateral } of rent.rates) {
      expect(rateUp(BigInt(price), Number(leaves))).to.equal(BigInt(rate));
      const units = weightFor(BigInt(price), Number(leaves), parameters);
      expect(units).to.equal(BigInt(expected));
      expect(lockedOf(units, parameters.unit)).to.equal(BigInt(collateral));
    }
  });

  it('rounds the rate up, against the renter, by less than a wei', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 2 ** 40 }), (price, leaves) => {
        const over = rateUp(price, leaves) * BigInt(LEAVES_PER_GIB) - price * BigInt(leaves);
        expect(over >= 0n && over < BigInt(LEAVES_PER_GIB)).to.equal(true);
      }),
    );
  });

  it('settles as in the vectors', () => {
    for (const vector of rent.settlements) {
      const { settledThrough: from, decided, end, through } = vector;
      expect(Math.max(from, settlesThrough(decided, end, vector.defaultPeriod ?? undefined))).to.equal(through);
      const misses = vector.misses.filter((p) => p > from && p <= through).length;
      const due = rentDue({ rate: BigInt(vector.rate), from, to: through, misses });
      expect(due).to.equal(BigInt(vector.rent));
      expect(due).to.equal(BigInt(vector.rate) * BigInt(vector.paidPeriods));
      expect(BigInt(vector.escrow) - due).to.equal(BigInt(vector.escrowAfter));
      expect(reserved({ rate: BigInt(vector.rate), end, through })).to.equal(BigInt(vector.reserved));
    }
  });

  it('moves the same whether settled often or once (INV-5)', () => {
    const periods = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 20 });
    fc.assert(
      fc.property(amounts, periods, periods, (rate, missed, stops) => {
        const between = (from: number, to: number): bigint =>
          rentDue({ rate, from, to, misses: missed.filter((p) => p > from && p <= to).length });
        const path = [0, ...stops.toSorted((a, b) => a - b), 40];
        const often = path.slice(1).reduce((sum, to, i) => sum + between(path[i] ?? 0, to), 0n);
        expect(often).to.equal(between(0, 40));
      }),
    );
  });

  it('needs the escrow of the vectors, and none for no period', () => {
    for (const { rate, end, period: now, needed } of rent.escrows) expect(escrowNeeded(BigInt(rate), end, now)).to.equal(BigInt(needed));
    expect(escrowNeeded(7n, 4, 3)).to.equal(0n);
    expect(escrowNeeded(7n, 2, 3)).to.equal(0n);
  });

  it('never takes more than the escrow holds', () => {
    const deal = { rate: wei(10n), settledThrough: period(1), end: period(20), escrow: wei(45n) };
    expect(escrowAfter(deal, period(4), 0)).to.equal(15n);
    expect(escrowAfter(deal, period(4), 2)).to.equal(35n);
    expect(escrowAfter(deal, period(30), 0)).to.equal(0n);
    expect(escrowAfter({ ...deal, settledThrough: period(9) }, period(4), 0)).to.equal(45n);
  });
});

describe('weight, slashes and defaults (R6)', () => {
  it('give each deal with leaves at least one unit, and none to an empty one', () => {
    expect(weightUp(0n, parameters)).to.equal(1n);
    expect(weightUp(1n, parameters)).to.equal(1n);
    expect(weightUp(parameters.unit, parameters)).to.equal(90n);
    expect(weightUp(parameters.unit + 1n, parameters)).to.equal(91n);
    expect(weightFor(10n ** 30n, 0, parameters)).to.equal(0n);
  });

  it('split a miss as in the vectors', () => {
    for (const { total, burnt, bounty, compensation } of rent.slashes) {
      expect(slashOf(weight(BigInt(total)), parameters)).to.deep.equal({
        burnt: BigInt(burnt),
        bounty: BigInt(bounty),
        compensation: BigInt(compensation),
      });
    }
  });

  it('take missBps of the locked stake in a miss, every wei to a named account (INV-8), at least half burnt', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (units) => {
        const { burnt, bounty, compensation } = slashOf(weight(units), parameters);
        expect(burnt + bounty + compensation).to.equal((parameters.unit * units * 100n) / 10_000n);
        expect(burnt >= bounty + compensation).to.equal(true);
        expect(bounty <= parameters.bountyCap).to.equal(true);
        expect(compensation).to.equal(compensationDue(weight(units), slashPerUnit(parameters).compensation + 5n, 5n));
      }),
    );
  });

  it('share out a defaulted stake as in the vectors', () => {
    for (const { stake, total, share, left, burnt } of rent.defaults) {
      expect(defaultOf(wei(BigInt(stake)), weight(BigInt(total)), parameters.unit)).to.deep.equal({
        share: BigInt(share),
        burnt: BigInt(burnt),
        stake: BigInt(left),
      });
    }
    expect(() => defaultOf(wei(1n), weight(0n), parameters.unit)).to.throw(RangeError, 'total weight');
  });

  it('call a stake too small exactly below coverBps of what is locked', () => {
    const total = weight(100n);
    const edge = wei((lockedOf(total, parameters.unit) * BigInt(parameters.coverBps)) / 10_000n);
    expect(isUndercovered(edge, total, parameters)).to.equal(false);
    expect(isUndercovered(wei(edge - 1n), total, parameters)).to.equal(true);
    expect(isUndercovered(wei(0n), weight(0n), parameters)).to.equal(false);
  });
});

describe('the bond of a challenge', () => {
  type Entry = Text<'bondUnit' | 'unit' | 'weight' | 'bond'> & { readonly bondBps: number; readonly ahead: number };
  const { bonds } = readVectors<{ bonds: Entry[] }>('challenges');

  it('is that of the vectors: a share of the collateral, one unit at least, and an eighth more for each that is open, rounded up', () => {
    expect(bonds).to.have.length(15);
    for (const { bondUnit, unit, weight: units, bondBps, ahead, bond } of bonds) {
      const terms = { bondUnit: wei(BigInt(bondUnit)), unit: wei(BigInt(unit)), bondBps };
      expect(bondUp(weight(BigInt(units)), ahead, terms)).to.equal(BigInt(bond));
    }
  });

  it('of a flood from many wallets, one deal each, is in proportion to what the flood can win', () => {
    const bond = bondUp(weight(5_000n), 0, devnetParameters);
    expect(bond * 100n).to.equal(lockedOf(weight(5_000n), devnetParameters.unit));
  });
});

describe('the rent of several deals', () => {
  it('is rounded up for each', () => {
    const half = LEAVES_PER_GIB / 2;
    expect(ratesUp([])).to.equal(0n);
    expect(ratesUp([half, half, LEAVES_PER_GIB].map((leaves) => [{ price: wei(3n) }, leaves]))).to.equal(2n + 2n + 3n);
  });
});
