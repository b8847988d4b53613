import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { handOn, takeOver } from '../../scripts/dev/test/handed-counts.js';
import { runSuite, type Suite, type SuiteOptions, type SuiteReport } from '../../scripts/dev/test/run-suite.js';
import { sumUp } from '../../scripts/dev/test/sum-up.js';
import { readPlan, scenarioSuites, suitesOf, testSuites, type Plan } from '../../scripts/dev/test/suites.js';
import { withDirectory } from '../support/temporary-directory.js';

describe('a file of tests in npm test', function () {
  this.timeout(120_000);
  let folder: string;
  let files = 0;
  /** Those that last long run at once, beside the others. */
  let left: Promise<SuiteReport>;
  let waiting: Promise<SuiteReport>;
  let computing: Promise<SuiteReport>;
  let preparing: Promise<SuiteReport>;
  let sharing: Promise<SuiteReport>;

  const run = async (body: string, options: SuiteOptions = {}): Promise<SuiteReport> => {
    const file = join(folder, `${(files += 1)}.test.ts`);
    await writeFile(file, `describe('one', () => {\n${body}\n});\n`);
    return runSuite({ name: 'one', kind: 'mocha', command: ['scripts/dev/test/mocha-suite.ts', file] }, options);
  };

  /** Several files in one process; the names of their files, without the folder, in what is told. */
  const runTogether = async (...bodies: readonly string[]): Promise<SuiteReport> => {
    const paths = bodies.map(() => join(folder, `${(files += 1)}.test.ts`));
    await Promise.all(paths.map((path, index) => writeFile(path, `describe('file ${index + 1}', () => {\n${bodies[index]}\n});\n`)));
    return runSuite({ name: 'all', kind: 'mocha', command: ['scripts/dev/test/mocha-suite.ts', ...paths], files: paths });
  };

  /** Interrupts a run once it is at the test or hook whose title begins so. */
  const interruptedAt = (title: string): SuiteOptions => {
    const controller = new AbortController();
    return { signal: controller.signal, onBegun: (begun) => void (begun.startsWith(title) && controller.abort()) };
  };

  before(async () => {
    folder = await mkdtemp(join('test', 'check', '.suite-'));
    const forEver = 'new Promise(() => setInterval(() => {}, 1_000))';
    left = run(`it('leaves a timer', () => { setInterval(() => {}, 1_000); });`);
    waiting = run(`it('holds', () => {}); it('waits', () => ${forEver});`, { milliseconds: 20_000 });
    computing = run(`it('holds', () => {}); it('computes', () => { for (;;); });`, interruptedAt('one computes'));
    sharing = runTogether(
      `it('leaves a timer', () => { setInterval(() => {}, 1_000); });`,
      `after(() => process.exit(3)); it('holds', () => {});`,
    );
    preparing = run(`before('long', () => ${forEver}); it('holds', () => {});`, interruptedAt('one "before all" hook: long'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

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

  it('fails when its process ends early, and says in which test', async () => {
    const report = await run(`it('ends all', () => { process.exit(0); });`);
    expect(report.failed).to.equal(1);
    expect(report.output).to.contain('last to begin: one ends all');
  });

  it('fails when something stays open after its last test', async () => {
    const report = await left;
    expect(report).to.include({ passed: 1, failed: 1 });
    expect(report.output).to.contain('left open');
  });

  it('fails with the file of several that fails, warns, rejects or cannot be run, and runs the others', async () => {
    const report = await runTogether(
      `it('holds', () => {}); it('does not', () => { throw new Error('no'); });`,
      `it('warns', () => { process.emitWarning('careful'); });`,
      `it('forgets', async () => { void Promise.reject(new Error('forgotten')); await new Promise(setImmediate); });`,
      `throw new Error('cannot be loaded');`,
      `it('holds', () => {});`,
    );
    expect(report.parts.map(({ passed, failed }) => [passed, failed > 0])).to.deep.equal([
      [1, true],
      [1, true],
      [0, true],
      [0, true],
      [1, false],
    ]);
    expect(report.failed).to.equal(report.parts.reduce((sum, { failed }) => sum + failed, 0));
    const reasons = report.parts.map(({ failures }) => failures.join());
    for (const [at, reason] of ['does not: Error: no', 'careful', 'forgotten', 'cannot be loaded'].entries())
      expect(reasons[at]).to.contain(reason);
    expect(reasons[4]).to.equal('');
    expect(report.output).to.contain('careful').and.to.contain('forgotten').and.to.contain('cannot be loaded');
  });

  it('fails with the file of several that leaves something open, and with the one that ends the process', async () => {
    const { parts, failed, output, problems } = await sharing;
    expect(parts.map((part) => [part.passed, part.failed])).to.deep.equal([[1, 1]]);
    expect(output).to.match(/\d+\.test\.ts: Timeout was left open/);
    expect(failed).to.equal(2);
    expect(problems.join()).to.match(/^ended with 3 before its tests did; last to begin: file 2 .*; not ended: [^,]*\.test\.ts$/);
  });

  it('fails when a test waits for ever, and says which', async () => {
    const report = await waiting;
    expect(report).to.include({ passed: 0, failed: 1 });
    expect(report.output).to.contain('not finished within 20 s; last to begin: one waits');
  });

  it('fails when the run is interrupted in a test that computes for ever, and says which', async () => {
    const report = await computing;
    expect(report).to.include({ passed: 0, failed: 1 });
    expect(report.output).to.contain('interrupted; last to begin: one computes');
  });

  it('fails when the run is interrupted in what comes before the tests, and says where', async () => {
    const report = await preparing;
    expect(report).to.include({ passed: 0, failed: 1 });
    expect(report.output).to.contain('interrupted; last to begin: one "before all" hook: long');
  });
});

describe('the plan and the sums of npm test', () => {
  const plan: Plan = { floor: { solidity: 5, mocha: 3, scenarios: 2 }, scenarios: ['test/a.test.ts'], alone: [], seconds: {} };
  const report = (kind: Suite['kind'], passed: number, failed = 0, skipped = 0): SuiteReport => ({
    suite: { name: kind, kind, command: [] },
    output: '',
    seconds: 1,
    parts: [],
    problems: [],
    passed,
    failed,
    skipped,
  });

  it('has every file of tests in one of two runs, once, and the longest first', () => {
    const real = readPlan();
    const [tests, scenarios] = [testSuites(real), scenarioSuites(real)];
    const files = [...tests, ...scenarios].flatMap((suite) => suite.files ?? []);
    expect(files.sort()).to.deep.equal(globSync('test/**/*.test.ts').sort());
    expect(scenarios.map(({ name }) => name)).to.deep.equal(real.scenarios);
    expect(tests[0]?.name).to.equal('Solidity');
    const lasting = (files: readonly string[]): number => files.reduce((sum, file) => sum + (real.seconds[file] ?? 1), 0);
    const lengths = tests.map(({ name, files = [name] }) => lasting(files));
    expect(lengths).to.deep.equal([...lengths].sort((one, other) => other - one));
    expect(['Solidity', ...files]).to.include.members(Object.keys(real.seconds));
  });

  it('has short files share a process, sixteen at most, and those alone that last long or bear no company', () => {
    const real = readPlan();
    const shared = testSuites(real).filter(({ files = [] }) => files.length > 1);
    const seconds = (file: string): number => real.seconds[file] ?? 1;
    for (const { name, files = [] } of shared) {
      expect(files.length, name).to.be.at.most(16);
      expect(
        files.map(seconds).reduce((sum, each) => sum + each, 0),
        name,
      ).to.be.at.most(60);
    }
    const together = shared.flatMap(({ files = [] }) => files);
    expect(together.length).to.be.above(100);
    for (const file of real.alone) expect(globSync(file), 'a file of the list').to.deep.equal([file]);
    expect(together.filter((file) => real.alone.includes(file) || seconds(file) >= 20)).to.deep.equal([]);
  });

  it('knows scenarios by name', () => {
    const suites = suitesOf(['test/a.test.ts', 'test/b.test.ts', 'test/c.t.sol'], plan);
    expect(suites.map(({ name, kind }) => [name, kind])).to.deep.equal([
      ['Solidity', 'solidity'],
      ['test/a.test.ts', 'scenarios'],
      ['test/b.test.ts', 'mocha'],
    ]);
    const [together] = suitesOf(['test/b.test.ts', 'test/c.test.ts'], plan, true);
    expect(together).to.deep.include({ name: 'test/b.test.ts … test/c.test.ts (2 files)', files: ['test/b.test.ts', 'test/c.test.ts'] });
  });

  it('counts fewer tests than promised as a failure, by kind', () => {
    const summary = sumUp([report('solidity', 5), report('mocha', 2)], ['solidity', 'mocha'], plan);
    expect(summary).to.include({ passed: 7, failed: 1, skipped: 0 });
    expect(summary.complaints.join()).to.include('2 mocha tests passed, fewer than the 3');
    expect(sumUp([report('scenarios', 2)], ['scenarios'], plan)).to.deep.equal({ complaints: [], passed: 2, failed: 0, skipped: 0 });
    expect(sumUp([report('mocha', 1)], [], plan)).to.include({ passed: 1, failed: 0 });
  });

  it('counts a run of nothing as a failure, and names each suite that is not well', () => {
    expect(sumUp([], [], plan)).to.include({ passed: 0, failed: 1 });
    expect(sumUp([report('mocha', 3, 0, 1), report('solidity', 5, 2)], [], plan).complaints).to.deep.equal([
      'mocha: 0 failed, 1 skipped',
      'solidity: 2 failed, 0 skipped',
    ]);
  });

  it('names the files that are not well of those that shared a process, with the reasons, and what befell that', () => {
    const part = (name: string, failed: number, skipped = 0) => ({
      name,
      passed: 1,
      failed,
      skipped,
      seconds: 1,
      failures: failed === 0 ? [] : ['it holds: not at all\nat a place'],
    });
    const shared = { ...report('mocha', 3, 2), parts: [part('a', 1), part('b', 0), part('c', 0, 1)], problems: ['it ended'] };
    const suite = { ...shared.suite, files: ['a', 'b', 'c'] };
    expect(sumUp([{ ...shared, suite }], [], plan).complaints).to.deep.equal([
      'a: 1 failed, 0 skipped',
      '  it holds: not at all\n    at a place',
      'c: 0 failed, 1 skipped',
      'mocha: it ended',
    ]);
  });

  it('takes over what another run counted, and one failure of a run that broke off', async () => {
    await withDirectory(async (folder) => {
      const file = join(folder, 'counts');
      handOn(file, { passed: 3, failed: 0, skipped: 1 });
      expect(takeOver(file)).to.deep.equal({ passed: 3, failed: 0, skipped: 1 });
      await writeFile(file, '');
      expect(takeOver(file)).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    });
  });
});
