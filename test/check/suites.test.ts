import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { runSuite, type SuiteReport } from '../../scripts/dev/test/run-suite.js';

describe('a file of tests in npm test', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join('test', 'check', '.suite-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const run = async (body: string): Promise<SuiteReport> => {
    const file = join(folder, 'one.test.ts');
    await writeFile(file, `describe('one', () => {\n${body}\n});\n`);
    return runSuite({ name: 'one', kind: 'mocha', alone: false, command: ['scripts/dev/test/mocha-suite.ts', file] });
  };

  it('passes when its tests do', async () => {
    expect(await run(`it('holds', () => {});`)).to.include({ passed: 1, failed: 0, skipped: 0 });
  });

  it('fails with a failing test', async () => {
    expect(await run(`it('holds', () => {}); it('does not', () => { throw new Error('no'); });`)).to.include({ passed: 1, failed: 1 });
  });

  it('fails with a promise that rejects and that nobody handles', async () => {
    expect(
      (await run(`it('forgets', async () => { void Promise.reject(new Error('forgotten')); await new Promise(setImmediate); });`)).failed,
    ).to.be.at.least(1);
  });

  it('fails with a warning of the process', async () => {
    const report = await run(`it('warns', () => { process.emitWarning('careful'); });`);
    expect(report.failed).to.be.at.least(1);
    expect(report.output).to.contain('careful');
  });

  it('fails with a skipped test', async () => {
    expect((await run(`it.skip('is skipped', () => {});`)).failed).to.equal(1);
  });

  it('fails with a test that stands alone', async () => {
    expect((await run(`it.only('is the only one', () => {}); it('is left out', () => {});`)).failed).to.equal(1);
  });

  it('fails when it has no test', async () => {
    expect((await run('')).failed).to.equal(1);
  });

  it('fails when its process ends early', async () => {
    expect((await run(`it('ends all', () => { process.exit(0); });`)).failed).to.equal(1);
  });

  it('fails when something stays open after its last test', async () => {
    const report = await run(`it('leaves a timer', () => { setInterval(() => {}, 1_000); });`);
    expect(report).to.include({ passed: 1, failed: 1 });
    expect(report.output).to.contain('left open');
  });
});
