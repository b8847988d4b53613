import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCommands } from '../../node/cli/command-table.js';
import { bashScript } from '../../node/cli/completion/bash.js';
import { fishScript } from '../../node/cli/completion/fish.js';
import { placesOf } from '../../node/cli/completion/places.js';
import { zshScript } from '../../node/cli/completion/zsh.js';
import type { LoadedCommand } from '../../node/cli/command.js';
import { withDirectory } from '../support/temporary-directory.js';

/** Has a shell read a file with this text; undefined where this machine has no such shell. */
const inShell = async (shell: string, args: readonly string[], text: string) =>
  await withDirectory(async (folder) => {
    const file = join(folder, 'script');
    await writeFile(file, text);
    const { error, stdout, stderr } = spawnSync(shell, [...args, file], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return error === undefined ? { output: stdout, errors: stderr } : undefined;
  });

const awkward: LoadedCommand = {
  path: ['it'],
  summary: 'it\'s 100% "odd": $HOME `x` \\ end',
  options: [{ flags: '--how <how>', description: "don't: $ask", choices: ["'a'", 'b'] }],
  examples: ['holdfast it'],
  run: () => expect.fail('it is not run'),
};

const commands = await loadCommands();

describe('shell completion', () => {
  const places = placesOf(commands);
  const at = (path: string) => places.find((place) => place.path === path) ?? expect.fail(`no place "${path}"`);

  it('knows every command, group, option and choice of the command table', () => {
    for (const { path, options = [], standsAlone } of commands) {
      path.forEach((word, depth) => {
        expect(at(path.slice(0, depth).join(' ')).next.map((next) => next.word)).to.include(word);
      });
      const own = at(path.join(' ')).options.map(({ name }) => name);
      expect(own).to.include.members([...options.map(({ flags }) => flags.split(' ')[0] ?? ''), '--json', '--help']);
      expect(own.includes('--home'), path.join(' ')).to.equal(!standsAlone);
    }
    expect(at('completion').next.map(({ word }) => word)).to.deep.equal(['bash', 'zsh', 'fish']);
    expect(at('put').options.find(({ name }) => name === '--network')?.value).to.have.deep.property('kind', 'words');
    expect(at('put').options.find(({ name }) => name === '--home')?.value).to.deep.equal({ kind: 'file' });
  });

  it('has each place in each script', () => {
    for (const script of [bashScript(places), zshScript(places), fishScript(places)]) {
      for (const { path } of commands) expect(script).to.include(path.join(' '));
      expect(script).to.include('filecoin-calibration');
    }
  });

  it('survives quotes, dollars and backslashes, in every shell that is here', async () => {
    for (const [shell, args, script] of [
      ['bash', ['--norc', '-n'], bashScript],
      ['zsh', ['-f', '-n'], zshScript],
      ['fish', ['--no-execute'], fishScript],
    ] as const) {
      const checked = await inShell(shell, args, script(placesOf([...commands, awkward])));
      if (checked !== undefined) expect(checked, shell).to.deep.equal({ output: '', errors: '' });
    }
  });

  it('completes in fish, where there is one', async () => {
    const asked = ['wal', 'wallet n', 'put --max-p', 'put --network op', '--home x wallet new --js'].map(
      (line) => `complete -C 'holdfast ${line}'`,
    );
    const answer = await inShell('fish', ['--no-config'], `function holdfast; end\n${fishScript(places)}\n${asked.join('\n')}\n`);
    if (answer === undefined) return;
    expect(answer.errors).to.equal('');
    const words = answer.output
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0]);
    expect(words).to.deep.equal(['wallet', 'new', '--max-price', 'op-sepolia', '--json']);
  });
});
