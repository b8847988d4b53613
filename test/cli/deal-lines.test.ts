import { expect } from 'chai';
import { releaseJson, releaseLines } from '../../node/cli/commands/deals/cancel.js';
import { filesIn } from '../../node/cli/commands/deals/ending-lines.js';
import { dealLines } from '../../node/cli/commands/deal-lines.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { Deal } from '../../node/core/market/deal.js';
import { address, dealId, leaves, period, wei } from '../../node/core/units.js';
import type { Receipt } from '../../node/ports/settlement.js';

const id = dealId(`0x${'2'.repeat(64)}`);
const provider = address(`0x${'1'.repeat(40)}`);
const active = {
  ...{ id, provider, status: 'active', leaves: leaves(10), maxLeaves: leaves(20), number: 1n, rate: wei(1n), escrow: wei(5n) },
  ...{ egressPrice: wei(0n), end: period(30), settledThrough: period(8) },
} as Deal;
const at = (now: number) => ({
  now: period(now),
  periodMilliseconds: 20_000,
  untilPeriod: (until: number) => (until - now) * 20_000,
  dayOf: (one: number) => `day ${one}`,
});
const text = (deal: Deal, now: number): string => dealLines(deal, undefined, at(now)).join('\n');

describe('what is said of a deal', () => {
  it('is from when it can be ended, in periods and in time, and how', () => {
    const emptied = { ...active, status: 'empty', leaves: leaves(0) } as Deal;
    expect(text(active, 9)).not.to.include('it can be');
    expect(text(emptied, 9)).to.include('it can be cancelled from period 10 on, about 20 seconds from now');
    expect(text(emptied, 10)).to.include(`it can be cancelled now: "holdfast deals cancel ${id}"`);
    expect(text(active, 30)).to.include('it can be closed from period 31 on');
    expect(text({ ...active, defaulted: { period: period(9), share: wei(1n) } }, 9)).to.include(`"holdfast deals close ${id}"`);
  });

  it('is until when it is paid, and which files lie in it where that is known', () => {
    expect(text(active, 9)).to.include('paid to the end of period 29, about day 30').and.not.include('holds');
    expect(dealLines(active, undefined, at(9), '2 files: "a", "b"')).to.include('  holds 2 files: "a", "b"');
    expect(dealLines({ ...active, status: 'closed' }, undefined, at(9), '2 files')).not.to.include('  holds 2 files');
  });

  it('names the first of many files, in order, and how many more there are', async () => {
    const named = async function* (...names: readonly string[]) {
      for (const name of names) yield { name };
    };
    expect(await filesIn(named())).to.deep.equal({ count: 0, text: 'no file' });
    expect(await filesIn(named('d', 'b\n', 'a', 'c'))).to.deep.equal({ count: 4, text: '4 files: "a", "b\\n", "c" and 1 more' });
  });

  it('after cancelling, is what came back and how to have it, what is to be waited for, and why one failed', () => {
    const receipt = { hash: '0xaa', gasUsed: 1n } as unknown as Receipt;
    const result = {
      released: [{ deal: id, receipt, refund: wei(15n * 10n ** 17n) }],
      emptied: [{ deal: id, from: period(14), milliseconds: 41_000 }],
      failures: [{ deal: id, provider, error: new HoldfastError('NOT_PARTY', { deal: id, caller: provider }), canLeave: false }],
      period: period(12),
    };
    const lines = releaseLines(result).join('\n');
    expect(lines).to.include('1.5 HOLD of escrow is credit now; "holdfast deals withdraw" pays it out');
    expect(lines).to.include('this is period 12; from period 14 on, about 41 seconds from now');
    expect(lines).to.include('NOT_PARTY').and.include(result.failures[0]?.error.remedy);
    expect(lines).not.to.include('deals leave');
    expect(releaseJson(result)).to.have.nested.property('error.code', 'NOT_PARTY');
    const refused = { ...result, failures: [{ deal: id, provider, error: new Error('no'), canLeave: true }] };
    expect(releaseLines(refused).join('\n')).to.include(`"holdfast deals leave ${id}"`);
  });
});
