import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailed } from '../../scripts/devnet/person.js';
import type { Person } from '../../scripts/devnet/person.js';
import { startDevnet } from '../../scripts/devnet/devnet.js';
import type { Devnet } from '../../scripts/devnet/devnet.js';
import type { RunningProvider } from '../../scripts/devnet/provider.js';

const TERMS = { periodPrice: '1', stake: '100', operatorCoin: '1', capacity: '64MiB' };

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof CommandFailed) return error.code;
      throw error;
    },
  );

describe('a provider on a real chain, through the command line', function () {
  this.timeout(240_000);
  let devnet: Devnet;
  let bob: RunningProvider;
  let alice: Person;

  before(async () => {
    devnet = await startDevnet();
    [bob] = (await devnet.addProviders(1, TERMS)) as [RunningProvider];
    alice = await devnet.addRenter('alice');
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
  });

  it('tells how it stands, from the chain and from its daemon', async () => {
    const status = await bob.person.holdfast(['provider', 'status']);
    expect(status).to.have.nested.property('sheet.stake', (100n * 10n ** 18n).toString());
    expect(status).to.have.nested.property('daemon.deals', 0);
    expect(status).to.have.nested.property('daemon.alarms').that.deep.equals([]);
  });

  it('is found healthy by the doctor, which asks for no password, sends nothing and knows the daemon', async () => {
    const before = await bob.person.holdfast(['wallet', 'balance']);
    const { ok, checks } = (await bob.person.holdfast(['doctor'])) as {
      ok: boolean;
      checks: { name: string; status: string; says: string }[];
    };
    expect(ok, JSON.stringify(checks)).to.equal(true);
    expect(checks.filter(({ status }) => status !== 'ok')).to.deep.equal([]);
    expect(checks.find(({ name }) => name === 'ports')?.says).to.include('running daemon');
    expect(checks.find(({ name }) => name === 'provider')?.says).to.include('stake 100.0 HOLD');
    expect(await bob.person.holdfast(['wallet', 'balance'])).to.deep.equal(before);
  });

  it('draws from the faucet once in its span of blocks, and is told when it comes too early', async () => {
    const { token } = await alice.holdfast(['wallet', 'balance']);
    const drawn = await alice.holdfast(['wallet', 'drip']);
    expect(drawn).to.include({ drawn: (1000n * 10n ** 18n).toString(), token: (BigInt(String(token)) + 1000n * 10n ** 18n).toString() });
    expect(await codeOf(alice.holdfast(['wallet', 'drip']))).to.equal('FAUCET_TOO_SOON');
  });

  it('changes its ask, and sends nothing when nothing changes', async () => {
    const changed = await bob.person.holdfast(['provider', 'ask', '--max-deal', '1GiB']);
    expect(changed).to.have.nested.property('ask.maxLeaves', 2 ** 25);
    expect(changed).to.have.property('transaction');
    expect(await bob.person.holdfast(['provider', 'ask', '--max-deal', '1GiB'])).not.to.have.property('transaction');
  });

  it('frees stake, pays it out, and is told when it asks for more than there is', async () => {
    await bob.person.holdfast(['provider', 'unstake', '40']);
    expect(await codeOf(bob.person.holdfast(['provider', 'unstake', '61']))).to.equal('INSUFFICIENT_FUNDS');
    const paid = await bob.person.holdfast(['provider', 'withdraw']);
    expect(paid).to.have.property('amount', (40n * 10n ** 18n).toString());
  });

  it('lets Alice see her wallet and send from it, and refuses what she does not have', async () => {
    const { address } = await alice.holdfast(['wallet', 'address']);
    const { token } = await alice.holdfast(['wallet', 'balance']);
    await alice.holdfast(['wallet', 'send', bob.provider, '25']);
    expect(await alice.holdfast(['wallet', 'balance'])).to.include({
      address,
      token: (BigInt(String(token)) - 25n * 10n ** 18n).toString(),
    });
    expect(await codeOf(alice.holdfast(['wallet', 'send', bob.provider, '999999999']))).not.to.be.oneOf(['none', 'INTERNAL']);
    expect(await alice.holdfast(['deals']))
      .to.have.property('deals')
      .that.deep.equals([]);
    expect(await alice.holdfast(['ls']))
      .to.have.property('objects')
      .that.deep.equals([]);
  });

  it('tells Alice what is wrong before anything is paid: too few providers, a missing file, a price too high, another chain', async () => {
    const before = await alice.holdfast(['wallet', 'balance']);
    expect(await codeOf(alice.holdfast(['put', 'package.json']))).to.equal('PROVIDERS_TOO_FEW');
    expect(await codeOf(alice.holdfast(['put', 'no-such-file']))).to.equal('FILE_UNREADABLE');
    expect(await codeOf(alice.holdfast(['put', 'package.json', '--k', '7', '--n', '6']))).to.equal('ERASURE_SHAPE_INVALID');
    expect(await codeOf(alice.holdfast(['get', 'nothing']))).to.equal('OBJECT_MISSING');
    expect(await codeOf(alice.holdfast(['wallet', 'balance', '--rpc', 'http://127.0.0.1:1']))).to.equal('RPC_UNREACHABLE');
    expect(await alice.holdfast(['wallet', 'balance'])).to.deep.equal(before);
  });

  it('refuses a second daemon on the same folder, with the pid of the first', async () => {
    const failure: unknown = await bob.person.holdfast(['provider', 'run']).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(CommandFailed);
    expect((failure as CommandFailed).message).to.include(String(bob.daemon.pid));
  });

  it('ends in good order on SIGTERM, within ten seconds, and leaves no token behind', async () => {
    const ended = await bob.daemon.stop(10_000);
    expect(ended).to.deep.equal({ code: 0, signal: null });
    await readFile(join(bob.person.home, 'daemon.json')).then(
      () => expect.fail('the file of the daemon is still there'),
      (error: NodeJS.ErrnoException) => expect(error.code).to.equal('ENOENT'),
    );
    expect(await bob.person.holdfast(['provider', 'status'])).to.have.property('daemon', null);
  });
});
