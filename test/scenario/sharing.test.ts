import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { Person } from '../../scripts/demo/devnet/person.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';
import { rpcTo } from '../support/rpc/anvil.js';
import { digestsIn } from './hostile-folder.js';

const TERMS = { periodPrice: '1', stake: '1000', operatorCoin: '1', capacity: '1GiB' };
const SHAPE = ['--k', '2', '--n', '5', '--periods', '400', '--max-price', '100000000'];

describe('Alice shares a folder with somebody who has no wallet, each a process of its own', function () {
  this.timeout(600_000);
  let folder: string;
  let devnet: Devnet;
  let providers: readonly RunningProvider[];
  let alice: Person;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-sharing-'));
    devnet = await startDevnet(undefined, { client: 'anvil' });
    providers = await devnet.addProviders(6, TERMS);
    alice = await devnet.addRenter('alice');
    await rpcTo(devnet.control)('evm_setIntervalMining', 1);
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a command on a machine that has nothing but the program: what it printed, and what is on its disk then. */
  const asStranger = async (...args: readonly string[]) => {
    const home = await mkdtemp(join(folder, 'stranger-'));
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const { rpc, book } = devnet.network;
    const env = { PATH, NODE_COMPILE_CACHE, HOME: home, HOLDFAST_RPC: rpc, HOLDFAST_BOOK: book };
    const program = join(import.meta.dirname, '../../dist/cli/main.js');
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], { env, cwd: home });
    return { home, said: JSON.parse(stdout) as Record<string, unknown>, disk: await readdir(home) };
  };

  it('who reads it while three of six are down, and leaves nothing on the disk but that', async () => {
    const source = join(folder, 'in', 'trip');
    await mkdir(join(source, 'day 1'), { recursive: true });
    for (let index = 0; index < 20; index++) await writeFile(join(source, 'day 1', `${index}.jpg`), randomBytes(1_000 + 91 * index));
    await writeFile(join(source, 'film'), randomBytes(1 << 20));
    await writeFile(join(folder, 'in', 'secret'), 'not for strangers');
    await alice.holdfast(['put', source, '--name', 'my/trip', ...SHAPE]);
    await alice.holdfast(['put', join(folder, 'in', 'secret'), ...SHAPE]);
    const { link } = (await alice.holdfast(['share', 'my/trip'])) as { link: string };

    await Promise.all(providers.slice(0, 3).map(({ daemon }) => daemon.stop()));
    const listed = await asStranger('ls', link);
    expect((listed.said['objects'] as { name: string }[]).map(({ name }) => name))
      .to.have.length(21)
      .and.include('trip/film');
    expect(listed.disk).to.deep.equal([]);
    const { home, disk } = await asStranger('get', link, '--out', 'out');
    expect(disk).to.deep.equal(['out']);
    expect(await readdir(join(home, 'out'))).to.deep.equal(['trip']);
    expect(await digestsIn(join(home, 'out', 'trip'))).to.deep.equal(await digestsIn(source));
    const info = await asStranger('info', link);
    expect(info.said).to.deep.include({ name: 'trip', folder: true });
    expect(info.disk).to.deep.equal([]);
  });

  it('and a file by a link of its own, until she ends it', async () => {
    const { link } = (await alice.holdfast(['share', 'my/trip/film', '--until', '30d'])) as { link: string };
    const { home, disk } = await asStranger('get', link);
    expect(disk).to.deep.equal(['film']);
    expect(Buffer.compare(await readFile(join(home, 'film')), await readFile(join(folder, 'in', 'trip', 'film')))).to.equal(0);
    expect(((await alice.holdfast(['shares']))['shares'] as unknown[]).length).to.equal(2);
    await alice.holdfast(['unshare', 'my/trip/film']);
    const refused = await asStranger('get', link).catch((error: unknown) => error as { stdout: string });
    expect('stdout' in refused && refused.stdout).to.include('SHARE_NOT_FOUND');
  });
});
