import { expect } from 'chai';
import { randomInt } from 'node:crypto';
import { parseEther, Wallet } from 'ethers';
import { existsSync } from 'node:fs';
import { cp, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { IProviderRegistry__factory } from '../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { peerIdBytes } from '../../node/chain/market/peer-id-bytes.js';
import { toHex } from '../../node/core/data/bytes.js';
import { createKeystore } from '../../node/app/keys/keystore.js';
import { changeSettingsFile } from '../../node/app/settings/file.js';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { GuardedProcess } from '../../scripts/demo/devnet/guarded-process.js';
import { movedPerson, SCRYPT_COST, type Answer, type Person } from '../../scripts/demo/devnet/person.js';
import { createNewcomer, runDaemon, type Newcomer } from '../../scripts/demo/devnet/provider.js';
import { startRpcProxy, type RpcProxy } from '../../scripts/lab/staging/rpc-proxy.js';

interface Line {
  readonly level: string;
  readonly event: string;
  readonly [fact: string]: unknown;
}

const READY = 60_000;
const PATIENCE = 90_000;
/** Default of `provider.stopSeconds`, and what a process needs to be seen gone. */
const STOPPED = 12_000;

/** What daemons of this person have logged, from line `from` on. */
const linesOf = async (person: Person, from = 0): Promise<readonly Line[]> => {
  const lines = (await readFile(person.log, 'utf8')).split('\n').filter((text) => text.startsWith('{"level"'));
  return lines.slice(from).map((text) => JSON.parse(text) as Line);
};
const named = (lines: readonly Line[], event: string): readonly Line[] => lines.filter((line) => line.event === event);

const until = async <Found>(what: string, find: () => Promise<Found | undefined | false>): Promise<Found> => {
  const deadline = AbortSignal.timeout(PATIENCE);
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (deadline.aborted) throw new Error(`waited in vain until ${what}`);
    await setTimeout(300);
  }
};

const portAt = (port: number): string => `/ip4/127.0.0.1/tcp/${port}`;
const listenAt = (home: string, listen: string): Promise<void> =>
  changeSettingsFile(join(home, 'config.json'), { provider: { listen: [listen] } });

describe("a provider's daemon that lacks something", function () {
  this.timeout(240_000);
  let devnet: Devnet;
  let bob: Newcomer;
  let alice: Person;
  let proxy: RpcProxy;
  const [initial, moved] = [randomInt(20_000, 30_000), randomInt(10_000, 20_000)];
  const running: GuardedProcess[] = [];

  const start = async (person: Person): Promise<GuardedProcess> => {
    const daemon = await runDaemon(person);
    running.push(daemon);
    return daemon;
  };
  const standing = async (): Promise<{ sheet: Answer; daemon: Answer }> =>
    (await bob.person.holdfast(['provider', 'status'])) as unknown as { sheet: Answer; daemon: Answer };
  const operatorOf = async (): Promise<string> => String((await standing()).sheet['operator']);
  const sendCoin = async (to: string): Promise<unknown> =>
    (await devnet.purse.wallet.sendTransaction({ to, value: parseEther('1') })).wait();
  /** Bob, whose RPC is the proxy. */
  const behindProxy = (): Person =>
    movedPerson(bob.person, join(devnet.folder, 'people'), bob.person.name, { ...devnet.network, rpc: proxy.url });
  const daemonAnswer = async (path: string, method = 'GET'): Promise<Answer> => {
    const { url, token } = JSON.parse(await readFile(join(bob.person.home, 'daemon.json'), 'utf8')) as { url: string; token: string };
    return (await (await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } })).json()) as Answer;
  };

  before(async () => {
    devnet = await startDevnet();
    proxy = await startRpcProxy(devnet.network.rpc);
    bob = await createNewcomer(join(devnet.folder, 'people'), 'bob', devnet.network);
    await devnet.purse.fund(devnet.book.token, [bob.provider], '100', '1000000');
    const { person } = bob;
    await person.holdfast([
      ...['provider', 'init', '--period-price', '1', '--capacity', '64MiB', '--listen', portAt(initial), '--operator-coin', '0'],
    ]);
    await person.holdfast(['provider', 'stake', '100']);
    alice = await devnet.addRenter('alice');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((daemon) => daemon.stop()));
    const kept = join(bob.person.home, 'operator-before.json');
    if (existsSync(kept)) await rename(kept, join(bob.person.home, 'keys', 'operator.json'));
  });
  after(async () => {
    await proxy.stop();
    await devnet[Symbol.asyncDispose]();
  });

  it('coin and a right entry in the registry: it serves, says what to send, and publishes where it is once the coin comes', async () => {
    await listenAt(bob.person.home, portAt(moved));
    const daemon = await start(bob.person);
    const operator = await operatorOf();
    const [alarm] = await until('it alarms for want of coin', async () => {
      const found = named(await linesOf(bob.person), 'coin-gone');
      return found.length > 0 && found;
    });
    expect(alarm).to.include({ level: 'alarm', account: operator, coin: '0 ETH', periods: 0 });
    expect(String(alarm?.['send'])).to.match(/^0\.\d+ ETH$/);
    const { daemon: poor, sheet } = await until('it says that it is not published', async () => {
      const both = await standing();
      return (both.daemon['troubles'] as string[]).length === 2 && both;
    });
    expect(poor['troubles']).to.have.members(['coin-gone', 'endpoint-unpublished']);
    expect(sheet['addresses']).to.deep.equal([portAt(initial)]);

    await sendCoin(operator);
    await until('the registry has the right address', async () => {
      const { addresses } = (await standing()).sheet as { addresses: string[] };
      return addresses.join() === portAt(moved);
    });
    await until('nothing is wrong any more', async () => ((await standing()).daemon['troubles'] as string[]).length === 0);
    const lines = await linesOf(bob.person);
    const alarms = lines.filter(({ level }) => level === 'alarm').map(({ event }) => event);
    expect(alarms.toSorted()).to.deep.equal(['coin-gone', 'endpoint-unpublished']);
    expect(named(lines, 'endpoint-unpublished')[0]).to.include({ reason: 'COIN_TOO_SMALL' });
    expect(await daemon.stop(STOPPED)).to.deep.equal({ code: 0, signal: null });
  });

  it('an RPC: it waits with an alarm, can be asked and told to stop, and starts by itself once one answers', async () => {
    proxy.down = true;
    const from = (await linesOf(bob.person)).length;
    const daemon = await behindProxy().start(['provider', 'run']);
    running.push(daemon);
    await until('it alarms', async () => named(await linesOf(bob.person, from), 'chain-missing').length > 0);
    expect(await daemonAnswer('/v1/status')).to.include({ waitingFor: 'chain' });
    proxy.down = false;
    await daemon.line(/is up\.$/, AbortSignal.timeout(READY));
    expect(await daemonAnswer('/v1/status')).to.have.property('deals', 0);
    const lines = await linesOf(bob.person, from);
    expect(named(lines, 'chain-missing')).to.have.length(1);
    expect(named(lines, 'chain-found')).to.have.length(1);
  });

  it('the right chain at one of two RPCs: it starts with the other, one alarm names the wrong one, and it is used again once it is right', async () => {
    proxy.answer = ({ method }) => (method === 'eth_chainId' ? { result: '0x5' } : undefined);
    const from = (await linesOf(bob.person)).length;
    const rpc = `${proxy.url},${devnet.network.rpc}`;
    const person = movedPerson(bob.person, join(devnet.folder, 'people'), bob.person.name, { ...devnet.network, rpc });
    const daemon = await person.start(['provider', 'run']);
    running.push(daemon);
    await daemon.line(/is up\.$/, AbortSignal.timeout(READY));
    const alarms = named(await linesOf(bob.person, from), 'rpc-chain-wrong');
    expect(alarms).to.have.length(1);
    expect(alarms[0]).to.include({ level: 'alarm', url: proxy.url, expected: '31337', actual: '5' });
    proxy.answer = () => undefined;
    await until('it is used again', async () => named(await linesOf(bob.person, from), 'rpc-returned').length > 0);
  });

  for (const silence of ['down', 'hang'] as const)
    it(`ends on SIGTERM within its bound, also while it waits for an RPC that ${silence === 'down' ? 'is down' : 'never answers'}`, async () => {
      proxy.down = silence === 'down';
      proxy.answer = () => (silence === 'hang' ? 'hang' : undefined);
      const from = (await linesOf(bob.person)).length;
      const daemon = await behindProxy().start(['provider', 'run']);
      running.push(daemon);
      const asked = proxy.methods.length;
      if (silence === 'down') await until('it alarms', async () => named(await linesOf(bob.person, from), 'chain-missing').length > 0);
      else await until('it asks', async () => proxy.methods.length > asked);
      expect(await daemon.stop(STOPPED)).to.deep.equal({ code: 0, signal: null });
      [proxy.down, proxy.answer] = [false, () => undefined];
    });

  it('the key of the operator: it serves what it holds, proves with the coin it has, and alarms instead of ending', async () => {
    const first = await start(bob.person);
    await alice.holdfast(['put', 'LICENSE', '--k', '1', '--n', '1', '--periods', '200']);
    await until('the deal is on chain', async () => (await standing()).sheet['total'] !== '0');
    await first.stop();

    const keys = join(bob.person.home, 'keys');
    const keystore = createKeystore({ folder: keys, scryptCost: SCRYPT_COST });
    await rename(join(keys, 'operator.json'), join(bob.person.home, 'operator-before.json'));
    const password = (await readFile(join(devnet.folder, 'people', 'bob.password'), 'utf8')).trim();
    await keystore.create('operator', password);
    await sendCoin(await keystore.addressOf('operator'));
    const from = (await linesOf(bob.person)).length;
    await start(bob.person);
    await until('a proof was mined', async () => named(await linesOf(bob.person, from), 'proof-mined').length > 0);
    const out = join(devnet.folder, 'licence-back');
    await alice.holdfast(['get', 'LICENSE', '--out', out]);
    expect(await readFile(out, 'utf8')).to.equal(await readFile('LICENSE', 'utf8'));
    expect((await standing()).daemon['troubles']).to.deep.equal(['operator-replaced']);
    const lines = await linesOf(bob.person, from);
    // What it was too late for when it was started is told as well.
    const late = ['proof-late', 'period-missed'];
    const alarms = lines.filter(({ level, event }) => level === 'alarm' && !late.includes(event));
    expect(alarms.map(({ event }) => event)).to.deep.equal(['operator-replaced']);
  });

  it('ends on SIGTERM within its bound while a proof waits to be mined and the RPC is silent', async () => {
    const from = (await linesOf(bob.person)).length;
    const daemon = await start(behindProxy());
    proxy.answer = ({ method }) => (method === 'eth_getTransactionReceipt' ? { result: null } : undefined);
    await until('a proof is sent', async () => named(await linesOf(bob.person, from), 'proof-sent').length > 0);
    proxy.answer = () => 'hang';
    expect((await daemon.stop(STOPPED)).signal).to.equal(null);
    proxy.answer = () => undefined;
  });

  it('keys that are its alone: a copy of its folder finds it at its address, and it finds the transactions of the copy', async () => {
    const people = join(devnet.folder, 'people');
    await cp(bob.person.home, join(people, 'copy'), { recursive: true });
    const from = (await linesOf(bob.person)).length;
    await start(bob.person);
    const copy = movedPerson(bob.person, people, 'copy', devnet.network);
    await listenAt(copy.home, '/ip4/127.0.0.1/tcp/0');
    await start(copy);
    const [found] = await until('the copy finds the first', async () => {
      const lines = named(await linesOf(copy), 'endpoint-elsewhere');
      return lines.length > 0 && lines;
    });
    expect(found).to.include({ level: 'alarm', reason: 'answered', elsewhere: portAt(moved) });
    // It may have seen a transaction of the first before; whichever was seen first is told.
    expect(named(await linesOf(copy), 'identity-shared')).to.have.length(1);
    const { sheet } = (await standing()) as unknown as { sheet: { addresses: string[]; decided: number } };
    expect(sheet.addresses).to.deep.equal([portAt(moved)]);
    const [first] = await until('the first finds the copy', async () => {
      const lines = named(await linesOf(bob.person, from), 'identity-shared');
      return lines.length > 0 && lines;
    });
    expect(first).to.include({ level: 'alarm' });
    expect(Number(first?.['transactions'])).to.be.greaterThan(0);
    const { daemon } = await standing();
    expect(daemon['troubles']).to.include('identity-shared');
    const missed = named(await linesOf(bob.person, from), 'period-missed').filter((line) => Number(line['missed']) > sheet.decided);
    expect(missed).to.deep.equal([]);
  });

  it('a registry that is its alone: what somebody else publishes there is alarmed, with both addresses, and put right', async () => {
    const from = (await linesOf(bob.person)).length;
    await start(bob.person);
    await until('it has looked', async () => ((await standing()).daemon['troubles'] as string[]).length === 0);
    const password = (await readFile(join(devnet.folder, 'people', 'bob.password'), 'utf8')).trim();
    const keystore = createKeystore({ folder: join(bob.person.home, 'keys'), scryptCost: SCRYPT_COST });
    const owner = new Wallet(toHex(await keystore.unlock('wallet', password)), devnet.purse.provider);
    const registry = IProviderRegistry__factory.connect(devnet.book.registry, owner);
    const { peerId } = (await standing()).sheet as { peerId: string };
    await (await registry.setEndpoint(bob.provider, peerIdBytes(peerId), portAt(9))).wait();
    const [alarm] = await until('it alarms', async () => {
      const lines = named(await linesOf(bob.person, from), 'endpoint-elsewhere');
      return lines.length > 0 && lines;
    });
    expect(alarm).to.deep.include({ level: 'alarm', reason: 'replaced', published: { peerId, addresses: [portAt(9)] } });
    expect(alarm).to.deep.include({ wanted: { peerId, addresses: [portAt(moved)] } });
    await until('it is put right', async () => ((await standing()).sheet['addresses'] as string[]).join() === portAt(moved));
  });
});
