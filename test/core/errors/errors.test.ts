import { expect } from 'chai';
import { errorTable, HoldfastError, isHoldfastError, type ErrorCode } from '../../../node/core/errors/holdfast-error.js';

/** The sentence for data whose every property is `value`, or undefined if no such data can be meant. */
const sentenceOf = (code: ErrorCode, value: unknown): string | undefined => {
  const data = new Proxy({}, { get: () => value });
  try {
    return (errorTable[code].says as (data: object) => string)(data);
  } catch {
    return undefined;
  }
};
const codes = Object.keys(errorTable) as ErrorCode[];

describe('the table of errors', () => {
  it('has stable, shouting codes', () => {
    expect(codes).to.have.length.above(20);
    for (const code of codes) expect(code).to.match(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
  });

  for (const code of codes) {
    it(`says what happened and what to do: ${code}`, () => {
      const { remedy } = errorTable[code];
      const sentence = [7, 7n, 'seven', ['seven']].map((value) => sentenceOf(code, value)).find((text) => text !== undefined);
      expect(sentence)
        .to.match(/\S \S/)
        .and.to.not.match(/undefined|\[object|NaN/);
      expect(sentence, 'the first word is not a code').to.not.contain(code);
      expect(sentence).to.not.match(/[.!\s]$/, 'a sentence that others put into sentences ends without a full stop');
      expect(remedy).to.match(/^[A-Z].*\S \S.*[.!]$/);
      expect(remedy.length).to.be.at.most(200);
    });
  }
});

/** What two RPCs say of balances is compared to the wei, and may be of coin or of tokens. */
const EXACT = ['LEDGER_BALANCE_MISFIT'];

describe('the sentences for people', () => {
  it('name amounts in tokens or coin, and never in wei', () => {
    const told = codes.filter((code) => !EXACT.includes(code)).map((code) => sentenceOf(code, 10n ** 18n) ?? '');
    expect(told.filter((sentence) => /\bwei\b/.test(sentence))).to.deep.equal([]);
    const account = '0xa11ce';
    const needed = 1_500_000_000_000_000_001n;
    expect(new HoldfastError('BALANCE_TOO_SMALL', { account, balance: needed - 1n, needed }).message).to.equal(
      '0xa11ce has 1.5 HOLD, and 1.500001 HOLD are needed',
      'what is needed is rounded up, what is there down',
    );
    expect(new HoldfastError('FEE_TOO_HIGH', { fee: 1_500_000_000n, max: 1n }).message)
      .to.include('1.5 gwei')
      .and.include('0.000000001 gwei');
  });
});

describe('a coded error', () => {
  it('carries code, data, sentence, remedy and cause', () => {
    const cause = new Error('deep down');
    const error = new HoldfastError('SHARDS_TOO_FEW', { present: 3, needed: 4 }, { cause });
    expect(error).to.be.instanceOf(Error);
    expect(error.name).to.equal('HoldfastError');
    expect(error.code).to.equal('SHARDS_TOO_FEW');
    expect(error.message).to.equal('only 3 of the 4 shards needed are there');
    expect(error.remedy).to.equal(errorTable.SHARDS_TOO_FEW.remedy);
    expect(error.data).to.deep.equal({ present: 3, needed: 4 });
    expect(error.cause).to.equal(cause);
  });

  it('is told from others by its code', () => {
    const error = new HoldfastError('ABORTED', { what: 'the upload' });
    expect(isHoldfastError(error)).to.equal(true);
    expect(isHoldfastError(error, 'INTERNAL', 'ABORTED')).to.equal(true);
    expect(isHoldfastError(error, 'INTERNAL')).to.equal(false);
    for (const other of [new Error('x'), undefined, 'ABORTED', { code: 'ABORTED' }])
      expect(isHoldfastError(other, 'ABORTED')).to.equal(false);
  });
});
