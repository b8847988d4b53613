import { expect } from 'chai';
import { createLog } from '../../node/app/log.js';
import { readableLine } from '../../scripts/dev/logs/readable-line.js';

describe('a readable line of a log', () => {
  it('has time of day, level, event and facts of a line that a daemon wrote', () => {
    const lines: string[] = [];
    const log = createLog({ stream: { write: (line) => lines.push(line) }, now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
    log.info('proof-mined', { period: 7, gasUsed: 190_440n, deals: ['0x01'] });
    expect(lines.map((line) => readableLine(line.trimEnd()))).to.deep.equal([
      '03:04:05.678 info  proof-mined period=7 gasUsed=190440 deals=["0x01"]',
    ]);
  });

  it('leaves alone what no daemon logged', () => {
    for (const line of ['Provider 0x2a is up.', '{"level":"info', '']) expect(readableLine(line)).to.equal(line);
  });
});
