import { expect } from 'chai';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countedStart } from '../../scripts/lab/bench/starts/one-start.js';
import { commandTable } from '../../node/cli/command-table.js';
import { createCatalogueFiles } from '../../node/storage/catalogue.js';
import { benchIdentity } from '../../scripts/lab/bench/store/store.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** What a start of the built command line loaded. */
interface Loaded {
  readonly stdout: string;
  readonly count: number;
  /** Packages by name. */
  readonly packages: ReadonlySet<string>;
  /** Files of commands below `commands/`, without what several share. */
  readonly commands: readonly string[];
}

const COMMANDS = 'dist/cli/commands';
const fileOf = (path: readonly string[]): string => `${path.join('/')}.js`;
const commandFiles = new Set(commandTable.map(({ path }) => fileOf(path)));

const load = async (...words: readonly string[]): Promise<Loaded> => {
  const { modules, stdout, code } = await countedStart(['dist/cli/main.js', ...words], {});
  expect(code).to.equal(0);
  const files = modules.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
  const names = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  const commands = files.map((file) => relative(resolve(COMMANDS), file)).filter((file) => commandFiles.has(file));
  return { stdout, count: modules.length, packages: new Set(names), commands };
};

/** Packages of many modules each, which only their users pay for. */
const LARGE = ['ethers', 'libp2p', '@libp2p/crypto', '@noble/curves', 'pino', 'ws'];

describe('what a command loads', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => (folder = await temporaryDirectory()));
  after(() => folder.remove());

  for (const word of ['--version', '--help'])
    it(`${word}: the parser and no command`, async () => {
      const { count, packages, commands, stdout } = await load(word);
      expect([...packages]).to.deep.equal(['commander']);
      expect(commands).to.deep.equal([]);
      expect(count).to.be.below(60);
      if (word === '--help') expect(stdout).to.match(/^ {2}put .*store files/m);
    });

  it('its own --help: its file and those of the commands that its words name on the way, and no database, chain or network', async () => {
    expect((await load('put', '--help')).commands).to.deep.equal(['put.js']);
    const { commands, packages, count } = await load('deals', 'close', '--help');
    expect(commands).to.deep.equal(['deals.js', 'deals/close.js']);
    expect([...packages].toSorted()).to.deep.equal(['@noble/hashes', 'commander']);
    expect(count).to.be.below(80);
  });

  it('ls: the catalogue and its database, and neither chain nor network', async () => {
    await createCatalogueFiles(join(folder.path, 'catalogue'), benchIdentity);
    const { stdout, packages, commands, count } = await load('ls', '--home', folder.path);
    expect(stdout).to.match(/^Nothing stored yet/);
    expect(packages.has('classic-level')).to.equal(true);
    expect(LARGE.filter((name) => packages.has(name))).to.deep.equal([]);
    expect(commands).to.deep.equal(['ls.js']);
    expect(count).to.be.below(270);
  });

  it('all commands together, as completion needs them: what is large is loaded by none before it runs', async () => {
    const { packages, commands, count } = await load('completion', 'bash');
    expect(commands.toSorted()).to.deep.equal([...commandFiles].toSorted());
    expect([...packages].toSorted()).to.deep.equal(['@noble/hashes', 'commander']);
    expect(count).to.be.below(200);
  });

  it('is found by its words: a file for each command, and a command for each such file', async () => {
    const sources = globSync('node/cli/commands/**/*.ts').map((file) => relative('node/cli/commands', file));
    const texts = await Promise.all(sources.map(async (file) => [file, await readFile(join('node/cli/commands', file), 'utf8')] as const));
    const found = texts.filter(([, text]) => /^export const (command: CommandSpec|createCommand) =/m.test(text));
    expect(found.map(([file]) => file.replace(/\.ts$/, '.js')).toSorted()).to.deep.equal([...commandFiles].toSorted());
    for (const { path, load: read } of commandTable.filter(({ path: [first] }) => first !== 'completion')) {
      const { command } = (await import(`../../node/cli/commands/${fileOf(path)}`)) as { command: unknown };
      expect(await read(), path.join(' ')).to.equal(command);
    }
  });
});
