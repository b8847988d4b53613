import { expect } from 'chai';
import type { Round } from '../../node/app/renter-rounds.js';
import { failedJson, failedLines, isWell, roundJson, roundLines } from '../../node/cli/commands/renter/round-lines.js';
import { failureLine } from '../../node/cli/commands/failure-lines.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { period, wei } from '../../node/core/units.js';
import { actor } from '../support/worlds/actors.js';
import { dealAt, idOf } from '../renter/sample-deals.js';

const bob = actor('bob').address;
const shardAt = (slab: number) => ({ deal: idOf('bob'), provider: bob, name: 'letters', slab, shard: 1, bytes: 1 << 20 });
type Healing = NonNullable<Round['healing']>;
const quiet: Healing = {
  performed: true,
  deals: 4,
  asked: 4,
  healed: [],
  unhealed: [],
  ended: [],
  unknown: new Map(),
  egress: wei(0n),
  failures: [],
};
const tidy: NonNullable<Round['tidying']> = {
  ...{
    performed: true,
    expired: [],
    closed: [],
    cancelled: [],
    forgotten: [],
    shrunk: [],
    unshrunk: [],
    told: [],
    posted: [],
    withdrawn: wei(0n),
    failures: [],
    refused: new Map(),
  },
};
const decided = { at: Date.UTC(2027, 0, 1), now: period(10), periodMilliseconds: 86_400_000 };
const renewal: NonNullable<Round['renewal']> = { performed: true, renewed: [], unrenewed: [], failed: [], ...decided };
const none = {
  repair: undefined,
  compaction: undefined,
  sharing: undefined,
  challenging: undefined,
  needs: undefined,
  announcing: undefined,
};
const roundOf = (healing: Healing): Round => ({ ...none, tidying: tidy, renewal, healing, errors: [] });
const needed = { needed: 2, collateral: wei(5n * 10n ** 17n) };

describe('a round as people and programs read it', () => {
  it('is three lines where nothing is lost and nothing ends', () => {
    expect(roundLines(roundOf(quiet))).to.deep.equal([
      '4 of 4 deals asked what their providers lost.',
      'Nothing that your files need is lost.',
      'No deal ends soon.',
    ]);
    expect(roundJson(roundOf(quiet))).to.deep.include({ ok: true });
  });

  it('says what lasts longer and for how much, why another deal does not and what to do, and what came to an end', () => {
    const error = new HoldfastError('PEER_SILENT', { peer: 'bob', waitedFor: 'an answer', milliseconds: 5 });
    const deal = dealAt('bob', { end: period(15) });
    const round: Round = {
      ...none,
      tidying: {
        ...tidy,
        closed: [idOf('dave')],
        posted: [idOf('erin')],
        withdrawn: wei(2n * 10n ** 18n),
        refused: new Map([[idOf('frank'), error]]),
      },
      renewal: {
        ...renewal,
        renewed: [{ deal, end: period(31), deposit: wei(16n * 10n ** 17n), raises: true }],
        unrenewed: [{ deal: dealAt('carol', { end: period(15) }), reason: 'dearer', deposit: wei(0n) }],
        failed: [{ deal, end: period(31), deposit: wei(0n), raises: false, error }],
      },
      healing: quiet,
      errors: [],
    };
    const carol = dealAt('carol').provider;
    expect(roundLines(round)).to.deep.equal([
      `  deal ${idOf('dave')} is closed: it was over`,
      `  deal ${idOf('erin')} has its newest revision on chain: its provider had not posted it`,
      `  deal ${idOf('frank')} is left as it is: ${error.message}; the next round tries again`,
      'Took 2 HOLD of credit out into the wallet.',
      '4 of 4 deals asked what their providers lost.',
      'Nothing that your files need is lost.',
      `  deal ${idOf('bob')} at ${bob} lasts through period 30, about 2027-01-22, instead of period 14, for 1.6 HOLD of escrow`,
      `  deal ${idOf('carol')} at ${carol} ends with period 14, about 2027-01-06, and is not renewed: its provider asks more now than the deal pays, and the price of a deal never rises`,
      '    → "holdfast repair --ahead <periods>" moves what it stores into another deal, for new escrow',
      `  deal ${idOf('bob')} at ${bob} ends with period 14, about 2027-01-06, and could not be renewed: ${error.message}`,
      `    → ${error.remedy}`,
      'Renewed 1 deal for 1.6 HOLD, 2 not.',
    ]);
    expect(roundJson(round)).to.deep.include({ ok: false });
    const dry: Round = {
      ...none,
      tidying: { ...tidy, closed: [idOf('dave')], performed: false },
      renewal: { ...round.renewal!, performed: false },
      healing: { ...quiet, performed: false, healed: [shardAt(0)] },
      errors: [],
    };
    expect(roundLines(dry).join('\n'))
      .to.include('would last through period 30, about 2027-01-22, instead of period')
      .and.include('would be closed')
      .and.include('Would renew 1 deal')
      .and.include('would be made anew')
      .and.include('Would make 1 shard anew, 0 not.');
  });

  it('sums up what was made anew, and says of the rest why, what is left, what it costs and what to do', () => {
    const error = new HoldfastError('PEER_SILENT', { peer: 'bob', waitedFor: 'an answer', milliseconds: 5 });
    const healing: Healing = {
      ...quiet,
      asked: 3,
      healed: [shardAt(0), shardAt(1)],
      unhealed: [
        { ...shardAt(2), ...needed, reason: 'too-few', left: 1 },
        { ...shardAt(3), ...needed, reason: 'refused', left: 3, error },
        { ...shardAt(4), ...needed, reason: 'refused', left: 2, error },
      ],
      unknown: new Map([[idOf('carol'), 3]]),
      egress: wei(10n ** 17n),
      failures: [{ provider: bob, error }],
    };
    expect(roundLines(roundOf(healing))).to.deep.equal([
      '3 of 4 deals asked what their providers lost.',
      `  ${bob} failed: ${error.message}`,
      '  of the others it is not known; "holdfast repair" moves what lies with a provider that misses its audits',
      `  letters: 2 shards (2.00 MiB) at ${bob} made anew`,
      `  letters: 1 shard (1.00 MiB) at ${bob} not made anew: too few other shards are left`,
      `    1 other shard is left, and 2 bring the file back; the provider loses 0.5 HOLD of collateral to you if it gives deal ${idOf('bob')} up or defaults`,
      '    → nothing but its providers’ own copies brings it back: store the file again, if you have it',
      `  letters: 2 shards (2.00 MiB) at ${bob} not made anew: its provider does not take it (${error.message})`,
      `    2 other shards are left, and 2 bring the file back; the provider loses 0.5 HOLD of collateral to you if it gives deal ${idOf('bob')} up or defaults`,
      '    → a later round tries again; "holdfast repair" places it at another provider, for new escrow, if its deal is beyond help',
      `  deal ${idOf('carol')}: 3 lost sectors that no file of this catalogue needs`,
      "Reading what was left cost 0.1 HOLD, out of the deals' escrow.",
      'Made 2 shards anew, 3 not.',
      'No deal ends soon.',
    ]);
    const json = roundJson(roundOf(healing)) as { ok: boolean; healing: { unhealed: object[]; unknown: object } };
    expect(json.ok).to.equal(false);
    expect(json.healing.unhealed[1]).to.deep.equal({
      ...shardAt(3),
      ...needed,
      reason: 'refused',
      left: 3,
      message: error.message,
      code: 'PEER_SILENT',
    });
    expect(json.healing.unknown).to.deep.equal({ [idOf('carol')]: 3 });
  });

  it('names what lay in a deal that ended before its time, and what to do', () => {
    const gone = { deal: idOf('bob'), provider: bob, isClosed: false, shards: 5, names: ['a', 'b', 'c', 'd'] };
    const healing: Healing = { ...quiet, deals: 3, asked: 3, ended: [gone, { ...gone, isClosed: true, shards: 1, names: ['a'] }] };
    const repair =
      '    → "holdfast repair" places them elsewhere where enough others are left, and "holdfast ls --health" names the files where not';
    expect(roundLines(roundOf(healing))).to.deep.equal([
      '3 of 3 deals asked what their providers lost.',
      `  a, b, c and 1 more: 5 shards at ${bob} lost, since deal ${idOf('bob')} ended before its time`,
      `${repair}; "holdfast deals close ${idOf('bob')}" takes collateral and escrow back`,
      `  a: 1 shard at ${bob} lost, since deal ${idOf('bob')} ended before its time`,
      repair,
      'No deal ends soon.',
    ]);
    expect(isWell(roundOf(healing))).to.equal(false);
    expect(roundJson(roundOf(healing))).to.deep.include({ ok: false });
    expect(isWell(roundOf(quiet))).to.equal(true);
  });

  it('says which part failed as a whole, and what the others did', () => {
    const error = new HoldfastError('COIN_TOO_SMALL', { account: bob, balance: 0n, needed: 1n });
    const round: Round = { ...none, tidying: undefined, renewal: undefined, healing: quiet, errors: [{ part: 'renewal', error }] };
    expect(roundLines(round)).to.deep.equal([
      '4 of 4 deals asked what their providers lost.',
      'Nothing that your files need is lost.',
      `Renewing deals failed: ${error.message}.`,
      `  → ${error.remedy}`,
    ]);
    expect(isWell(round)).to.equal(false);
    expect(roundJson(round)).to.deep.include({
      ok: false,
      errors: [{ part: 'renewal', code: 'COIN_TOO_SMALL', message: error.message, remedy: error.remedy }],
    });
  });

  it('that failed as a whole says what to do, also where nobody foresaw the failure', () => {
    const known = new HoldfastError('RPC_UNREACHABLE', { url: 'http://127.0.0.1:1', reason: 'refused' });
    expect(failedLines(known)).to.deep.equal([`This round failed: ${known.message}.`, `  ${known.remedy}`]);
    expect(failedJson(known)).to.deep.equal({ code: 'RPC_UNREACHABLE', message: known.message, remedy: known.remedy });
    const { remedy } = new HoldfastError('INTERNAL', { detail: 'x is undefined' });
    expect(failedJson(new TypeError('x is undefined'))).to.deep.include({ code: 'INTERNAL', remedy });
    expect(failedLines('thrown bare')[0]).to.include('thrown bare');
  });
});

describe('a provider that fails', () => {
  it('has one line, whatever its error says', () => {
    const line = failureLine({ provider: bob, error: new Error('gone\nStored "letters"\u001b[2J') });
    expect(line).to.equal(`  ${bob} failed: gone\\nStored "letters"\\x1b[2J`);
  });
});
