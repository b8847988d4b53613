import { expect } from 'chai';
import { computeAddress, encryptKeystoreJson, HDNodeWallet } from 'ethers';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askBack } from '../../node/cli/commands/wallet/new.js';
import { atTerminal, hasTerminals } from '../support/at-terminal.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { commandReading, type Finished } from '../support/command-line.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const junk = `${'test '.repeat(11)}junk`;
const JUNK_ADDRESS = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
const privateKey = `0x${'a1'.repeat(32)}`;

describe('the keys of a home, by commands', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let home: string;
  beforeEach(async () => {
    folder = await temporaryDirectory();
    await moveTo('home');
    await file('password', 'correct horse\n');
  });
  afterEach(() => folder.remove());

  /** Goes on in another home, whose keys cost little to open. */
  const moveTo = async (name: string): Promise<void> => {
    home = path(name);
    await mkdir(home);
    await writeFile(join(home, 'config.json'), JSON.stringify({ keystore: { scryptCost: 1 << 10 } }));
  };
  const path = (name: string): string => join(folder.path, name);
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(path(name), text, { mode: 0o600 });
    return path(name);
  };
  const reading = (input: string, ...args: readonly string[]): Promise<Finished> =>
    commandReading(input, ...args, '--home', home, ...(args.includes('--password-file') ? [] : ['--password-file', path('password')]));
  const run = (...args: readonly string[]): Promise<Finished> => reading('', ...args);
  const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await run(...args, '--json');
    expect([code, stderr], stdout).to.deep.equal([0, '']);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const codeOf = async (finished: Promise<Finished>): Promise<string> => {
    const { code, stderr } = await finished;
    expect(code).to.equal(1);
    return stderr.split(':')[0] ?? '';
  };

  it('a new wallet keeps its mnemonic, and prints it when it is asked to and never else', async () => {
    const made = await run('wallet', 'new', '--words', '24');
    expect(made.stdout + made.stderr).to.match(/^Your wallet is 0x[0-9a-f]{40}\.\n/);
    const { mnemonic, path: at, address } = await json('wallet', 'export', '--mnemonic');
    const words = String(mnemonic).split(' ');
    expect(words).to.have.length(24);
    const unshown = words.filter((word) => new RegExp(`\\b${word}\\b`).test(made.stdout + made.stderr));
    // Words of the list that are words of the sentence as well.
    expect(unshown.length).to.be.below(6);
    expect(HDNodeWallet.fromPhrase(String(mnemonic), undefined, String(at)).address.toLowerCase()).to.equal(address);
    expect(await json('wallet', 'address')).to.deep.equal({ address });
  });

  it('with --json a new wallet tells its mnemonic where it is asked to alone', async () => {
    expect(Object.keys(await json('wallet', 'new'))).to.deep.equal(['address']);
    await moveTo('other');
    const shown = await json('wallet', 'new', '--show-mnemonic');
    expect(String(shown['mnemonic']).split(' ')).to.have.length(12);
    expect(await codeOf(run('wallet', 'new', '--words', '13'))).to.equal('BAD_OPTION');
  });

  it('asks words back, one from each third, and makes no wallet of what was miscopied', async () => {
    const words = 'a b c d e f g h i j k l'.split(' ');
    const asked: string[] = [];
    const answering = (answers: readonly string[]) => {
      const waiting = [...answers];
      return {
        secret: async (question: string) => {
          asked.push(question);
          return waiting.shift() ?? expect.fail('asked once too often');
        },
      };
    };
    await askBack(answering(['c', ' G ', 'wrong', 'k']), words, () => 0.5);
    expect(asked).to.deep.equal([3, 7, 11, 11].map((place) => `Word ${place}, from your paper`));
    const error = await rejectsCoded(
      askBack(answering(['a', 'x', 'y', 'z']), words, () => 0),
      'MNEMONIC_MISCOPIED',
    );
    expect(error.data).to.deep.equal({ position: 5 });
  });

  it('a wallet comes of a file, of standard input, of a keystore and of a mnemonic by its index', async () => {
    const sealed = await encryptKeystoreJson({ address: computeAddress(privateKey), privateKey }, 'theirs', { scrypt: { N: 2 } });
    const theirs = await file('theirs', 'theirs\r\n');
    const own = computeAddress(privateKey).toLowerCase();
    for (const [index, [input, expected, ...args]] of (
      [
        ['', own, await file('key', privateKey)],
        [`${privateKey}\n`, own, '-'],
        ['', own, await file('keystore.json', sealed), '--source-password-file', theirs],
        [junk, JUNK_ADDRESS, '-'],
        ['', '0x70997970c51812dc3a010c7d01b50e0d17dc79c8', await file('words', junk), '--index', '1'],
        [junk, '0x70997970c51812dc3a010c7d01b50e0d17dc79c8', '-', '--path', "m/44'/60'/0'/0/1"],
      ] as const
    ).entries()) {
      await moveTo(`home-${index}`);
      const { code, stdout, stderr } = await reading(input, 'wallet', 'import', ...args, '--json');
      expect([code, stderr], stdout).to.deep.equal([0, '']);
      expect(JSON.parse(stdout), args.join(' ')).to.include({ address: expected });
    }
    expect(await codeOf(run('wallet', 'export', '--mnemonic'))).to.equal('MNEMONIC_NOT_KEPT');
  });

  it('what is no wallet makes none, and is not repeated', async () => {
    for (const [input, code, ...args] of [
      ['hello', 'KEY_INVALID', '-'],
      [privateKey.slice(0, -2), 'KEY_INVALID', '-'],
      ['x'.repeat(70_000), 'KEY_INVALID', '-'],
      [junk.replace('junk', 'test'), 'MNEMONIC_INVALID', '-'],
      [junk.replace('junk', 'jumk'), 'MNEMONIC_WORD_UNKNOWN', '-'],
      ['', 'KEY_ON_COMMAND_LINE', privateKey],
      ['', 'KEY_ON_COMMAND_LINE', junk],
      ['', 'TERMINAL_NEEDED'],
      ['', 'FILE_UNREADABLE', path('missing')],
      ['', 'FILE_UNREADABLE', folder.path],
      [junk, 'BAD_OPTION', '-', '--index', '2147483648'],
      [junk, 'BAD_OPTION', '-', '--path', 'm/x'],
      [junk, 'BAD_OPTION', '-', '--path', 'm/0', '--index', '1'],
    ] as const) {
      const { code: exit, stdout, stderr } = await reading(input, 'wallet', 'import', ...args);
      expect([exit, stderr.split(':')[0]], args.join(' ')).to.deep.equal([1, code]);
      for (const secret of [privateKey.slice(2, 60), junk]) expect(stdout + stderr).to.not.include(secret);
    }
    expect(await codeOf(run('wallet', 'address'))).to.equal('KEY_MISSING');
  });

  it('a paper backup brings the same wallet back, from text and from numbered words; its file is private and replaces nothing', async () => {
    const { address } = await json('wallet', 'new');
    const { mnemonic } = await json('wallet', 'backup');
    for (const name of ['backup.txt', 'backup.html']) {
      await run('wallet', 'backup', '--out', path(name));
      expect((await stat(path(name))).mode & 0o777).to.equal(0o600);
      const text = await readFile(path(name), 'utf8');
      for (const word of [...String(mnemonic).split(' '), String(address), 'holdfast recover'])
        expect(text.replaceAll(/\s+/g, ' '), name).to.include(word);
      expect(await codeOf(run('wallet', 'backup', '--out', path(name)))).to.equal('FILE_EXISTS');
    }
    const lines = (await readFile(path('backup.txt'), 'utf8')).split('\n').filter((line) => /^ {2,}\d+\. /.test(line));
    await moveTo('again');
    const { stdout } = await reading(lines.join('\n'), 'wallet', 'import', '-', '--json');
    expect(JSON.parse(stdout)).to.include({ address });
  });

  it('of a wallet without a mnemonic the paper has the key', async () => {
    const { address } = JSON.parse((await reading(privateKey, 'wallet', 'import', '-', '--json')).stdout) as { address: string };
    expect(await json('wallet', 'backup')).to.deep.equal({ address, privateKey });
    const { stdout } = await run('wallet', 'backup');
    const at = stdout.indexOf('0x ');
    await moveTo('again');
    const again = await reading(stdout.slice(at, stdout.indexOf('\n\n', at)), 'wallet', 'import', '-', '--json');
    expect(JSON.parse(again.stdout)).to.deep.equal({ address });
  });

  it('a change of password is for all keys, and a wrong one changes none', async () => {
    await run('wallet', 'new');
    const following = await file('new', 'battery staple\n');
    expect(await codeOf(run('wallet', 'password', '--new-password-file', path('password'), '--password-file', following))).to.equal(
      'WRONG_PASSWORD',
    );
    expect(await json('wallet', 'password', '--new-password-file', following)).to.deep.equal({ changed: ['wallet.json'], kept: [] });
    expect(await codeOf(run('wallet', 'export'))).to.equal('WRONG_PASSWORD');
    expect((await run('wallet', 'export', '--password-file', following)).code).to.equal(0);
    expect(await codeOf(run('wallet', 'password', '--password-file', following))).to.equal('PASSWORD_NEEDED');
  });

  it('no password file that is refused makes a key', async () => {
    const wrong = {
      empty: await file('empty', ''),
      lines: await file('lines', 'one\ntwo\n'),
      folder: folder.path,
    };
    for (const one of Object.values(wrong))
      for (const words of [['new'], ['import', await file('key', privateKey)]])
        expect(await codeOf(run('wallet', ...words, '--password-file', one)), one).to.equal('PASSWORD_FILE_REFUSED');
    expect(await readdir(home)).to.deep.equal(['config.json']);
  });

  it('a password file that others may read is told of, on standard error and to people alone', async () => {
    await chmod(path('password'), 0o644);
    const { code, stderr } = await run('wallet', 'new');
    expect([code, stderr.split('\n')]).to.deep.equal([
      0,
      [`Other users of this machine may read ${path('password')}: chmod 600 keeps it to you.`, ''],
    ]);
    await json('wallet', 'export');
  });

  it('is unlocked for a while and locked again, and a changed password locks it too', async () => {
    const { address } = await json('wallet', 'new');
    const { until, ...held } = await json('unlock', '--minutes', '60');
    expect(held).to.include({ address });
    expect(Number(until)).to.be.above(Date.now());
    expect(await json('lock')).to.deep.equal({ locked: true, address, unanswered: false });
    expect(await json('lock')).to.deep.equal({ locked: false, address: null, unanswered: false });
    await json('unlock');
    await json('wallet', 'password', '--new-password-file', path('password'));
    expect(await json('lock')).to.have.property('locked', false);
    expect(await codeOf(run('unlock', '--minutes', '0'))).to.equal('BAD_OPTION');
    expect(await codeOf(run('unlock', '--minutes', '1441'))).to.equal('BAD_OPTION');
    expect(await codeOf(run('unlock', '--password-file', await file('wrong', 'wrong')))).to.equal('WRONG_PASSWORD');
  }).timeout(30_000);

  if (!hasTerminals) return;

  it('a folder that cannot be made is named, and no bug of Holdfast', async () => {
    await symlink('/proc/nothing', join(home, 'keys'));
    const { code, stderr } = await run('wallet', 'new', '--skip-check');
    expect([code, stderr.split('\n')[0]]).to.deep.equal([
      1,
      `FILE_UNWRITABLE: ${join(home, 'keys')} cannot be written: there is no such file or folder.`,
    ]);
  });

  it('a new wallet shows its words on a terminal, and asks three of them back', async () => {
    const asked = (shown: string): string => {
      const words = new Map([...shown.matchAll(/(\d+)\. ([a-z]+)/g)].map(([, place, word]) => [place, word]));
      const [, place] = [...shown.matchAll(/Word (\d+), from your paper: /g)].at(-1) ?? [];
      return `${words.get(place) ?? ''}\r`;
    };
    const { code, shown } = await atTerminal(['wallet', 'new', '--home', home], /wallet: |Once more: |this is gone\. |paper: /g, [
      'correct horse\r',
      'correct horse\r',
      '\r',
      asked,
      asked,
      asked,
    ]);
    expect(code, shown).to.equal(0);
    const words = [...shown.matchAll(/\d+\. ([a-z]+)/g)].map(([, word]) => word).join(' ');
    expect(await json('wallet', 'export', '--mnemonic')).to.have.property('mnemonic', words);
    expect(shown).to.not.include('correct horse');
  }).timeout(30_000);

  it('and makes none where the person gives up while they are shown', async () => {
    const { code, shown } = await atTerminal(['wallet', 'new', '--home', home], /wallet: |Once more: |this is gone\. /g, [
      'correct horse\r',
      'correct horse\r',
      '\u0003',
    ]);
    expect(code, shown).to.equal(130);
    expect(await codeOf(run('wallet', 'address'))).to.equal('KEY_MISSING');
  }).timeout(30_000);
});
