import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { checks } from '../../node/app/doctor/checks.js';
import { sectorRoot } from '../../node/core/data/merkle.js';

const run = promisify(execFile);

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code, with nothing of this process's environment but the path. */
const finish = (command: string, args: readonly string[], cwd: string): Promise<Finished> =>
  new Promise((done) => {
    const child = execFile(command, [...args], { cwd, env: { PATH: process.env['PATH'] } }, (_error, stdout, stderr) => {
      done({ code: child.exitCode ?? -1, stdout, stderr });
    });
    child.stdin?.end();
  });

/** Programs called `node` on the path that are older than 22. */
const oldNodes = async (): Promise<readonly string[]> => {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  const found = await Promise.all(
    places.filter(existsSync).map(async (path) => ({ path, version: (await finish(path, ['--version'], tmpdir())).stdout })),
  );
  return found.filter(({ version }) => /^v(1\d|2[01])\./.test(version)).map(({ path }) => path);
};

/** A program that uses the public modules; the marked lines must not compile. */
const CONSUMER = `
import { loadSettings } from 'holdfast/app/config';
import { openRenter } from 'holdfast/app/renter-session';
import { runProviderDaemon } from 'holdfast/app/provider-daemon';
import { createSettlementReader } from 'holdfast/chain/settlement-reader';
import { createSettlement } from 'holdfast/chain/settlement';
import { isHoldfastError } from 'holdfast/core/errors/holdfast-error';
import { sectorRoot } from 'holdfast/core/data/merkle';
import { leavesOf, wei, type Hash, type Leaves, type Wei } from 'holdfast/core/units';
import type { Settlement, SettlementReader } from 'holdfast/ports/settlement';
import { createProvider } from 'holdfast/provider/provider';
import { createRenter } from 'holdfast/renter/renter';
import { openCatalogueFiles } from 'holdfast/storage/catalogue';
import { createDialer } from 'holdfast/transport/dialer';
import { createHost } from 'holdfast/transport/host';

const amount: Wei = wei(5n);
// @ts-expect-error a bare bigint is no amount
const bare: Wei = 5n;
// @ts-expect-error leaves are no tokens
const mixed: Wei = leavesOf(64);
const size: Leaves = leavesOf(64);
const root: Hash = sectorRoot(new Uint8Array(96).fill(7));
const held = async (settlement: Settlement): Promise<bigint> => (await settlement.balances(settlement.account)).token;
const open = (url: string): Promise<SettlementReader> => createSettlementReader({ rpcUrl: url, book: null! });
const parts = [openRenter, runProviderDaemon, createSettlement, createProvider, createRenter, openCatalogueFiles, createDialer, createHost];
if (parts.some((part) => typeof part !== 'function') || bare !== amount || mixed === amount) throw new Error('a module lacks its export');
await loadSettings({ rpc: 'nonsense' }, {}).catch((error: unknown) => {
  if (isHoldfastError(error, 'CONFIG_INVALID')) console.log(error.data.key, size, root, typeof held, typeof open);
});
`;

const CONSUMER_OPTIONS = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable', 'dom'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  types: ['node'],
  typeRoots: [resolve('node_modules/@types')],
};

describe('the package', function () {
  this.timeout(300_000);
  let folder: string;
  let packed: { filename: string; size: number; files: { path: string }[] };
  let program: string;
  let oldest: string;

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-package-')));
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
    [packed] = JSON.parse(stdout) as [typeof packed];
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix'];
    const node = `node-${process.platform}-${process.arch}`;
    await mkdir(join(folder, 'oldest'));
    await Promise.all([
      run('npm', ['install', '-g', '--omit=dev', ...quiet, join(folder, 'global'), join(folder, packed.filename)], { cwd: folder }),
      run('npm', ['install', ...quiet, join(folder, 'oldest'), `${node}@22.12.0`], { cwd: folder }),
    ]);
    program = join(folder, 'global/bin/holdfast');
    oldest = join(folder, 'oldest/node_modules', node, 'bin/node');
    await writeFile(join(folder, 'password'), 'correct horse\n');
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const home = (): readonly string[] => ['--home', join(folder, 'home'), '--password-file', join(folder, 'password')];
  const installed = (): string => join(folder, 'global/lib/node_modules/holdfast');

  it('holds what runs, its types and its papers, in less than 600 kB', () => {
    const paths = packed.files.map(({ path }) => path);
    const allowed =
      /^(dist\/.*\.(js|d\.ts)|bin\/holdfast\.cjs|deployments\/(README\.md|\d+\.json)|(README|CHANGELOG)\.md|LICENSE|package\.json)$/;
    expect(paths.filter((path) => !allowed.test(path))).to.deep.equal([]);
    expect(paths).to.include.members(['LICENSE', 'README.md', 'CHANGELOG.md', 'bin/holdfast.cjs', 'dist/core/units.d.ts']);
    expect(packed.size).to.be.below(600_000);
  });

  it('works installed globally without install scripts, where there is nothing else: help, version, a wallet, and no devnet', async () => {
    expect((await finish(program, ['--help'], folder)).stdout).to.include('holdfast put');
    expect((await finish(program, ['--version'], folder)).stdout).to.match(/^\d+\.\d+\.\d+\n$/);
    const made = await finish(program, ['wallet', 'new', '--json', ...home()], folder);
    expect(JSON.parse(made.stdout))
      .to.have.property('address')
      .that.matches(/^0x[0-9a-f]{40}$/);
    const devnet = await finish(program, ['devnet', '--json'], folder);
    expect(JSON.parse(devnet.stdout)).to.have.nested.property('error.code', 'DEVNET_NEEDS_CHECKOUT');
  });

  it('has a doctor that goes through all its checks where nothing is set up, and says what to do about each problem', async () => {
    const { code, stdout } = await finish(program, ['doctor', '--home', join(folder, 'nowhere')], folder);
    expect(code).to.equal(1);
    const lines = stdout.split('\n');
    for (const { name } of checks)
      expect(
        lines.some((line) => line.split(/\s+/)[1] === name),
        name,
      ).to.equal(true);
    const problems = lines.flatMap((line, index) => (line.startsWith('PROBLEM') ? [index] : []));
    expect(problems.map((index) => lines[index]?.split(/\s+/)[1])).to.deep.equal(['home', 'rpc', 'keys']);
    for (const index of problems) expect(lines[index + 1]).to.match(/^ +→ \S/);
  });

  it('completes commands, options and their values in bash', async () => {
    const script = [
      'source <("$0" completion bash)',
      'complete -p holdfast >/dev/null || exit 3',
      'for words in "wal" "wallet n" "put --max-p" "--home x wallet new --js" "put --network op"; do',
      '  COMP_WORDS=(holdfast $words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _holdfast; echo "${COMPREPLY[*]}"',
      'done',
    ].join('\n');
    const { stdout, stderr } = await finish('bash', ['--norc', '-c', script, program], folder);
    expect(stderr).to.equal('');
    expect(stdout.trim().split('\n')).to.deep.equal(['wallet', 'new', '--max-price', '--json', 'op-sepolia']);
  });

  it('says in one line what is wrong on a Node that is too old', async () => {
    const pretence = join(folder, 'older.cjs');
    await writeFile(pretence, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.11.9' } });\n");
    const entry = await realpath(program);
    const tries = [
      await finish(process.execPath, ['--require', pretence, entry, 'put', 'x'], folder),
      ...(await Promise.all((await oldNodes()).map((node) => finish(node, [entry, 'put', 'x'], folder)))),
    ];
    for (const { code, stdout, stderr } of tries) {
      expect(code).to.equal(1);
      expect(stdout).to.equal('');
      expect(stderr).to.match(/^holdfast needs Node 22\.12 or newer and runs on \d+\.\d+\.\d+: .*https:\/\/nodejs\.org.*\n$/);
    }
  });

  it('runs under the oldest Node that it names, renters and providers alike', async () => {
    const entry = await realpath(program);
    expect((await finish(oldest, ['--version'], folder)).stdout).to.match(/^v22\.12\./);
    const refusals = { deals: 'RPC_UNREACHABLE', 'provider run': 'KEY_MISSING', 'wallet balance': 'RPC_UNREACHABLE' };
    for (const [command, code] of Object.entries(refusals)) {
      const words = command.split(' ');
      const { stdout } = await finish(oldest, [entry, ...words, '--json', '--rpc', 'http://127.0.0.1:1', ...home()], folder);
      expect(JSON.parse(stdout), command).to.have.nested.property('error.code', code);
    }
  });

  it('gives a strict TypeScript program its types, with libraries checked, and its modules', async () => {
    const consumer = join(folder, 'consumer');
    await mkdir(join(consumer, 'node_modules'), { recursive: true });
    await symlink(installed(), join(consumer, 'node_modules/holdfast'), 'dir');
    await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }\n');
    await writeFile(join(consumer, 'consumer.ts'), CONSUMER);
    await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions: CONSUMER_OPTIONS, files: ['consumer.ts'] }));
    const compiled = await finish(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', '.'], consumer);
    expect(compiled.stdout).to.equal('');
    const { stdout, stderr } = await finish(process.execPath, ['consumer.js'], consumer);
    expect(stderr).to.equal('');
    expect(stdout).to.equal(`rpc 2 ${sectorRoot(new Uint8Array(96).fill(7))} function function\n`);
    await writeFile(join(consumer, 'inner.mjs'), "import 'holdfast/cli/program';\n");
    expect((await finish(process.execPath, ['inner.mjs'], consumer)).stderr).to.include('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('goes on with WebAssembly, to the same hashes, on a platform that hashing has no binary for', async () => {
    const scope = join(installed(), 'node_modules/@chainsafe');
    const binaries = (await readdir(scope)).filter((name) => name.startsWith('hashtree-'));
    expect(binaries).not.to.deep.equal([]);
    await Promise.all(binaries.map((name) => rm(join(scope, name), { recursive: true })));
    const { stdout } = await finish(program, ['doctor', ...home()], folder);
    expect(stdout).to.match(/^ok +node .*WebAssembly/);
    const { stdout: printed } = await finish(process.execPath, ['consumer.js'], join(folder, 'consumer'));
    expect(printed).to.include(sectorRoot(new Uint8Array(96).fill(7)));
  });
});
