import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

describe('the package', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-package-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('works where nothing but its own dependencies is installed: help, a wallet, and no devnet', async function () {
    this.timeout(300_000);
    const { stdout: packed } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
    const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    const foreign = files.map(({ path }) => path).filter((path) => !/^(dist\/|package\.json$|README\.md$|LICENSE$)/.test(path));
    expect(foreign).to.deep.equal([]);

    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', join(folder, filename)], { cwd: folder });
    const program = join(folder, 'node_modules/.bin/holdfast');
    const home = ['--home', join(folder, 'home')];
    const help = await run(program, ['--help']);
    expect(help.stdout).to.include('holdfast put');
    await writeFile(join(folder, 'password'), 'correct horse\n');
    const made = await run(program, ['wallet', 'new', '--json', '--password-file', join(folder, 'password'), ...home]);
    expect(JSON.parse(made.stdout))
      .to.have.property('address')
      .that.matches(/^0x[0-9a-f]{40}$/);
    const devnet = await run(program, ['devnet', '--json', ...home]).catch((error: unknown) => error as { stdout: string });
    expect(JSON.parse(devnet.stdout)).to.have.nested.property('error.code', 'DEVNET_NEEDS_CHECKOUT');
  });
});
