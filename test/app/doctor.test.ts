import { expect } from 'chai';
import { chmod, mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseEther, Wallet } from 'ethers';
import { bookText, type Book } from '../../node/app/book/book.js';
import { loadSettings } from '../../node/app/settings/config.js';
import { clockVerdict } from '../../node/app/doctor/chain-checks.js';
import { runChecks, type Check, type Finding } from '../../node/app/doctor/check.js';
import { checks } from '../../node/app/doctor/checks.js';
import { createFacts } from '../../node/app/doctor/facts.js';
import { DISK_FLOOR_BYTES } from '../../node/app/disk-room.js';
import { createKeystore } from '../../node/app/keys/keystore.js';
import { fromHex } from '../../node/core/data/bytes.js';
import { address } from '../../node/core/units.js';
import { deployDevnet } from '../../scripts/demo/devnet/deploy-devnet.js';
import { openPurse, type Purse } from '../../scripts/demo/devnet/purse.js';
import { startAnvil, testKeys, type TestChain } from '../support/rpc/anvil.js';
import { freshChain, startFixedRpc } from '../support/rpc/fixed-rpc.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const signal = new AbortController().signal;
const ALICE = testKeys[1];

/** Everything that the doctor finds with these settings in the file of `home`, by name. */
const examine = async (
  home: string,
  settings: Readonly<Record<string, unknown>> | string,
  run: readonly Check[] = checks,
): Promise<Record<string, Finding>> => {
  await writeFile(join(home, 'config.json'), typeof settings === 'string' ? settings : JSON.stringify(settings));
  await using facts = createFacts(() => loadSettings({ home }, {}), signal);
  return Object.fromEntries((await runChecks(run, facts, signal)).map((finding) => [finding.name, finding]));
};

const statusesOf = (findings: Record<string, Finding>): Record<string, string> =>
  Object.fromEntries(Object.values(findings).map(({ name, status }) => [name, status]));

describe('the doctor', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let home: string;
  let chain: TestChain;
  let purse: Purse;
  let book: Book;
  let known: { rpc: string; book: string };

  before(async () => {
    folder = await temporaryDirectory();
    chain = await startAnvil();
    const owner = new Wallet(testKeys[0]);
    purse = openPurse(chain.url, 31_337, owner);
    const deployed = await deployDevnet(folder.path, chain.url, owner);
    book = deployed.book;
    known = { rpc: chain.url, book: deployed.path };
  });
  after(async () => {
    await purse[Symbol.asyncDispose]();
    await chain.stop();
    await folder.remove();
  });
  beforeEach(async () => {
    home = join(folder.path, 'home');
    await mkdir(home);
    await createKeystore({ folder: join(home, 'keys'), scryptCost: 1024 }).create('wallet', 'correct horse', fromHex(ALICE));
  });
  afterEach(async () => {
    await rm(home, { recursive: true });
  });

  /** A block now, with this time (seconds since 1970). */
  const mineAt = async (timestamp: number): Promise<void> => {
    await chain.rpc('evm_setNextBlockTimestamp', timestamp);
    await chain.rpc('evm_mine');
  };

  it("finds nothing wrong with a renter whose chain runs, and asks a provider's questions of providers only", async () => {
    await purse.fund(book.token, [new Wallet(ALICE).address], '1', '25');
    const findings = await examine(home, known);
    expect(findings['tokens']?.says).to.include('25 HOLD');
    expect(findings['contracts']?.says).to.include(book.market);
    expect(statusesOf(findings)).to.deep.equal({
      ...Object.fromEntries(checks.map(({ name }) => [name, 'ok'])),
      ...{ ports: 'skipped', provider: 'skipped', daemon: 'skipped' },
    });
  });

  it('sees keys that others can read', async () => {
    await chmod(join(home, 'keys/wallet.json'), 0o640);
    const { home: found } = await examine(home, known);
    expect(found).to.include({ status: 'problem', remedy: `Run: chmod -R go= ${join(home, 'keys')}` });
    expect(found?.says).to.include('wallet.json');
  });

  it('sees that there is neither coin nor tokens, and where to get them', async () => {
    await rm(join(home, 'keys'), { recursive: true });
    await createKeystore({ folder: join(home, 'keys'), scryptCost: 1024 }).create('wallet', 'correct horse');
    const { coin, tokens } = await examine(home, known);
    expect(coin).to.have.property('status', 'problem');
    expect(tokens).to.have.property('remedy').that.includes('holdfast wallet drip');
    await createKeystore({ folder: join(home, 'keys'), scryptCost: 1024 }).create('operator', 'correct horse');
    const both = (await examine(home, { ...known, role: 'provider' }))['coin'];
    expect(both).to.have.property('remedy').that.includes('the wallet');
    expect(both?.says).to.include('the wallet').and.include('operator');
  });

  it('goes on when nothing answers: what needs the chain is skipped with the reason, the rest is checked', async () => {
    const findings = await examine(home, { ...known, rpc: 'http://127.0.0.1:1' });
    expect(findings['rpc']?.says).to.include('no answer');
    expect(findings['clock']).to.deep.equal({ name: 'clock', status: 'skipped', says: 'for want of an RPC that answers' });
    expect(statusesOf(findings)).to.include({ rpc: 'problem', contracts: 'skipped', coin: 'skipped', tokens: 'skipped' });
    expect(statusesOf(findings)).to.include({ node: 'ok', settings: 'ok', home: 'ok', book: 'ok', keys: 'ok', disk: 'ok' });
  });

  it('goes on when the settings are wrong, and names the key', async () => {
    const findings = await examine(home, '{ "rpc": "http://127.0.0.1:1", // here\n "rcp": 1 }');
    expect(findings['settings']?.says).to.include('rcp');
    expect(Object.keys(findings)).to.deep.equal(checks.map(({ name }) => name));
    expect(findings['disk']).to.deep.equal({ name: 'disk', status: 'skipped', says: 'for want of usable settings' });
  });

  it('sees an RPC of another chain than the network, and a chain that Holdfast does not run on', async () => {
    const { rpc } = await examine(home, { ...known, network: 'sepolia' });
    expect(rpc).to.have.property('status', 'problem');
    expect(rpc?.says).to.match(/31337.*sepolia.*11155111/);
    const arbitrum = await startFixedRpc(freshChain(421_614n));
    expect((await examine(home, { rpc: arbitrum.url }))['rpc']?.says).to.include('Arbitrum');
    await arbitrum.stop();
  });

  it('sees a book that is missing, and one whose market is not on this chain', async () => {
    expect(await examine(home, { rpc: chain.url }))
      .to.have.nested.property('book.remedy')
      .that.includes('--book');
    const path = join(folder.path, 'gone.json');
    await writeFile(path, bookText({ ...book, market: address(`0x${'1'.repeat(40)}`) }));
    const { contracts, coin } = await examine(home, { rpc: chain.url, book: path });
    expect(contracts).to.have.property('status', 'problem');
    expect(contracts?.says).to.include(`0x${'1'.repeat(40)}`);
    expect(coin).to.deep.equal({ name: 'coin', status: 'skipped', says: "for want of the market's contracts" });
  });

  it('compares the clock with the newest block', async () => {
    expect(clockVerdict(1_000_000, 1_000, 500)).to.have.property('status', 'ok');
    expect(clockVerdict(1_029_000, 1_000, 500)).to.have.property('status', 'ok');
    expect(clockVerdict(1_031_000, 1_000, 500)).to.have.property('status', 'problem');
    expect(clockVerdict(1_119_000, 1_000, 12_000)).to.have.property('status', 'ok');
    expect(clockVerdict(1_121_000, 1_000, 12_000)).to.have.property('status', 'problem');
    expect(clockVerdict(985_000, 1_000, 12_000)).to.have.property('status', 'ok');
    expect(clockVerdict(984_000, 1_000, 12_000))
      .to.have.property('remedy')
      .that.includes('NTP');
    await mineAt(Math.floor(Date.now() / 1000) + 3600);
    const { clock } = await examine(home, known);
    expect(clock?.says).to.match(/3\d\d\d s ahead/);
  });

  it("sees a provider's port that another program has, and no trouble with a free one", async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const settings = { ...known, role: 'provider', provider: { listen: [`/ip4/127.0.0.1/tcp/${port}`], capacityBytes: 2 ** 20 } };
    const taken = await examine(home, settings);
    expect(taken['ports']?.says).to.match(new RegExp(`127\\.0\\.0\\.1:${port} .*another program`));
    other.close();
    await once(other, 'close');
    const free = await examine(home, settings);
    expect(free['ports']).to.include({ status: 'ok', says: `127.0.0.1:${port} free` });
    expect(free['keys']?.says).to.include('operator');
    expect(free['provider']?.says).to.include('not registered');
    expect(free['daemon']).to.have.property('remedy').that.includes('holdfast provider run');
  });

  it('sees a disk too small for the capacity, and a folder that cannot be written', async () => {
    const settings = (provider: object) => ({ ...known, role: 'provider', provider });
    const { disk } = await examine(home, settings({ capacityBytes: 2 ** 52 }));
    expect(disk).to.have.property('status', 'problem');
    expect(disk)
      .to.have.property('remedy')
      .that.matches(/at most \d+\.$/);
    await writeFile(join(home, 'file'), '');
    expect((await examine(home, settings({ folder: join(home, 'file/store') })))['disk']?.says).to.include('cannot be written');
    expect(await examine(home, settings({ capacityBytes: 2 ** 20 }))).to.have.nested.property('disk.status', 'ok');
    const { bavail, bsize } = await statfs(home);
    const tight = (await examine(home, settings({ capacityBytes: bavail * bsize - DISK_FLOOR_BYTES / 2 })))['disk'];
    expect(tight).to.have.property('status', 'problem');
    expect(tight?.says).to.include('256.0 MiB are to stay free');
  });

  it('reports a check that fails by a bug as a problem, and goes on', async () => {
    const broken: Check = { name: 'broken', look: () => Promise.reject(new Error('oh')) };
    const findings = await examine(home, known, [broken, ...checks.slice(0, 1)]);
    expect(findings['broken']).to.include({ status: 'problem', says: 'oh' });
    expect(findings['node']).to.have.property('status', 'ok');
  });

  it('tells an operator with too little coin for a day of proofs', async () => {
    const keystore = createKeystore({ folder: join(home, 'keys'), scryptCost: 1024 });
    const operator = await keystore.create('operator', 'correct horse');
    await keystore.create('peer', 'correct horse');
    const low = (await examine(home, known))['coin'];
    expect(low).to.have.property('remedy').that.includes(`holdfast wallet send ${operator}`);
    await chain.rpc('anvil_setBalance', operator, `0x${parseEther('100').toString(16)}`);
    expect((await examine(home, known))['coin']).to.have.property('status', 'ok');
  });
});
