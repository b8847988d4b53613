import { expect } from 'chai';
import { faults, LEFT_OUT, runFaultsNamed } from '../../scripts/lab/chaos/faults/run-faults.js';

describe('faults of chain, RPC, clock, disk and process (npm run chaos)', function () {
  this.timeout(1_800_000);

  it('have names of their own, at least twenty in the short form', () => {
    const names = faults.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(faults.filter(({ long }) => long !== true).length).to.be.at.least(20);
  });

  it('lose no signed byte, no window that could be proven, and send nothing twice', async () => {
    const told: string[] = [];
    const tell = (line: string): void => void told.push(line);
    const { signal } = new AbortController();
    const { problems, ...report } = await runFaultsNamed('')({ seed: 'npm run scenarios', long: false, tell, signal });
    expect(problems, told.join('\n')).to.deep.equal([]);
    expect(report).to.deep.equal({ count: report.count, lostSectors: 0, missedWindows: 0, doubleSends: 0 });
    expect(told.filter((line) => !line.startsWith(LEFT_OUT))).to.have.length(report.count);
    expect(report.count).to.be.at.least(20);
  });
});
