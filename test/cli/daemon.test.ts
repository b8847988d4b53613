import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Person } from '../../scripts/demo/devnet/person.js';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { RunningProvider } from '../../scripts/demo/devnet/provider.js';

/** The short form of every-command.test.ts: real processes on a real chain, from set-up to the end of the daemon. */
describe('a provider and a renter on a real chain, through the command line', function () {
  this.timeout(240_000);
  let devnet: Devnet;
  let bob: RunningProvider;
  let alice: Person;
  before(async () => {
    devnet = await startDevnet();
    [bob] = (await devnet.addProviders(1, { periodPrice: '1', stake: '100', operatorCoin: '1', capacity: '64MiB' })) as [RunningProvider];
    alice = await devnet.addRenter('alice');
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
  });

  it('stores a file, has it back byte for byte, and pays a provider that knows the deal', async () => {
    const { object } = await alice.holdfast(['put', 'LICENSE', '--k', '1', '--n', '1', '--periods', '40']);
    expect(object).to.include({ name: 'LICENSE', state: 'stored' });
    const copy = join(devnet.folder, 'copy');
    await alice.holdfast(['get', 'LICENSE', '--out', copy]);
    expect(await readFile(copy, 'utf8')).to.equal(await readFile('LICENSE', 'utf8'));
    const status = await bob.person.holdfast(['provider', 'status']);
    expect(status).to.have.nested.property('daemon.deals', 1);
    expect(status).to.have.nested.property('daemon.alarms').that.deep.equals([]);
  });

  it('ends its daemon in good order on SIGTERM, within ten seconds, and leaves no token behind', async () => {
    expect(await bob.daemon.stop(10_000)).to.deep.equal({ code: 0, signal: null });
    const failure: unknown = await readFile(join(bob.person.home, 'daemon.json')).catch((error: unknown) => error);
    expect(failure).to.include({ code: 'ENOENT' });
  });
});
