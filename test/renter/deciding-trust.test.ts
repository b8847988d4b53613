import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import {
  failedCheckOf,
  failuresLeft,
  forgottenAt,
  passedOverUntil,
  standingOf,
  withFailure,
} from '../../node/renter/homes/decide-trust.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1_800_000_000_000;
const refusal = (code: string) => new HoldfastError('PEER_REFUSED', { peer: 'bob', code, sentence: 'no' });

describe('A failure', () => {
  it('is one of the provider by its code, or by that of its refusal', () => {
    expect(failedCheckOf(new HoldfastError('PEER_SILENT', { peer: 'bob', waitedFor: 'terms', milliseconds: 1 }))).to.equal('PEER_SILENT');
    expect(failedCheckOf(new HoldfastError('COMMIT_MISSING', { deal: '0x', number: 1n }))).to.equal('COMMIT_MISSING');
    expect(failedCheckOf(refusal('PROVIDER_FULL'))).to.equal('PROVIDER_FULL');
  });

  it('says nothing of the provider where the fault is ours, or nobody knows whose', () => {
    for (const error of [
      refusal('ESCROW_TOO_SMALL'),
      refusal('PEER_STOPPING'),
      refusal('PENDING_FULL'),
      new HoldfastError('BALANCE_TOO_SMALL', { account: '0x', balance: 0n, needed: 1n }),
      new Error('something'),
    ])
      expect(failedCheckOf(error)).to.equal(undefined);
  });

  it('counts on, and a day without another forgives one', () => {
    const once = withFailure(undefined, NOW);
    expect(once).to.deep.equal({ times: 1, since: NOW, last: NOW });
    const twice = withFailure(once, NOW + DAY - 1);
    expect(twice).to.deep.equal({ times: 2, since: NOW, last: NOW + DAY - 1 });
    expect(withFailure(twice, twice.last + DAY)).to.deep.equal({ times: 2, since: NOW, last: twice.last + DAY });
    expect(withFailure(once, NOW + DAY)).to.deep.equal({ times: 1, since: NOW + DAY, last: NOW + DAY });
    expect(failuresLeft(twice, twice.last + DAY - 1)).to.equal(2);
    expect(failuresLeft(twice, twice.last + DAY)).to.equal(1);
    expect(failuresLeft(twice, twice.last + 9 * DAY)).to.equal(0);
    expect(failuresLeft(twice, NOW - DAY), 'the clock was set back').to.equal(2);
    expect(forgottenAt(twice)).to.equal(twice.last + 2 * DAY);
  });

  it('counts once with those within ten minutes of it, so that one outage over many files is one', () => {
    const once = withFailure(undefined, NOW);
    const same = withFailure(once, NOW + 599_999);
    expect(same).to.deep.equal({ times: 1, since: NOW, last: NOW + 599_999 });
    expect(withFailure(same, same.last + 599_999), 'as long as it goes on').to.include({ times: 1 });
    expect(withFailure(same, same.last + 600_000)).to.include({ times: 2 });
    expect(withFailure(once, NOW - 1), 'the clock was set back').to.include({ times: 2 });
  });

  it('counts thirty times at most, so that a month forgives everything', () => {
    const often = { times: 30, since: NOW, last: NOW };
    expect(withFailure(often, NOW)).to.deep.equal(often);
    expect(forgottenAt(often)).to.equal(NOW + 30 * DAY);
  });
});

describe('A provider that failed', () => {
  const failed = (times: number, last = NOW) => ({ times, since: last, last });

  it('is passed over for an hour, twice as long each time, a day at most', () => {
    expect([1, 2, 5, 6, 30].map((times) => (passedOverUntil(failed(times), NOW) - NOW) / HOUR)).to.deep.equal([1, 2, 16, 24, 24]);
    expect(passedOverUntil(failed(1), NOW + DAY), 'it is forgiven').to.equal(NOW);
  });

  it('comes last then, until it is forgiven', () => {
    expect(standingOf([], NOW)).to.equal('trusted');
    expect(standingOf([failed(1)], NOW)).to.equal('passed-over');
    expect(standingOf([failed(1)], NOW + HOUR - 1)).to.equal('passed-over');
    expect(standingOf([failed(1)], NOW + HOUR)).to.equal('last');
    expect(standingOf([failed(1)], NOW + DAY - 1)).to.equal('last');
    expect(standingOf([failed(1)], NOW + DAY)).to.equal('trusted');
  });

  it('stands as its worst check says', () => {
    const checks = [failed(1, NOW - 2 * HOUR), failed(3)];
    expect(standingOf(checks, NOW + HOUR)).to.equal('passed-over');
    expect(standingOf(checks, NOW + 5 * HOUR)).to.equal('last');
  });

  it('is not passed over for what a wrong clock noted for times to come', () => {
    expect(standingOf([failed(1, NOW + 9 * DAY)], NOW)).to.equal('last');
  });
});
