import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { parseArgs } from 'node:util';
import { BadWords, countOf, understood } from '../../scripts/lab/program-options.js';

interface Finished {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (script: string, ...args: readonly string[]): Promise<Finished> =>
  new Promise((resolve) => {
    const words = ['--conditions=holdfast-source', '--import', 'tsx', `scripts/${script}.ts`, ...args];
    const child = execFile(process.execPath, words, (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }));
  });

const complaint = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof BadWords ? error.message : 'something else';
  }
  return 'none';
};

describe('the words of a program', () => {
  it('that are not understood are told in one sentence', () => {
    const read = (...args: string[]) => complaint(() => understood(() => parseArgs({ args, options: { seeds: { type: 'string' } } })));
    expect(read('--seeds')).to.equal("Option '--seeds <value>' argument missing");
    expect(read('stray')).to.equal("Unexpected argument 'stray'");
    expect(read('--seeds', '3')).to.equal('none');
  });

  it('that count are whole numbers from 1', () => {
    expect(complaint(() => countOf('jobs', 'many', 2))).to.include('--jobs is "many"');
    expect(complaint(() => countOf('jobs', '0', 2))).to.include('from 1');
    expect([countOf('jobs', undefined, 2), countOf('jobs', '12', 2)]).to.deep.equal([2, 12]);
  });
});

describe('the words of npm run mutants and npm run honest', function () {
  this.timeout(120_000);

  it('are told by --help, with exit code 0', async () => {
    for (const script of ['mutants', 'honest'])
      expect(await run(script, '--help'), script)
        .to.include({ code: 0, stderr: '' })
        .and.have.property('stdout')
        .that.match(/^usage: .*--only/s);
  });

  const mistakes: readonly [string, readonly string[], RegExp][] = [
    ['honest', ['--frobnicate'], /^Unknown option '--frobnicate'\.\n/],
    ['honest', ['--only', 'R4'], /^--only chooses among the mends/],
    ['mutants', ['--only', '['], /^--only is no regular expression: /],
  ];
  for (const [script, args, line] of mistakes)
    it(`that are mistakes are told in a line, before the usage, with exit code 2: ${script} ${args.join(' ')}`, async () => {
      const { code, stderr } = await run(script, ...args);
      expect(stderr).to.match(line).and.include('\n\nusage: ');
      expect(code).to.equal(2);
    });

  it('that choose nothing end with exit code 1', async () => {
    const { code, stderr } = await run('honest', '--mutants', '--only', 'no such mend');
    expect([code, stderr.includes('no mend has')]).to.deep.equal([1, true]);
  });
});
