import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { commandTable, loadCommands } from '../../node/cli/command-table.js';
import { buildProgram, globalOptions, groupSummaries, helpLast } from '../../node/cli/program.js';
import { errorTable } from '../../node/core/errors/holdfast-error.js';
import { commandInProcess, type Finished } from '../support/command-line.js';

const { PATH, NODE_COMPILE_CACHE } = process.env;

/** Runs the command line as a person does: a process of its own, without a terminal. */
const holdfast = (...args: readonly string[]): Promise<Finished> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['dist/cli/main.js', ...args],
      { env: { PATH, NODE_COMPILE_CACHE } },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      },
    );
    child.stdin?.end();
  });

/** What a command line that asks for help prints, without starting a process. */
const helpOf = async (words: readonly string[]): Promise<string> => {
  let printed = '';
  const program = buildProgram(commandTable, '0.0.0', () => undefined);
  const listen = (command: Command): void => {
    command.configureOutput({ writeOut: (text) => (printed += text), writeErr: () => undefined });
    command.commands.forEach(listen);
  };
  listen(program);
  await program.parseAsync([...helpLast(commandTable, words)], { from: 'user' }).catch((error: unknown) => {
    expect(error).to.include({ code: 'commander.helpDisplayed', exitCode: 0 });
  });
  return printed;
};

/** Commands whose failure is looked at in a process as well: its exit code, and that it ends. */
const PROCESSES = ['put', 'provider status'];

const anything: Readonly<Record<string, string>> = {
  '<files...>': 'package.json',
  '<folder>': 'nothing',
  '<names...>': 'nothing',
  '<old>': 'nothing',
  '<new>': 'something',
  '<name>': 'nothing',
  '<to>': `0x${'1'.repeat(40)}`,
  '<amount>': '1',
  '<deal>': `0x${'2'.repeat(64)}`,
  '<shell>': 'tcsh',
  '<deals...>': `0x${'2'.repeat(64)}`,
};

const commands = await loadCommands();

describe('options that come before the last word of a command', () => {
  it('count: another home would be acted in otherwise', async () => {
    const found: unknown[] = [];
    const program = buildProgram(commandTable, '0.0.0', ({ options }) => found.push(options));
    await program.parseAsync(['deals', '--home', '/a', '--rpc', 'x', 'withdraw', '--home', '/b'], { from: 'user' });
    expect(found).to.deep.equal([{ home: '/b', rpc: 'x' }]);
  });
});

describe('the command line', () => {
  let home: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
    await writeFile(join(home, 'password'), 'correct horse\n');
  });
  after(async () => {
    await rm(home, { recursive: true, force: true });
  });

  it('names every command, with a summary, in the help of its group', async () => {
    const { stdout } = await holdfast('--help');
    for (const { path } of commandTable) {
      const [first] = path;
      expect(stdout, path.join(' ')).to.include(first);
    }
    expect(stdout).to.include('Example');
  });

  it('shows the same help where "help" comes first, and that of a group or of everything where it names no command', async () => {
    for (const [first, last] of [
      ['help put', 'put --help'],
      ['wallet help new', 'wallet new --help'],
      ['help wallet new', 'wallet new --help'],
      ['deals help close', 'deals close --help'],
      ['wallet help', 'wallet --help'],
      ['help', '--help'],
    ] as const) {
      const shown = await helpOf(last.split(' '));
      expect(await helpOf(first.split(' ')), first).to.equal(shown);
      expect(shown).to.match(/^Usage: holdfast/);
    }
  });

  it('says what each group of commands is about', () => {
    const groups = commandTable.flatMap(({ path }) => path.slice(0, -1));
    for (const word of groups) expect(groupSummaries, word).to.have.property(word).that.does.not.equal(word);
  });

  for (const spec of commands) {
    const words = spec.path.join(' ');

    it(`${words}: --help shows how it is called, with an example`, async () => {
      const stdout = await helpOf([...spec.path, '--help']);
      expect(stdout).to.include(spec.summary.split(' ')[0]);
      for (const example of spec.examples) expect(stdout).to.include(example);
      for (const { flags } of spec.options ?? []) expect(stdout).to.include(flags.split(' ')[0]);
      for (const { flags } of globalOptions) {
        const [name = ''] = flags.split(' ');
        if (spec.standsAlone && name !== '--json') expect(stdout).not.to.include(name);
        else expect(stdout).to.include(name);
      }
    });

    // These have an answer without a chain.
    if (['wallet new', 'lock', 'devnet', 'doctor', 'ls', 'du', 'renter providers'].includes(words)) continue;
    it(`${words}: a failure is one JSON object with a known code and a remedy`, async () => {
      const args = (spec.arguments ?? []).filter(({ flags }) => flags.startsWith('<')).map(({ flags }) => anything[flags] ?? '');
      const where = ['--home', join(home, 'empty'), '--password-file', join(home, 'password')];
      const call = [...spec.path, ...args, '--json', ...where];
      const { code, stdout, stderr } = await commandInProcess(...call);
      expect([code, stderr]).to.deep.equal([1, '']);
      if (PROCESSES.includes(words)) expect(await holdfast(...call)).to.deep.equal({ code, stdout, stderr });
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string; remedy: string } };
      expect(errorTable).to.have.property(error.code);
      expect(error.code, error.message).not.to.equal('INTERNAL');
      expect(error.remedy).not.to.equal('');
    });
  }

  it('makes a wallet, finds it again, and refuses to make another', async () => {
    const here = ['--json', '--home', join(home, 'alice'), '--password-file', join(home, 'password')];
    const made = JSON.parse((await holdfast('wallet', 'new', ...here)).stdout) as { address: string };
    const found = JSON.parse((await holdfast('wallet', 'address', ...here)).stdout) as { address: string };
    expect(found.address)
      .to.equal(made.address)
      .and.to.match(/^0x[0-9a-f]{40}$/);
    const again = JSON.parse((await holdfast('wallet', 'new', ...here)).stdout) as { error: { code: string } };
    expect(again.error.code).to.equal('KEY_EXISTS');
  });

  it('tells a person on standard error what is wrong and what to do, and a usage error with exit code 2', async () => {
    const missing = await holdfast('wallet', 'address', '--home', join(home, 'empty'));
    expect(missing.code).to.equal(1);
    expect(missing.stderr).to.match(/^KEY_MISSING: .*\n.*wallet new/);
    const unknown = await holdfast('pout', 'x');
    expect(unknown.code).to.equal(2);
    expect(unknown.stderr.split('\n')[0]).to.equal(
      "USAGE: this command line is not understood: unknown command 'pout' (did you mean put?).",
    );
    const slip = await holdfast('wallet', 'adress');
    expect(slip.stderr.split('\n')[0]).to.equal(
      "USAGE: this command line is not understood: unknown command 'adress' (did you mean address?).",
    );
    const many = await holdfast('wallet', 'address', 'extra');
    expect(many.stderr.split('\n')[0]).to.match(/: extra\.$/);
    const bare = await holdfast('put');
    expect(bare.code).to.equal(2);
    expect(bare.stderr).to.include('file');
  });
});
